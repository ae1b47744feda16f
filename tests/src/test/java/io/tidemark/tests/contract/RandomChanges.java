package io.tidemark.tests.contract;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.PayloadSpec.Format;
import io.tidemark.tests.contract.RandomMessages.Message;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/**
 * Messages for any declared change log in Debezium's format, made from its columns: few keys that
 * change often, positions that tie, partial rows, moved keys, deletes, a snapshot, and messages
 * that are no change between them.
 */
final class RandomChanges {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String UNAVAILABLE = "__debezium_unavailable_value";

  private final IngestSpec topic;
  private final Random random;
  private long firstMillis;

  RandomChanges(IngestSpec topic, long seed) {
    if (topic.payload().format() != Format.DEBEZIUM_JSON) {
      throw new IllegalArgumentException(
          "there are no random messages of " + topic.payload().format() + " yet; write them here");
    }
    this.topic = topic;
    this.random = new Random(seed);
  }

  List<Message> over(LocalDate firstDay, ZoneId zone, int count) {
    long from = firstDay.atStartOfDay(zone).toInstant().toEpochMilli();
    long to = firstDay.plusDays(2).atStartOfDay(zone).toInstant().toEpochMilli();
    firstMillis = from;
    List<Message> messages = new ArrayList<>();
    while (messages.size() < count) {
      long time = from + (to - from) * messages.size() / count;
      messages.add(
          new Message(
              random.nextInt(25) == 0 ? noChange(time) : change(messages.size(), time), time));
    }
    return messages;
  }

  private String noChange(long time) {
    return switch (random.nextInt(4)) {
      case 0 -> null;
      case 1 -> "{\"ts_ms\":" + time + "}";
      case 2 -> "{\"status\":\"END\",\"id\":\"7:9\",\"event_count\":1,\"ts_ms\":" + time + "}";
      default -> "{\"op\":\"c\",\"after\":null}";
    };
  }

  private String change(int number, long time) {
    String op = number < 300 ? "r" : List.of("c", "u", "u", "u", "d").get(random.nextInt(5));
    ObjectNode message = JSON.createObjectNode();
    int key = random.nextInt(1_000);
    if (op.equals("d")) {
      message.set("before", keyOf(key));
    } else {
      message.set("after", row(key, op.equals("u")));
      if (op.equals("u") && random.nextInt(20) == 0) {
        message.set("before", keyOf(random.nextInt(1_000)));
      }
    }
    String table = topic.payload().table();
    int dot = table.indexOf('.');
    message
        .putObject("source")
        .put("ts_ms", time)
        .put("schema", dot < 0 ? "public" : table.substring(0, dot))
        .put("table", table.substring(dot + 1))
        // Several changes at one position, of one key too.
        .put("lsn", number < 300 ? 1000 : 1000 + number / 3);
    message.put("op", op).put("ts_ms", time + 5);
    return message.toString();
  }

  private ObjectNode keyOf(int key) {
    ObjectNode row = JSON.createObjectNode();
    topic.columns().stream()
        .filter(this::staysWithKey)
        .forEach(column -> row.putPOJO(column.path(), keyValue(column, key)));
    return row;
  }

  private ObjectNode row(int key, boolean mayBePartial) {
    ObjectNode row = keyOf(key);
    for (ColumnSpec column : topic.columns()) {
      if (!staysWithKey(column)) {
        row.putPOJO(column.path(), value(column, mayBePartial));
      }
    }
    return row;
  }

  /** A row keeps its business day, by which its changes are told to be of one row. */
  private boolean staysWithKey(ColumnSpec column) {
    return topic.payload().key().contains(column.name())
        || topic.eventTime() != null && column.name().equals(topic.eventTime().column());
  }

  private Object keyValue(ColumnSpec column, int key) {
    return switch (column.type().base()) {
      case STRING -> column.name() + "-" + key;
      case DECIMAL ->
          Base64.getEncoder().encodeToString(new byte[] {(byte) (key / 256), (byte) key});
      // Over both days, so that midnight is in the middle.
      case TIMESTAMP -> time(column, firstMillis / 1_000 + key * 172);
      default -> key;
    };
  }

  private Object value(ColumnSpec column, boolean mayBePartial) {
    if (random.nextInt(10) == 0) {
      return null;
    }
    return switch (column.type().base()) {
      case STRING ->
          mayBePartial && random.nextInt(4) == 0 ? UNAVAILABLE : "s" + random.nextInt(40);
      case BOOLEAN -> random.nextBoolean();
      case INT, BIGINT -> random.nextInt(2_000) - 500;
      case DOUBLE -> random.nextInt(1_000) / 8.0;
      case DECIMAL ->
          Base64.getEncoder()
              .encodeToString(new byte[] {(byte) random.nextInt(128), (byte) random.nextInt(256)});
      case DATE -> 20_454 + random.nextInt(300);
      case TIMESTAMP -> time(column, 1_768_464_000L + random.nextInt(1_000_000));
    };
  }

  private static Object time(ColumnSpec column, long seconds) {
    return switch (column.format()) {
      case EPOCH_SECONDS -> seconds;
      case EPOCH_MILLIS -> seconds * 1_000;
      case EPOCH_MICROS -> seconds * 1_000_000;
      case EPOCH_NANOS -> seconds * 1_000_000_000;
      case ISO_8601 -> java.time.Instant.ofEpochSecond(seconds).toString();
    };
  }
}
