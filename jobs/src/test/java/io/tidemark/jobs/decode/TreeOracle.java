package io.tidemark.jobs.decode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.EventTimeSpec;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;

/**
 * The decoder's verdict, found the slow and obvious way: decode the text, build the whole tree,
 * look every column up in it. It refuses a repeated field even where none is declared.
 */
final class TreeOracle {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .build();

  private final List<ColumnSpec> columns;
  private final EventTimeSpec eventTime;

  TreeOracle(List<ColumnSpec> columns, EventTimeSpec eventTime) {
    this.columns = columns;
    this.eventTime = eventTime;
  }

  /** The values, or the reason. */
  Object decode(byte[] message, Instant recordTime) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(message)).toString();
    } catch (CharacterCodingException e) {
      return Reason.NOT_UTF8;
    }
    if (text.chars().allMatch(c -> " \t\r\n".indexOf(c) >= 0)) {
      return Reason.EMPTY;
    }
    try {
      JsonNode tree = MAPPER.readTree(text);
      return tree.isObject() ? row(tree, recordTime) : Reason.MALFORMED;
    } catch (JsonProcessingException e) {
      return Reason.MALFORMED;
    }
  }

  private Object row(JsonNode tree, Instant recordTime) {
    EnumSet<Reason> reasons = EnumSet.noneOf(Reason.class);
    Object[] values = new Object[columns.size()];
    for (int i = 0; i < values.length; i++) {
      ColumnSpec column = columns.get(i);
      JsonNode node = find(tree, column, reasons);
      Object value = node.isNull() || node.isMissingNode() ? null : value(node, column);
      if (value instanceof Reason reason) {
        reasons.add(reason);
      } else if (value == null && column.required()) {
        reasons.add(Reason.MISSING_FIELD);
      } else if (column.name().equals(eventTime.column())) {
        Instant time = (Instant) value;
        if (time.isBefore(eventTime.notBefore())
            || time.isAfter(recordTime.plus(eventTime.maxAhead()))) {
          reasons.add(Reason.IMPOSSIBLE_TIME);
        }
      }
      values[i] = value;
    }
    return reasons.isEmpty() ? values : reasons.iterator().next();
  }

  private static JsonNode find(JsonNode tree, ColumnSpec column, EnumSet<Reason> reasons) {
    JsonNode node = tree;
    for (String name : column.path().split("\\.")) {
      if (node.isNull() || node.isMissingNode()) {
        return MissingNode.getInstance();
      }
      if (!node.isObject()) {
        reasons.add(Reason.WRONG_TYPE);
        return MissingNode.getInstance();
      }
      node = node.path(name);
    }
    return node;
  }

  private static Object value(JsonNode node, ColumnSpec column) {
    try {
      return switch (column.type().base()) {
        case STRING ->
            node.isTextual() && wellFormed(node.textValue()) ? node.textValue() : wrong();
        case BOOLEAN -> node.isBoolean() ? node.booleanValue() : wrong();
        case INT -> number(node).intValueExact();
        case BIGINT -> number(node).longValueExact();
        case DOUBLE ->
            Double.isFinite(number(node).doubleValue()) ? number(node).doubleValue() : wrong();
        case DECIMAL -> decimal(number(node), column);
        case DATE -> LocalDate.parse(node.isTextual() ? node.textValue() : "");
        case TIMESTAMP -> time(node, column);
      };
    } catch (ArithmeticException | DateTimeException e) {
      return Reason.WRONG_TYPE;
    }
  }

  private static boolean wellFormed(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private static Object wrong() {
    throw new ArithmeticException("wrong type");
  }

  private static BigDecimal number(JsonNode node) {
    return node.isNumber() ? node.decimalValue() : (BigDecimal) wrong();
  }

  private static Object decimal(BigDecimal value, ColumnSpec column) {
    BigDecimal exact = value.setScale(column.type().scale(), RoundingMode.UNNECESSARY);
    return exact.precision() <= column.type().precision() ? exact : wrong();
  }

  private static Object time(JsonNode node, ColumnSpec column) {
    Instant time =
        switch (column.format()) {
          case EPOCH_MILLIS -> Instant.ofEpochMilli(number(node).longValueExact());
          case EPOCH_SECONDS -> seconds(number(node).longValueExact());
          case EPOCH_MICROS, EPOCH_NANOS -> throw new IllegalStateException("not asked here");
          case ISO_8601 ->
              OffsetDateTime.parse(node.isTextual() ? node.textValue() : "").toInstant();
        };
    boolean sql =
        !time.isBefore(Instant.parse("0001-01-01T00:00:00Z"))
            && time.isBefore(Instant.parse("+10000-01-01T00:00:00Z"));
    return sql ? time.truncatedTo(ChronoUnit.MICROS) : Reason.IMPOSSIBLE_TIME;
  }

  private static Instant seconds(long seconds) {
    long limit = Instant.MAX.getEpochSecond();
    return Instant.ofEpochSecond(Math.max(-limit, Math.min(limit, seconds)));
  }
}
