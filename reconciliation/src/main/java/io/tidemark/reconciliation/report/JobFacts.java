package io.tidemark.reconciliation.report;

import io.tidemark.jobs.spec.ReconcilePolicy.Notify;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One job of the day.
 *
 * @param name the job
 * @param owner who answers for it; empty when nobody was named
 * @param notification when its owner wants mail
 * @param table the table it writes
 * @param verdict what the comparison came to
 * @param obstacle for a job that was not compared: what stands in the way, and the command that
 *     removes it
 * @param run the comparison; nothing without one
 * @param metrics every metric compared
 * @param worst where the two sides are farthest apart
 * @param history the last days, oldest first, one entry each, those without comparison too
 * @param freshness how far its stream is
 */
public record JobFacts(
    String name,
    String owner,
    Notify notification,
    String table,
    Verdict verdict,
    Optional<Obstacle> obstacle,
    Optional<Run> run,
    List<Metric> metrics,
    Place.Worst worst,
    List<HistoryDay> history,
    Freshness freshness) {
  public JobFacts {
    metrics = List.copyOf(metrics);
    history = List.copyOf(history);
  }

  /** Whether the owner's wish for mail is met by the day; never by one on which nothing runs. */
  public boolean asksForMail() {
    return switch (notification) {
      case ALWAYS -> verdict != Verdict.NOT_RUN;
      case ON_DIFFERENCE -> verdict.needsSomebody() || verdict == Verdict.WITHIN;
      case ON_FAILURE -> verdict.needsSomebody();
    };
  }

  /** Whether a day of its history was compared. */
  public boolean everCompared() {
    return history.stream().anyMatch(day -> day.difference() != null);
  }

  /** Whether stream and batch were apart on any day of its history: else there is no curve. */
  public boolean everApart() {
    return history.stream().anyMatch(day -> day.difference() != null && day.difference() != 0);
  }

  /** The metric that decides: one outside before one within, then the one farthest apart. */
  public Optional<Metric> deciding() {
    return metrics.stream()
        .max(
            Comparator.comparing((Metric metric) -> !metric.within())
                .thenComparingDouble(Metric::difference));
  }

  /**
   * Why there is no comparison.
   *
   * @param text what is missing
   * @param command what to run
   */
  public record Obstacle(String text, String command) {}

  /**
   * The comparison itself.
   *
   * @param id its id
   * @param comparedKeys keys on either side
   * @param differingKeys keys that differ in any metric
   * @param unexplainedKeys of them those without a cause; {@code null} before causes are known
   * @param lateRows rows of input that came too late for the stream; {@code null} where none can
   * @param inputRows rows of input; {@code null} when not counted
   * @param sealedAt commit time of the day's cut; {@code null} when unknown
   * @param batchedAt commit time of the batch; {@code null} when unknown
   * @param seconds how long the comparison took; {@code null} when unknown
   */
  public record Run(
      String id,
      long comparedKeys,
      long differingKeys,
      Long unexplainedKeys,
      Long lateRows,
      Long inputRows,
      Instant sealedAt,
      Instant batchedAt,
      Double seconds) {}

  /**
   * One metric.
   *
   * @param name its name
   * @param within whether the difference is tolerated
   * @param stream the stream's total as text; {@code null} when it has none
   * @param batch the batch's total as text; {@code null} when it has none
   * @param difference how far they are apart, as a share of the batch
   * @param tolerance how far they may be apart, in words
   * @param toleratedShare the same as a share; {@code null} where it is no share
   * @param netDifference batch minus stream as text; {@code null} when unknown
   * @param differingKeys keys that differ
   * @param causes what the difference is made of
   */
  public record Metric(
      String name,
      boolean within,
      String stream,
      String batch,
      double difference,
      String tolerance,
      Double toleratedShare,
      String netDifference,
      long differingKeys,
      List<CauseFacts> causes) {
    public Metric {
      causes = List.copyOf(causes);
    }
  }

  /**
   * What one cause contributes.
   *
   * @param cause its word
   * @param keys keys in which it has a part
   * @param part batch minus stream as far as it is due to it, as text
   */
  public record CauseFacts(String cause, long keys, String part) {}

  /**
   * A day of the job's history: the metric that decided it.
   *
   * @param day the day
   * @param difference as a share of the batch; {@code null} on a day without comparison
   * @param tolerance of the same metric as a share; {@code null} where it is no share
   * @param within whether the whole job was within
   */
  public record HistoryDay(LocalDate day, Double difference, Double tolerance, boolean within) {}

  /**
   * How far the stream is.
   *
   * @param lastCommit of the stream on {@code main}; {@code null} when it has never written
   * @param microBatches it committed in the day before the report was made
   * @param age from that commit to the report; {@code null} without one
   */
  public record Freshness(Instant lastCommit, long microBatches, Duration age) {}
}
