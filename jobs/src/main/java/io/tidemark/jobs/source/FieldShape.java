package io.tidemark.jobs.source;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.jobs.spec.ColumnSpec.TimeFormat;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Pattern;

/** What the values of one field of sampled messages have in common. */
final class FieldShape {
  /** The kinds of values that call for different types. */
  enum Kind {
    STRING("string"),
    ISO_TIME("timestamp"),
    DATE("date"),
    BOOLEAN("boolean"),
    INTEGER("bigint"),
    LARGE_INTEGER("decimal(38,0)"),
    FRACTION("double"),
    ARRAY("");

    final String type;

    Kind(String type) {
      this.type = type;
    }
  }

  private static final Pattern NAME_OF_A_TIME =
      Pattern.compile("(?i).*(time|date|timestamp|epoch|ts|_at|[a-z]At)");
  private static final long FIRST_SECOND = Instant.parse("2000-01-01T00:00:00Z").getEpochSecond();
  private static final long LAST_SECOND = Instant.parse("2100-01-01T00:00:00Z").getEpochSecond();

  private final String path;
  private final Map<Kind, Long> kinds = new EnumMap<>(Kind.class);
  private long least = Long.MAX_VALUE;
  private long greatest = Long.MIN_VALUE;
  private long present;

  FieldShape(String path) {
    this.path = path;
  }

  /** Looks at a value that is neither null nor an object. */
  void see(JsonNode value) {
    present++;
    Kind kind = kind(value);
    kinds.merge(kind, 1L, Long::sum);
    if (kind == Kind.INTEGER) {
      least = Math.min(least, value.longValue());
      greatest = Math.max(greatest, value.longValue());
    }
  }

  private static Kind kind(JsonNode value) {
    if (value.isArray()) {
      return Kind.ARRAY;
    }
    if (value.isBoolean()) {
      return Kind.BOOLEAN;
    }
    if (value.isNumber()) {
      boolean whole = value.isIntegralNumber();
      return whole ? value.canConvertToLong() ? Kind.INTEGER : Kind.LARGE_INTEGER : Kind.FRACTION;
    }
    String text = value.asText();
    if (text.length() == 10 && parses(() -> LocalDate.parse(text))) {
      return Kind.DATE;
    }
    return text.length() > 10 && parses(() -> OffsetDateTime.parse(text))
        ? Kind.ISO_TIME
        : Kind.STRING;
  }

  private static boolean parses(Runnable parser) {
    try {
      parser.run();
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }

  String path() {
    return path;
  }

  /** Messages in which the field has a value. */
  long present() {
    return present;
  }

  /** The kind that most values can be read as; strings take the times among them. */
  Kind kind() {
    boolean onlyText =
        kinds.keySet().stream()
            .allMatch(kind -> kind == Kind.STRING || kind == Kind.ISO_TIME || kind == Kind.DATE);
    if (onlyText && kinds.size() > 1) {
      return Kind.STRING;
    }
    boolean onlyNumbers =
        kinds.keySet().stream()
            .allMatch(
                kind ->
                    kind == Kind.INTEGER || kind == Kind.LARGE_INTEGER || kind == Kind.FRACTION);
    if (onlyNumbers && kinds.size() > 1) {
      return kinds.containsKey(Kind.FRACTION) ? Kind.FRACTION : Kind.LARGE_INTEGER;
    }
    return Collections.max(kinds.entrySet(), Map.Entry.comparingByValue()).getKey();
  }

  /** Values that are not of {@link #kind}, and would make dead letters. */
  long others() {
    Kind kind = kind();
    if (kind == Kind.STRING) {
      return present - count(Kind.STRING) - count(Kind.ISO_TIME) - count(Kind.DATE);
    }
    boolean number = kind == Kind.FRACTION || kind == Kind.LARGE_INTEGER;
    return number
        ? present - count(Kind.FRACTION) - count(Kind.LARGE_INTEGER) - count(Kind.INTEGER)
        : present - count(kind);
  }

  private long count(Kind kind) {
    return kinds.getOrDefault(kind, 0L);
  }

  /** How its values say a time; null when they do not. A number needs a name that says so too. */
  TimeFormat timeFormat() {
    if (others() > 0) {
      return null;
    }
    if (kind() == Kind.ISO_TIME) {
      return TimeFormat.ISO_8601;
    }
    if (kind() != Kind.INTEGER || !NAME_OF_A_TIME.matcher(path).matches()) {
      return null;
    }
    if (least >= FIRST_SECOND && greatest <= LAST_SECOND) {
      return TimeFormat.EPOCH_SECONDS;
    }
    return least >= FIRST_SECOND * 1000 && greatest <= LAST_SECOND * 1000
        ? TimeFormat.EPOCH_MILLIS
        : null;
  }
}
