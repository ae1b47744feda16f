package io.tidemark.reconciliation.report;

import io.tidemark.reconciliation.plan.Cause;
import io.tidemark.reconciliation.report.JobFacts.CauseFacts;
import io.tidemark.reconciliation.report.JobFacts.Metric;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;

/** What somebody is to do about a difference, by the cause that has most of it. */
final class Advice {
  private Advice() {}

  /** In a sentence or two; nothing where no cause is known. */
  static Optional<String> on(JobFacts job) {
    return job.deciding()
        .flatMap(Advice::largest)
        .map(
            cause ->
                "Most of it is %s: the row %s. %s"
                    .formatted(cause.text(), cause.meaning(), todo(cause)));
  }

  private static Optional<Cause> largest(Metric metric) {
    return metric.causes().stream()
        .max(Comparator.comparing(Advice::size).thenComparing(CauseFacts::keys))
        .flatMap(
            largest ->
                Arrays.stream(Cause.values())
                    .filter(cause -> cause.text().equals(largest.cause()))
                    .findFirst());
  }

  private static BigDecimal size(CauseFacts cause) {
    try {
      return cause.part() == null ? BigDecimal.ZERO : new BigDecimal(cause.part()).abs();
    } catch (NumberFormatException e) {
      return BigDecimal.ZERO;
    }
  }

  private static String todo(Cause cause) {
    return switch (cause) {
      case LATE ->
          "Nothing is broken: publish the batch's day, or raise the job's lateness or tolerance.";
      case DUPLICATE, DEAD_LETTER, DEFINITION, IN_FLIGHT ->
          "The batch has it right: publish its day.";
      case DIMENSION -> "Publish the batch's day, or make it again once the dimension is right.";
      case LOST, DOUBLED, FOREIGN, ALTERED ->
          "Find who changed the table: the evidence names commits of others. If the batch has it"
              + " right, publish its day.";
      case UNEXPLAINED -> "Keep the snapshots, and look at the keys.";
    };
  }
}
