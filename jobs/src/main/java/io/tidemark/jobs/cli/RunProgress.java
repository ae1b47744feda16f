package io.tidemark.jobs.cli;

import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.MicroBatchReport;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
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
    totals.merge(report.job(), report, RunProgress::added);
  }

  /** What each job did in this run. */
  void summary(PrintWriter out, List<JobSpec> jobs) {
    out.printf(
        "%n%-32s %12s %12s %12s %10s %8s %8s%n",
        "job", "read", "written", "dead letters", "dropped", "late", "pending");
    for (JobSpec job : jobs) {
      MicroBatchReport total =
          totals.getOrDefault(job.name(), new MicroBatchReport(job.name(), 0, 0, 0, 0, 0, 0, 0));
      out.printf(
          "%-32s %,12d %,12d %12s %,10d %,8d %,8d%n",
          job.name(),
          total.read(),
          total.written(),
          job instanceof IngestSpec ? "%,d".formatted(total.deadLetters()) : "",
          total.dropped(),
          total.late(),
          total.pending());
    }
    out.flush();
  }

  private static String asides(MicroBatchReport report) {
    return aside("dead letters", report.deadLetters())
        + aside("dropped", report.dropped())
        + aside("late", report.late())
        + aside("pending", report.pending());
  }

  private static String aside(String what, long count) {
    return count == 0 ? "" : ", %s %,d".formatted(what, count);
  }

  private static MicroBatchReport added(MicroBatchReport a, MicroBatchReport b) {
    return new MicroBatchReport(
        a.job(),
        b.batch(),
        a.read() + b.read(),
        a.written() + b.written(),
        a.deadLetters() + b.deadLetters(),
        a.dropped() + b.dropped(),
        a.late() + b.late(),
        a.pending() + b.pending());
  }
}
