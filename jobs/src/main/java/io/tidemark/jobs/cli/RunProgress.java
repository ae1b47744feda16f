package io.tidemark.jobs.cli;

import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.MicroBatchReport;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.SinkSpec;
import io.tidemark.jobs.spec.SplitSpec;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Prints a line per micro-batch while streams run, and the totals of a run at its end. */
final class RunProgress implements MicroBatchListener {
  private final PrintWriter progress;
  private final Map<String, MicroBatchReport> totals = new ConcurrentHashMap<>();

  RunProgress(PrintWriter progress) {
    this.progress = progress;
  }

  @Override
  public void committed(MicroBatchReport report) {
    progress.printf(
        "%-32s micro-batch %d: read %,d, wrote %,d%s%n",
        report.job(), report.batch(), report.read(), report.written(), asides(report));
    totals.merge(report.job(), report, (earlier, next) -> next.plus(earlier));
  }

  /** What each job did in this run. */
  void summary(PrintWriter out, List<JobSpec> jobs, List<SinkSpec> sinks) {
    TextTable table =
        new TextTable("job", "read", "written", "dead letters", "dropped", "late", "pending")
            .ofCounts();
    for (JobSpec job : jobs) {
      MicroBatchReport total = totals.getOrDefault(job.name(), MicroBatchReport.none(job.name()));
      table.add(
          job.name(),
          total.read(),
          total.written(),
          job instanceof IngestSpec ? total.deadLetters() : null,
          dropped(job, total),
          job instanceof AggregateSpec ? total.late() : null,
          total.pending());
    }
    for (SinkSpec sink : sinks) {
      MicroBatchReport total = totals.getOrDefault(sink.name(), MicroBatchReport.none(sink.name()));
      table.add(sink.name(), total.read(), total.written(), null, null, null, null);
    }
    out.println();
    table.print(out);
  }

  /**
   * Of a change log, the messages that hold no row of the table; of a split, those only counted.
   */
  private static Long dropped(JobSpec job, MicroBatchReport total) {
    if (job instanceof IngestSpec ingest) {
      boolean ignores =
          ingest.payload().isChangeLog()
              || ingest.split().isSplit()
                  && !ingest.split().isRoute()
                  && ingest.split().otherwise() == SplitSpec.Otherwise.IGNORE;
      return ignores ? total.ignored() : null;
    }
    return job instanceof AggregateSpec ? null : total.dropped();
  }

  private static String asides(MicroBatchReport report) {
    return aside("dead letters", report.deadLetters())
        + aside("dropped", report.dropped())
        + aside("ignored", report.ignored())
        + aside("late", report.late())
        + aside("pending", report.pending());
  }

  private static String aside(String what, long count) {
    return count == 0 ? "" : ", %s %,d".formatted(what, count);
  }
}
