package io.tidemark.reconciliation.plan;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Why a job's stream and batch differ, as lines of a page. */
final class CauseLines {
  /** So many pieces of evidence are shown; all of them are in the table of keys. */
  private static final int SHOWN = 3;

  private CauseLines() {}

  /** The causes of each metric, whether they add up, and some evidence; nothing before that. */
  static List<String> of(JobResult job) {
    List<String> lines = new ArrayList<>();
    for (MetricResult metric : job.metrics()) {
      if (!job.explanation().of(metric.metric()).isEmpty()) {
        lines.add("  " + metric.metric() + ": " + split(job.explanation(), metric));
      }
    }
    evidence(job).forEach(text -> lines.add("  evidence: " + Shown.value(text, false)));
    return lines;
  }

  /** {@code late 12 keys, +340; lost 1 key, +3; in all +343, batch minus stream}. */
  private static String split(Explanation why, MetricResult metric) {
    String causes =
        why.of(metric.metric()).stream()
            .map(
                part ->
                    "%s %s, %s"
                        .formatted(
                            part.cause().text(),
                            Shown.counted(part.keys(), "key"),
                            signed(part.part())))
            .collect(Collectors.joining("; "));
    BigDecimal all = why.total(metric.metric());
    return addsUp(all, metric.net())
        ? "%s; in all %s, the difference".formatted(causes, signed(all))
        : "%s; in all %s, WHERE THE DIFFERENCE IS %s"
            .formatted(causes, signed(all), signed(metric.net()));
  }

  /** But for the last digits of doubles, which depend on the order of adding. */
  private static boolean addsUp(BigDecimal parts, BigDecimal difference) {
    BigDecimal lost = difference.abs().multiply(BigDecimal.valueOf(MetricColumn.NEARLY_EQUAL));
    return parts.subtract(difference).abs().compareTo(lost) <= 0;
  }

  private static String signed(BigDecimal part) {
    return (part.signum() >= 0 ? "+" : "") + Shown.value(part.toPlainString(), true);
  }

  /** Of the keys that differ most, those that show a cause which none before has shown. */
  private static List<String> evidence(JobResult job) {
    List<String> evidence = new ArrayList<>();
    Set<Cause> seen = EnumSet.noneOf(Cause.class);
    for (MetricResult metric : job.metrics()) {
      for (KeyDifference key : metric.worst()) {
        if (evidence.size() < SHOWN
            && !key.evidence().isEmpty()
            && seen.addAll(key.causes().keySet())) {
          evidence.add(key.evidence());
        }
      }
    }
    return evidence;
  }
}
