package io.tidemark.jobs.alert;

import io.tidemark.jobs.alert.Finding.State;
import io.tidemark.jobs.spec.AlertSpec;
import io.tidemark.jobs.spec.AlertSpec.Above;
import io.tidemark.jobs.spec.AlertSpec.Below;
import io.tidemark.jobs.spec.AlertSpec.Change;
import io.tidemark.jobs.spec.AlertSpec.Stale;
import io.tidemark.jobs.spec.AlertedMetric;
import io.tidemark.jobs.spec.Window;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides whether it is time to tell. A condition has to hold in as many windows in a row as the
 * alert says, and to be over it must have failed in as many: a value that goes up and down around a
 * limit is one incident.
 */
public final class AlertEvaluator {
  private static final int PERCENT = 100;

  private final AlertSpec alert;
  private final ZoneId zone;

  /**
   * An evaluator of one alert.
   *
   * @param zone of the business day
   */
  public AlertEvaluator(AlertSpec alert, ZoneId zone) {
    this.alert = alert;
    this.zone = zone;
  }

  /**
   * The windows that an alert looks at.
   *
   * @param known every message that came before this moment is in the table
   * @return the newest first
   */
  public List<AlertWindow> windows(Window window, Instant known) {
    return AlertWindow.last(window, known.minus(alert.settle()), zone, alert.windows());
  }

  /** All windows whose values are needed: those that are looked at, and those of earlier days. */
  public List<AlertWindow> needed(List<AlertWindow> windows) {
    return alert.condition() instanceof Change change
        ? Stream.concat(
                windows.stream(),
                windows.stream().map(window -> window.before(change.days(), zone)))
            .toList()
        : windows;
  }

  /**
   * Looks at a metric.
   *
   * @param windows as {@link #windows} gives them
   * @return a finding for each key
   */
  public List<Finding> look(AlertedMetric metric, List<AlertWindow> windows, AlertValues values) {
    List<Finding> findings = new ArrayList<>();
    for (Map<String, String> key : alert.keys()) {
      List<Look> looks = windows.stream().map(window -> look(metric, key, window, values)).toList();
      Look newest = looks.get(0);
      findings.add(
          new Finding(
              alert,
              key,
              state(looks),
              windows.get(0).start(),
              newest.value().orElse(null),
              newest.expected().orElse(null)));
    }
    return findings;
  }

  /**
   * Looks at freshness.
   *
   * @param age how long ago the oldest message came whose row is missing
   */
  public Finding look(Duration age) {
    boolean stale = age.compareTo(((Stale) alert.condition()).limit()) > 0;
    return new Finding(
        alert,
        Map.of(),
        stale ? State.HOLDS : State.OVER,
        null,
        age.toMillis() / 1000.0,
        ((Stale) alert.condition()).limit().toMillis() / 1000.0);
  }

  /** A look at one window. */
  private record Look(Optional<Boolean> holds, Optional<Double> value, Optional<Double> expected) {}

  private Look look(
      AlertedMetric metric, Map<String, String> key, AlertWindow window, AlertValues values) {
    Optional<Double> value = values.get(key, window);
    if (value.isEmpty() && metric.isZeroWithoutRows()) {
      value = Optional.of(0.0);
    }
    if (alert.condition() instanceof Change change) {
      Optional<Double> was = values.get(key, window.before(change.days(), zone));
      // Of nothing, everything is infinitely more.
      Optional<Double> base = was.filter(number -> number != 0);
      Optional<Double> now = value;
      return new Look(base.flatMap(from -> now.map(to -> isFar(change, from, to))), value, was);
    }
    return new Look(value.map(this::isBeyond), value, Optional.empty());
  }

  private boolean isBeyond(double value) {
    return alert.condition() instanceof Above above
        ? compare(value, above.limit()) > 0
        : compare(value, ((Below) alert.condition()).limit()) < 0;
  }

  private static boolean isFar(Change change, double from, double to) {
    // Divided last: a fall from 100 to 93 is one by 7, and not by a little more.
    double percent = (to - from) * PERCENT / Math.abs(from);
    return change.fallsBy() != null && compare(-percent, change.fallsBy()) > 0
        || change.risesBy() != null && compare(percent, change.risesBy()) > 0;
  }

  /** Infinity is a value of doubles, and none of decimals. */
  private static int compare(double value, BigDecimal limit) {
    return Double.compare(value, limit.doubleValue());
  }

  private static State state(List<Look> looks) {
    if (looks.stream().allMatch(look -> look.holds().equals(Optional.of(true)))) {
      return State.HOLDS;
    }
    return looks.stream().allMatch(look -> look.holds().equals(Optional.of(false)))
        ? State.OVER
        : State.UNDECIDED;
  }
}
