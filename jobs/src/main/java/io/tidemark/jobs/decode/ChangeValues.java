package io.tidemark.jobs.decode;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.ColumnSpec.TimeFormat;
import io.tidemark.jobs.spec.ColumnType;
import io.tidemark.jobs.spec.PayloadSpec;
import io.tidemark.jobs.spec.PayloadSpec.Decimals;
import io.tidemark.jobs.spec.PayloadSpec.Format;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Reads the values of a row as the declared types: exactly, or not at all ({@link
 * Scalars#WRONG_TYPE}, {@link Scalars#NO_SQL_TIME}). Databases have written them under types of
 * their own, so a text of digits is a number here, and a day may be counted from 1970.
 */
final class ChangeValues implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(\\d{1,400}(\\.\\d{0,400})?|\\.\\d{1,400})([eE][-+]?\\d{1,5})?");

  /** MySQL's way to say that there is no date. */
  private static final String ZERO_DATE = "0000-00-00";

  private static final long FIRST_DAY = LocalDate.of(1, 1, 1).toEpochDay();
  private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();

  private final ZoneId zone;
  private final boolean decimalsAreBytes;

  ChangeValues(PayloadSpec payload) {
    this.zone = payload.timeZone();
    this.decimalsAreBytes =
        payload.format() == Format.DEBEZIUM_JSON && payload.decimals() == Decimals.PRECISE;
  }

  /**
   * The value.
   *
   * @param type what the message's schema says of the column; {@code null} without a schema
   */
  Object read(JsonNode value, ColumnSpec column, ConnectType type) {
    return switch (column.type().base()) {
      case STRING -> Scalars.text(value.isTextual() ? value.textValue() : value.toString());
      case BOOLEAN -> bool(value);
      case INT -> integer(value);
      case BIGINT -> bigint(value);
      case DOUBLE ->
          number(value) instanceof BigDecimal n
              ? Scalars.finite(n.doubleValue())
              : Scalars.WRONG_TYPE;
      case DECIMAL -> decimal(value, column.type(), type);
      case DATE -> date(value);
      case TIMESTAMP -> timestamp(value, column, type);
    };
  }

  /** What a value must look like, for messages. */
  String expected(JsonNode written, ColumnSpec column, ConnectType type) {
    String expected = Scalars.expected(column);
    boolean asBytes =
        column.type().base() == ColumnType.Base.DECIMAL
            && written.isTextual()
            && type == null
            && decimalsAreBytes;
    return asBytes
        ? expected + " in base64; if the connector writes digits, declare payload.decimals: string"
        : expected;
  }

  private static Object bool(JsonNode value) {
    return switch (value.isContainerNode() ? "" : value.asText()) {
      case "true", "1" -> Boolean.TRUE;
      case "false", "0" -> Boolean.FALSE;
      default -> Scalars.WRONG_TYPE;
    };
  }

  private static Object integer(JsonNode value) {
    return bigint(value) instanceof Long n && n == n.intValue()
        ? (Object) n.intValue()
        : Scalars.WRONG_TYPE;
  }

  private static Object bigint(JsonNode value) {
    if (value.isIntegralNumber() && value.canConvertToLong()) {
      return value.longValue();
    }
    try {
      return number(value) instanceof BigDecimal n && n.precision() - n.scale() <= 19
          ? (Object) n.longValueExact()
          : Scalars.WRONG_TYPE;
    } catch (ArithmeticException fraction) {
      return Scalars.WRONG_TYPE;
    }
  }

  /** A number, or digits; else something that is no number. */
  private static Object number(JsonNode value) {
    if (value.isNumber()) {
      return value.decimalValue();
    }
    return value.isTextual() && NUMBER.matcher(value.textValue()).matches()
        ? new BigDecimal(value.textValue())
        : Scalars.WRONG_TYPE;
  }

  private Object decimal(JsonNode value, ColumnType column, ConnectType type) {
    if (value.isObject()) { // a decimal of any scale
      JsonNode scale = value.path("scale");
      return scale.canConvertToInt() && value.path("value").isTextual()
          ? bytes(value.path("value").textValue(), scale.intValue(), column)
          : Scalars.WRONG_TYPE;
    }
    if (value.isTextual() && type != null && type.name().equals(ConnectType.DECIMAL)) {
      return bytes(value.textValue(), type.scale(), column);
    }
    if (value.isTextual() && type == null && decimalsAreBytes) {
      return bytes(value.textValue(), column.scale(), column);
    }
    return number(value) instanceof BigDecimal n ? Scalars.fit(n, column) : Scalars.WRONG_TYPE;
  }

  /**
   * Digits in fours may be base64 as well as a number written as text, and nothing tells which.
   * Kafka Connect always pads base64; so digits of another length are no bytes.
   */
  private static Object bytes(String base64, int scale, ColumnType column) {
    if (base64.length() % 4 != 0) {
      return Scalars.WRONG_TYPE;
    }
    try {
      byte[] unscaled = Base64.getDecoder().decode(base64);
      return unscaled.length == 0
          ? Scalars.WRONG_TYPE
          : Scalars.fit(new BigDecimal(new BigInteger(unscaled), scale), column);
    } catch (IllegalArgumentException noBase64) {
      return Scalars.WRONG_TYPE;
    }
  }

  private static Object date(JsonNode value) {
    if (value.isTextual()) {
      String text = value.textValue();
      String day = text.endsWith("Z") ? text.substring(0, text.length() - 1) : text;
      return day.equals(ZERO_DATE) ? null : Scalars.date(day);
    }
    if (!(bigint(value) instanceof Long days)) {
      return Scalars.WRONG_TYPE;
    }
    return days < FIRST_DAY || days > LAST_DAY ? Scalars.NO_SQL_TIME : LocalDate.ofEpochDay(days);
  }

  private Object timestamp(JsonNode value, ColumnSpec column, ConnectType type) {
    if (value.isTextual()) {
      return time(value.textValue());
    }
    TimeFormat unit = type == null ? column.format() : unit(type.name(), column.format());
    if (unit == TimeFormat.ISO_8601 || !(bigint(value) instanceof Long number)) {
      return Scalars.WRONG_TYPE;
    }
    // Numbers stand for date-times without a zone, counted as if their clock showed UTC.
    return Scalars.epoch(number, unit) instanceof Instant time
        ? inZone(LocalDateTime.ofInstant(time, ZoneOffset.UTC))
        : Scalars.NO_SQL_TIME;
  }

  private static TimeFormat unit(String type, TimeFormat declared) {
    return switch (type) {
      case "io.debezium.time.Timestamp", "org.apache.kafka.connect.data.Timestamp" ->
          TimeFormat.EPOCH_MILLIS;
      case "io.debezium.time.MicroTimestamp" -> TimeFormat.EPOCH_MICROS;
      case "io.debezium.time.NanoTimestamp" -> TimeFormat.EPOCH_NANOS;
      default -> declared;
    };
  }

  /** With an offset, as ISO 8601 has it; or a date and a time of the source's zone. */
  private Object time(String text) {
    if (text.startsWith(ZERO_DATE)) {
      return null;
    }
    String iso = text.length() > 10 && text.charAt(10) == ' ' ? text.replace(' ', 'T') : text;
    Object withOffset = Scalars.iso(iso);
    if (withOffset != Scalars.WRONG_TYPE) {
      return withOffset;
    }
    try {
      return inZone(LocalDateTime.parse(iso));
    } catch (DateTimeException notATime) {
      return Scalars.WRONG_TYPE;
    }
  }

  private Object inZone(LocalDateTime time) {
    Instant instant = time.atZone(zone).toInstant();
    return Scalars.isSqlSecond(instant.getEpochSecond())
        ? instant.truncatedTo(ChronoUnit.MICROS)
        : Scalars.NO_SQL_TIME;
  }
}
