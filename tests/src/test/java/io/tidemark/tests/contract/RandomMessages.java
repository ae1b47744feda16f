package io.tidemark.tests.contract;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.ColumnType.Base;
import io.tidemark.jobs.spec.IngestSpec;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Messages for any declared topic, made from its columns: NULLs wherever they are allowed,
 * duplicates that disagree, one value that half of the rows share in every text column that is no
 * key, the values of its route where the topic is split, and event times over two business days,
 * midnight in the middle.
 */
final class RandomMessages {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double NULL_SHARE = 0.1;
  private static final double DUPLICATE_SHARE = 0.15;
  private static final int OTHER_TIME_MILLIS = 3 * 3600 * 1000;

  private final IngestSpec topic;
  private final Set<String> keys;
  private final Random random;

  RandomMessages(IngestSpec topic, Set<String> keys, long seed) {
    this.topic = topic;
    this.keys = new HashSet<>(keys);
    this.random = new Random(seed);
  }

  /** One message: its JSON and the broker's record timestamp. */
  record Message(String value, long timestamp) {}

  List<Message> over(LocalDate firstDay, ZoneId zone, int count) {
    long from = firstDay.atStartOfDay(zone).toInstant().toEpochMilli();
    long to = firstDay.plusDays(2).atStartOfDay(zone).toInstant().toEpochMilli();
    List<Map<String, Object>> events = new ArrayList<>();
    List<Message> messages = new ArrayList<>();
    while (messages.size() < count) {
      Map<String, Object> event = event(events.size(), from + random.nextLong(to - from));
      if (!events.isEmpty() && random.nextDouble() < DUPLICATE_SHARE) {
        Map<String, Object> first = events.get(random.nextInt(events.size()));
        keys.forEach(key -> event.put(key, first.get(key)));
        event.put(topic.eventTime().column(), first.get(topic.eventTime().column()));
      }
      events.add(event);
      messages.add(message(event));
    }
    return messages;
  }

  private Message message(Map<String, Object> event) {
    try {
      long eventTime = (Long) event.get(topic.eventTime().column());
      // Received at once: late for nobody.
      return new Message(JSON.writeValueAsString(nested(event)), eventTime);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private Map<String, Object> event(int number, long eventTime) {
    Map<String, Object> event = new LinkedHashMap<>();
    for (ColumnSpec column : topic.columns()) {
      event.put(column.name(), value(column, number, eventTime));
    }
    return event;
  }

  /** Each value where its column's path says it stands in the message. */
  private ObjectNode nested(Map<String, Object> event) {
    ObjectNode message = JSON.createObjectNode();
    for (ColumnSpec column : topic.columns()) {
      String[] path = column.path().split("\\.");
      ObjectNode parent = message;
      for (int i = 0; i < path.length - 1; i++) {
        parent = parent.withObjectProperty(path[i]);
      }
      parent.putPOJO(path[path.length - 1], written(column, event.get(column.name())));
    }
    return message;
  }

  /** A timestamp in the format its column declares. */
  private static Object written(ColumnSpec column, Object value) {
    if (value == null || column.format() == null) {
      return value;
    }
    long millis = (Long) value;
    return switch (column.format()) {
      case EPOCH_MILLIS -> millis;
      case EPOCH_SECONDS -> millis / 1000;
      case EPOCH_MICROS -> millis * 1000;
      case EPOCH_NANOS -> millis * 1_000_000;
      case ISO_8601 -> Instant.ofEpochMilli(millis).toString();
    };
  }

  private Object value(ColumnSpec column, int number, long eventTime) {
    if (column.name().equals(topic.eventTime().column())) {
      return eventTime;
    }
    if (topic.split().isRoute() && column.name().equals(topic.split().by())) {
      List<String> taken = topic.split().route();
      String value = taken.get(random.nextInt(taken.size()));
      return column.type().base() == Base.STRING ? value : (Object) Long.valueOf(value);
    }
    if (!column.required() && random.nextDouble() < NULL_SHARE) {
      return null;
    }
    if (keys.contains(column.name())) {
      switch (column.type().base()) {
        case STRING:
          return column.name() + "-" + number;
        case INT, BIGINT:
          return number;
        default:
          // Few values: then most messages are duplicates.
      }
    }
    return switch (column.type().base()) {
      case STRING -> random.nextBoolean() ? "hot" : column.name() + random.nextInt(40);
      case BOOLEAN -> random.nextBoolean();
      case INT, BIGINT -> random.nextInt(2_000) - 500;
      case DOUBLE -> random.nextInt(1_000) / 8.0;
      case DECIMAL -> BigDecimal.valueOf(random.nextInt(100_000), column.type().scale());
      case DATE -> "2026-01-01";
      // Near the event, and often of another window or day.
      case TIMESTAMP -> eventTime + random.nextInt(OTHER_TIME_MILLIS);
    };
  }
}
