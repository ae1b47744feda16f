package io.tidemark.jobs.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamReadException;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.ColumnType;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;

/**
 * Reads the value a parser stands on as the type of a column: exactly, or not at all. What does not
 * fit is told by two constants instead of exceptions, which would make bad input expensive.
 */
final class Scalars {
  /** The value is not of the column's type. */
  static final Object WRONG_TYPE = new Object();

  /** The value is a time, but none that SQL has. */
  static final Object NO_SQL_TIME = new Object();

  private static final long FIRST_SECOND = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
  private static final long LAST_SECOND = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

  private Scalars() {}

  static Object read(JsonParser json, JsonToken token, ColumnSpec column) throws IOException {
    ColumnType type = column.type();
    if (token == JsonToken.VALUE_EMBEDDED_OBJECT) {
      return ((Typed) json.getEmbeddedObject()).as(type.base());
    }
    return switch (type.base()) {
      case STRING -> token == JsonToken.VALUE_STRING ? text(json.getText()) : WRONG_TYPE;
      case BOOLEAN -> token.isBoolean() ? (Object) json.getBooleanValue() : WRONG_TYPE;
      case INT -> integer(json, token);
      case BIGINT -> token.isNumeric() ? bigint(json, token) : WRONG_TYPE;
      case DOUBLE -> token.isNumeric() ? finite(json.getDoubleValue()) : WRONG_TYPE;
      case DECIMAL -> token.isNumeric() ? decimal(json, type) : WRONG_TYPE;
      case DATE -> token == JsonToken.VALUE_STRING ? date(json.getText()) : WRONG_TYPE;
      case TIMESTAMP -> timestamp(json, token, column.format());
    };
  }

  /** What a column's values must look like, for messages. */
  static String expected(ColumnSpec column) {
    String type = column.type().sql();
    return switch (column.type().base()) {
      case STRING -> "string (well-formed Unicode)";
      case DATE -> "date (yyyy-MM-dd)";
      case TIMESTAMP ->
          type
              + switch (column.format()) {
                case EPOCH_MILLIS -> " (epoch milliseconds)";
                case EPOCH_SECONDS -> " (epoch seconds)";
                case EPOCH_MICROS -> " (epoch microseconds)";
                case EPOCH_NANOS -> " (epoch nanoseconds)";
                case ISO_8601 -> " (ISO 8601 with an offset)";
              };
      default -> type;
    };
  }

  /** A surrogate without its partner would be stored as '?', and different keys become one. */
  static Object text(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          return WRONG_TYPE;
        }
        i++;
      }
    }
    return text;
  }

  private static Object integer(JsonParser json, JsonToken token) throws IOException {
    Object value = token.isNumeric() ? bigint(json, token) : WRONG_TYPE;
    return value instanceof Long number && number == number.intValue()
        ? (Object) number.intValue()
        : WRONG_TYPE;
  }

  private static Object bigint(JsonParser json, JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_NUMBER_INT) {
      return json.getNumberType() == NumberType.BIG_INTEGER ? WRONG_TYPE : json.getLongValue();
    }
    try {
      BigDecimal value = exact(json);
      return value == null ? WRONG_TYPE : value.longValueExact();
    } catch (ArithmeticException fraction) {
      return WRONG_TYPE;
    }
  }

  static Object finite(double value) {
    return Double.isFinite(value) ? (Object) value : WRONG_TYPE;
  }

  /** The number as it is written, or null when its exponent is beyond what can be computed with. */
  private static BigDecimal exact(JsonParser json) throws IOException {
    try {
      return json.getDecimalValue();
    } catch (StreamReadException | NumberFormatException hugeExponent) {
      return null;
    }
  }

  private static Object decimal(JsonParser json, ColumnType type) throws IOException {
    BigDecimal value = exact(json);
    return value == null ? WRONG_TYPE : fit(value, type);
  }

  /** The number with exactly the type's scale. */
  static Object fit(BigDecimal value, ColumnType type) {
    if (value.signum() == 0) {
      return BigDecimal.ZERO.setScale(type.scale());
    }
    // The magnitude is looked at first: to rescale 1e999999999 would take the memory of its digits.
    long digitsBeforePoint = (long) value.precision() - value.scale();
    if (digitsBeforePoint > type.precision() - type.scale() || digitsBeforePoint <= -type.scale()) {
      return WRONG_TYPE;
    }
    try {
      return value.setScale(type.scale());
    } catch (ArithmeticException losesDigits) {
      return WRONG_TYPE;
    }
  }

  static Object date(String text) {
    // LocalDate.parse would also take years of more than four digits, which SQL does not have.
    try {
      return text.length() == 10 ? LocalDate.parse(text) : WRONG_TYPE;
    } catch (DateTimeException notADate) {
      return WRONG_TYPE;
    }
  }

  private static Object timestamp(JsonParser json, JsonToken token, ColumnSpec.TimeFormat format)
      throws IOException {
    if (format == ColumnSpec.TimeFormat.ISO_8601) {
      return token == JsonToken.VALUE_STRING ? iso(json.getText()) : WRONG_TYPE;
    }
    if (!token.isNumeric() || !(bigint(json, token) instanceof Long number)) {
      return WRONG_TYPE;
    }
    return epoch(number, format);
  }

  /** The time of a number of units since 1970, cut to microseconds. */
  static Object epoch(long number, ColumnSpec.TimeFormat format) {
    long units =
        switch (format) {
          case EPOCH_MILLIS -> 1_000L;
          case EPOCH_MICROS -> 1_000_000L;
          case EPOCH_NANOS -> 1_000_000_000L;
          case EPOCH_SECONDS, ISO_8601 -> 1L;
        };
    long seconds = Math.floorDiv(number, units);
    long nanos = Math.floorMod(number, units) * (1_000_000_000L / units);
    return isSqlSecond(seconds)
        ? Instant.ofEpochSecond(seconds, nanos).truncatedTo(ChronoUnit.MICROS)
        : NO_SQL_TIME;
  }

  static boolean isSqlSecond(long second) {
    return second >= FIRST_SECOND && second <= LAST_SECOND;
  }

  static Object iso(String text) {
    try {
      Instant time = OffsetDateTime.parse(text).toInstant();
      // Tables keep microseconds; cut here, so that every mode compares what is stored.
      return isSqlSecond(time.getEpochSecond()) ? time.truncatedTo(ChronoUnit.MICROS) : NO_SQL_TIME;
    } catch (DateTimeException notATime) {
      return WRONG_TYPE;
    }
  }
}
