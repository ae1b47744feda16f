package io.tidemark.catalog.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The types of single values. Each is strict: what is not written as expected is a problem. */
public final class Values {
  private static final Pattern IDENTIFIER_TEXT = Pattern.compile("[a-z][a-z0-9_]*");
  private static final Pattern WHOLE = Pattern.compile("\\d{1,18}");

  /** Any text that is not blank. */
  public static final ValueType<String> TEXT =
      of("text", text -> check(text, !text.isBlank(), "is blank; write something"));

  /** Any text, blank too. */
  public static final ValueType<String> ANY_TEXT = of("text", Function.identity());

  /** Lower-case letters, digits and underscores. */
  public static final ValueType<String> IDENTIFIER =
      of(
          "name",
          text ->
              check(
                  text,
                  IDENTIFIER_TEXT.matcher(text).matches(),
                  "is not a name; use lower-case letters, digits and underscores"));

  /** {@code true} or {@code false}, and nothing else. */
  public static final ValueType<Boolean> BOOLEAN =
      of(
          "true or false",
          text ->
              check(
                      text,
                      text.equals("true") || text.equals("false"),
                      "is neither true nor false; write one of them")
                  .equals("true"));

  /** A whole number from 1. */
  public static final ValueType<Long> POSITIVE_LONG =
      of(
          "whole number from 1",
          text -> {
            boolean fits = WHOLE.matcher(text).matches() && Long.parseLong(text) > 0;
            check(text, fits, "is not a whole number from 1; write digits only, such as 500000");
            return Long.parseLong(text);
          });

  /** A time span of more than nothing. */
  public static final ValueType<Duration> POSITIVE_DURATION =
      of("duration, more than 0", Durations::parsePositive);

  /** A time span, which may be nothing. */
  public static final ValueType<Duration> DURATION = of("duration", Durations::parse);

  /** A number of bytes, more than none. */
  public static final ValueType<Long> BYTE_SIZE = of("size", ByteSizes::parse);

  /** A share between 0 and 1, written as a percentage. */
  public static final ValueType<Double> PERCENTAGE = of("percentage", Percentages::parse);

  /** A region of the time zone database, or an offset. */
  public static final ValueType<ZoneId> TIME_ZONE =
      of(
          "time zone",
          text -> {
            try {
              return ZoneId.of(text);
            } catch (DateTimeException e) {
              throw refused(text, "is not a time zone; write a region such as Asia/Shanghai");
            }
          });

  /** A calendar day. */
  public static final ValueType<LocalDate> DATE =
      of(
          "date",
          text -> {
            try {
              return LocalDate.parse(text);
            } catch (DateTimeException e) {
              throw refused(text, "is not a date; write year-month-day, such as 2000-01-01");
            }
          });

  /** A path of the local file system. */
  public static final ValueType<Path> PATH =
      of(
          "path",
          text -> {
            check(text, !text.isBlank(), "is blank; write a directory");
            check(
                text,
                !text.contains("://"),
                "is a URI; write a directory of a file system that every machine mounts");
            try {
              return Path.of(text);
            } catch (InvalidPathException e) {
              throw refused(text, "is not a path: " + e.getReason());
            }
          });

  /** A secret by its place: an environment variable or a file. */
  public static final ValueType<SecretReference> SECRET =
      of("${env:NAME} or ${file:PATH}", SecretReference::parse);

  private Values() {}

  /**
   * A type read by a function that throws {@link IllegalArgumentException} for what it refuses. A
   * message that begins with the value is taken without it, because a problem shows the value.
   */
  public static <T> ValueType<T> of(String label, Function<String, T> parser) {
    return new ScalarType<>(label, parser);
  }

  /** One of an enum's constants, in lower case with dashes. */
  public static <E extends Enum<E>> ValueType<E> oneOf(Class<E> type) {
    String choices =
        Arrays.stream(type.getEnumConstants()).map(Values::text).collect(Collectors.joining(", "));
    return of(
        choices,
        text ->
            Arrays.stream(type.getEnumConstants())
                .filter(constant -> text(constant).equals(text))
                .findFirst()
                .orElseThrow(() -> refused(text, "is not one of " + choices)));
  }

  /** An enum constant as it is written in a file. */
  public static String text(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static String check(String text, boolean right, String remedy) {
    if (!right) {
      throw refused(text, remedy);
    }
    return text;
  }

  static IllegalArgumentException refused(String text, String remedy) {
    return new IllegalArgumentException("'" + text + "' " + remedy);
  }

  private record ScalarType<T>(String label, Function<String, T> parser) implements ValueType<T> {
    @Override
    public T read(YamlNode node, String key, Problems problems) {
      if (!(node instanceof YamlNode.Scalar scalar)) {
        problems.add(node, key, "is not a single value; write one (" + label + ")");
        return null;
      }
      if (scalar.text() == null) {
        problems.add(node, key, "has no value; write one (" + label + ")");
        return null;
      }
      try {
        return parser.apply(scalar.text());
      } catch (IllegalArgumentException e) {
        problems.add(node, key, withoutValue(e.getMessage(), scalar.text()));
        return null;
      }
    }

    private static String withoutValue(String message, String value) {
      return Stream.of("'" + value + "' ", value + " ")
          .filter(message::startsWith)
          .findFirst()
          .map(start -> message.substring(start.length()))
          .orElse(message);
    }
  }
}
