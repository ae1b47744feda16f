package io.tidemark.jobs.spec;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is made of a day's comparison: how far stream and batch may be apart, whether the day is
 * published, and whether anybody is told.
 *
 * @param standard for every metric without its own
 * @param byMetric metric name to its own tolerance
 * @param publish when the day's batch takes the place of the stream's rows
 * @param notification when the job's owner gets mail
 */
public record ReconcilePolicy(
    Tolerance standard, Map<String, Tolerance> byMetric, Publish publish, Notify notification) {
  /** One percent, published when within, told when anything differs: the default of every job. */
  public static final ReconcilePolicy DEFAULT =
      new ReconcilePolicy(Tolerance.ofShare(0.01), Map.of(), Publish.ON_PASS, Notify.ON_DIFFERENCE);

  /** When a reconciled day is published. */
  public enum Publish {
    /** When every metric is within its tolerance. */
    ON_PASS,
    /** Whatever the verdict. */
    ALWAYS,
    /** Only by a person. */
    NEVER
  }

  /** When mail about a reconciled day is sent. */
  public enum Notify {
    /** Every day. */
    ALWAYS,
    /** When any key differs, within the tolerance or not. */
    ON_DIFFERENCE,
    /** When a metric is outside its tolerance. */
    ON_FAILURE
  }

  public ReconcilePolicy {
    byMetric = Map.copyOf(byMetric);
  }

  /** The default with other tolerances. */
  public static ReconcilePolicy tolerating(double standard, Map<String, Double> byMetric) {
    return new ReconcilePolicy(
        Tolerance.ofShare(standard),
        byMetric.entrySet().stream()
            .collect(
                Collectors.toMap(Map.Entry::getKey, entry -> Tolerance.ofShare(entry.getValue()))),
        DEFAULT.publish(),
        DEFAULT.notification());
  }

  /**
   * All tolerances as one text, by which changed ones are recognised: {@code *} stands for every
   * metric that is not named.
   */
  public String tolerances() {
    Map<String, Tolerance> all = new TreeMap<>(byMetric);
    all.put("*", standard);
    return all.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + text(entry.getValue()))
        .collect(Collectors.joining("; "));
  }

  private static String text(Tolerance tolerance) {
    return tolerance.share()
        + tolerance
            .closeness()
            .map(close -> ", relative " + close.relative() + ", absolute " + close.absolute())
            .orElse("");
  }

  /** The tolerance of one metric. */
  public Tolerance of(String metric) {
    return byMetric.getOrDefault(metric, standard);
  }
}
