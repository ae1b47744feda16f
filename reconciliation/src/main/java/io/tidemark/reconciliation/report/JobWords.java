package io.tidemark.reconciliation.report;

import io.tidemark.reconciliation.plan.Shown;
import io.tidemark.reconciliation.report.JobFacts.CauseFacts;
import io.tidemark.reconciliation.report.JobFacts.Metric;
import io.tidemark.reconciliation.report.JobFacts.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the report says of a job and its metrics. */
public final class JobWords {
  private final DayFacts day;
  private final Times times;

  JobWords(DayFacts day, Times times) {
    this.day = day;
    this.times = times;
  }

  /** The line below a job's name. */
  public String about(JobFacts job) {
    List<String> said = new ArrayList<>();
    job.run().ifPresent(run -> about(run, said));
    said.add(job.owner().isBlank() ? "no owner" : "owner " + Texts.name(job.owner()));
    return String.join(" · ", said);
  }

  private static void about(Run run, List<String> said) {
    said.add(Shown.counted(run.comparedKeys(), "key") + " compared");
    if (run.differingKeys() > 0) {
      said.add(Shown.number(run.differingKeys()) + " differ");
      if (run.unexplainedKeys() != null) {
        said.add(
            run.unexplainedKeys() == 0
                ? "all explained"
                : Shown.number(run.unexplainedKeys()) + " unexplained");
      }
    }
    if (run.lateRows() != null && run.lateRows() > 0) {
      said.add(
          Shown.counted(run.lateRows(), "late row")
              + (run.inputRows() == null ? "" : " of " + Shown.number(run.inputRows())));
    }
  }

  /** What became of the job's day in its table: {@code published}, {@code undone}, or nothing. */
  public String published(JobFacts job) {
    return day.publications().stream()
        .filter(publication -> job.name().equals(publication.job()))
        .reduce((first, second) -> second)
        .map(LedgerWords::actionOf)
        .orElse("no");
  }

  /** The difference of the metric that decides; a dash without one. */
  public String difference(JobFacts job) {
    return job.deciding().map(this::difference).orElse(Texts.NOTHING);
  }

  /** A metric's total in the stream. */
  public String stream(Metric metric) {
    return Texts.total(metric.stream());
  }

  /** A metric's total in the batch. */
  public String batch(Metric metric) {
    return Texts.total(metric.batch());
  }

  /** The total of both sides of an equal metric; doubles may differ in their last digits. */
  public String total(Metric metric) {
    String stream = stream(metric);
    return stream.equals(batch(metric)) ? stream : stream + " / " + batch(metric);
  }

  /** How far apart. */
  public String difference(Metric metric) {
    return Texts.share(metric.difference());
  }

  /** {@code +53,617 net in 318 differing keys}; empty where none differs. */
  public String net(Metric metric) {
    if (metric.differingKeys() == 0) {
      return "";
    }
    String keys = Shown.counted(metric.differingKeys(), "differing key");
    String net = Texts.signed(metric.netDifference());
    return net.isEmpty() ? keys : net + " net in " + keys;
  }

  /** What one cause contributes, as in {@code late: 3 keys, +12}. */
  public String cause(CauseFacts cause) {
    String part = Texts.signed(cause.part());
    return "%s: %s%s"
        .formatted(
            Texts.value(cause.cause()),
            Shown.counted(cause.keys(), "key"),
            part.isEmpty() ? "" : ", " + part);
  }

  /** A stream's last commit. */
  public String lastCommit(JobFacts job) {
    return times.minute(job.freshness().lastCommit());
  }

  /** How old that is. */
  public String age(JobFacts job) {
    Duration age = job.freshness().age();
    return age == null ? "never wrote" : Times.span(age) + " ago";
  }

  /** How long the comparison took. */
  public String compareTime(JobFacts job) {
    return Times.seconds(job.run().map(Run::seconds).orElse(null));
  }

  /** From the day's seal to the batch. */
  public String batchTime(JobFacts job) {
    return job.run()
        .filter(run -> run.sealedAt() != null && run.batchedAt() != null)
        .map(run -> Times.span(Duration.between(run.sealedAt(), run.batchedAt())))
        .orElse(Texts.NOTHING);
  }
}
