package io.tidemark.jobs.decode;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tidemark.jobs.spec.ColumnSpec.TimeFormat;
import io.tidemark.jobs.spec.ColumnType.Base;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * A value whose schema says more of it than a token can: a day, a moment, or what no column holds.
 *
 * @param value a LocalDate, an Instant of microseconds, {@link Scalars#NO_SQL_TIME} or {@link
 *     Scalars#WRONG_TYPE}
 * @param text how it is shown
 */
record Typed(Object value, String text) {
  private static final long FIRST_DAY = LocalDate.of(1, 1, 1).toEpochDay();
  private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();

  /** The day so many days after 1970-01-01. */
  static Typed day(long days) {
    return days < FIRST_DAY || days > LAST_DAY
        ? new Typed(Scalars.NO_SQL_TIME, "day " + days)
        : of(LocalDate.ofEpochDay(days));
  }

  /** The moment so many units after 1970. */
  static Typed moment(long number, TimeFormat unit) {
    return Scalars.epoch(number, unit) instanceof Instant time
        ? of(time)
        : new Typed(Scalars.NO_SQL_TIME, String.valueOf(number));
  }

  /** The moment at which a clock of the zone shows what one of UTC shows at another moment. */
  static Typed local(long number, TimeFormat unit, ZoneId zone) {
    if (!(moment(number, unit).value() instanceof Instant clock)) {
      return new Typed(Scalars.NO_SQL_TIME, String.valueOf(number));
    }
    Instant time = LocalDateTime.ofInstant(clock, ZoneOffset.UTC).atZone(zone).toInstant();
    return Scalars.isSqlSecond(time.getEpochSecond())
        ? of(time)
        : new Typed(Scalars.NO_SQL_TIME, String.valueOf(number));
  }

  /** The moment so many seconds and nanoseconds after 1970. */
  static Typed moment(long seconds, int nanos) {
    boolean possible = Scalars.isSqlSecond(seconds) && nanos >= 0 && nanos < 1_000_000_000;
    return possible
        ? of(Instant.ofEpochSecond(seconds, nanos / 1_000 * 1_000L))
        : new Typed(Scalars.NO_SQL_TIME, seconds + " s and " + nanos + " ns");
  }

  /** What no column can hold. */
  static Typed nothing(String text) {
    return new Typed(Scalars.WRONG_TYPE, text);
  }

  private static Typed of(Object value) {
    return new Typed(value, value.toString());
  }

  /** The value for a column of that type, or one of the constants for a fault. */
  Object as(Base type) {
    return switch (type) {
      case DATE -> value instanceof Instant ? Scalars.WRONG_TYPE : value;
      case TIMESTAMP -> value instanceof LocalDate ? Scalars.WRONG_TYPE : value;
      default -> Scalars.WRONG_TYPE;
    };
  }

  void write(JsonGenerator out) throws IOException {
    out.writeEmbeddedObject(this);
  }

  /** How the value that a parser of tokens has reached is shown. */
  static String shown(JsonParser tokens) throws IOException {
    JsonToken token = tokens.currentToken();
    if (token == JsonToken.VALUE_EMBEDDED_OBJECT) {
      return ((Typed) tokens.getEmbeddedObject()).text();
    }
    if (token.isStructStart()) {
      tokens.skipChildren();
      return "an object";
    }
    String text = tokens.getText();
    return Excerpt.of(token == JsonToken.VALUE_STRING ? '"' + text + '"' : text);
  }
}
