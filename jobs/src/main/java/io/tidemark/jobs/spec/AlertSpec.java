package io.tidemark.jobs.spec;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be told of a job: when, and whom. It belongs to no {@link JobSpec}: another alert
 * makes no other rows.
 *
 * @param job the job or sink
 * @param name unique among the alerts of the job
 * @param condition when it is time
 * @param windows in how many windows in a row the condition has to hold, and then not to hold
 * @param settle how long after its end a window is looked at first
 * @param only values of dimensions, by dimension; each combination is looked at by itself, and of
 *     dimensions that are not named all values together
 * @param receivers names of who is told, in the environment
 * @param remindAfter how long after it was told it is told again, while it goes on; {@code null}
 *     for never
 * @param patience how long it may be unknown whether the condition holds before that is told
 */
public record AlertSpec(
    String job,
    String name,
    Condition condition,
    int windows,
    Duration settle,
    Map<String, List<String>> only,
    List<String> receivers,
    Duration remindAfter,
    Duration patience) {
  /** More keys than this are not looked at one by one. */
  static final int MOST_KEYS = 1_000;

  /** When it is time to tell. */
  public sealed interface Condition {
    /** The column that is looked at; nothing where none is. */
    default Optional<String> metric() {
      return Optional.empty();
    }

    /** The condition in one line. */
    String text();
  }

  /** The metric is more than a number. */
  public record Above(String column, BigDecimal limit) implements Condition {
    @Override
    public Optional<String> metric() {
      return Optional.of(column);
    }

    @Override
    public String text() {
      return "%s above %s".formatted(column, limit.toPlainString());
    }
  }

  /** The metric is less than a number. */
  public record Below(String column, BigDecimal limit) implements Condition {
    @Override
    public Optional<String> metric() {
      return Optional.of(column);
    }

    @Override
    public String text() {
      return "%s below %s".formatted(column, limit.toPlainString());
    }
  }

  /**
   * The metric is far from what it was in the same window of an earlier day.
   *
   * @param days how many days earlier
   * @param fallsBy percent of what it was; {@code null} where a fall is nothing to tell
   * @param risesBy percent of what it was; {@code null} where a rise is nothing to tell
   */
  public record Change(String column, int days, BigDecimal fallsBy, BigDecimal risesBy)
      implements Condition {
    @Override
    public Optional<String> metric() {
      return Optional.of(column);
    }

    @Override
    public String text() {
      List<String> ways = new ArrayList<>();
      if (fallsBy != null) {
        ways.add("falls by more than " + fallsBy.toPlainString() + "%");
      }
      if (risesBy != null) {
        ways.add("rises by more than " + risesBy.toPlainString() + "%");
      }
      return "%s %s against %s before"
          .formatted(column, String.join(" or ", ways), days == 1 ? "1 day" : days + " days");
    }
  }

  /**
   * The oldest message whose row is not in the table came longer ago.
   *
   * @param limit how long it may be ago
   */
  public record Stale(Duration limit) implements Condition {
    @Override
    public String text() {
      return "less fresh than " + text(limit);
    }

    private static String text(Duration limit) {
      if (limit.toSecondsPart() > 0 || limit.toMillisPart() > 0) {
        return limit.toMillis() / 1000.0 + " seconds";
      }
      return limit.toMinutes() + (limit.toMinutes() == 1 ? " minute" : " minutes");
    }
  }

  public AlertSpec {
    Map<String, List<String>> copied = new LinkedHashMap<>();
    only.forEach((dimension, values) -> copied.put(dimension, List.copyOf(values)));
    only = Collections.unmodifiableMap(copied);
    receivers = List.copyOf(receivers);
    if (receivers.isEmpty()) {
      throw new IllegalArgumentException(
          "tells nobody; name receivers of the environment, as 'to: [night]'");
    }
    long keys = only.values().stream().mapToLong(List::size).reduce(1, Math::multiplyExact);
    if (keys > MOST_KEYS) {
      throw new IllegalArgumentException(
          "looks at %d keys one by one; at most %d are: name fewer values below 'only'"
              .formatted(keys, MOST_KEYS));
    }
  }

  /** Its name among all alerts. */
  public String fullName() {
    return job + "." + name;
  }

  /** When it is time, in one line. */
  public String text() {
    return windows == 1
        ? condition.text()
        : "%s, in %d windows in a row".formatted(condition.text(), windows);
  }

  /**
   * The keys that are looked at, each as its dimensions and values; one without any is the whole.
   */
  public List<Map<String, String>> keys() {
    List<Map<String, String>> keys = List.of(Map.of());
    for (Map.Entry<String, List<String>> dimension : only.entrySet()) {
      List<Map<String, String>> longer = new ArrayList<>();
      for (Map<String, String> key : keys) {
        for (String value : dimension.getValue()) {
          Map<String, String> next = new LinkedHashMap<>(key);
          next.put(dimension.getKey(), value);
          longer.add(Collections.unmodifiableMap(next));
        }
      }
      keys = longer;
    }
    return keys;
  }
}
