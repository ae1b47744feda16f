package io.tidemark.jobs.cli;

import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.jobs.run.BatchRun;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.SinkSpec;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs declared jobs in one of the three modes. */
@Command(
    name = "run",
    description = "Runs declared jobs: as a stream, as a catch-up, or as a batch.",
    footer = {
      "",
      "stream   appends to main as input arrives, until it is stopped: see tidemark stream",
      "catchup  the same, drained: reads what is there, upstream first, and ends",
      "batch    recomputes sealed business days into the branch 'offline', from ODS as of their cut,",
      "         where their cut, a definition, a dimension or a batch above has changed since",
      "",
      "A sink runs as a stream or a catch-up, behind the jobs: first all that its table shows, then",
      "what changes.",
      "",
      "A rerun of any mode changes nothing that is already right.",
      "",
      "Examples:",
      "  tidemark run all --mode catchup",
      "  tidemark run ods_reading_event dwd_reading_event --mode stream",
      "  tidemark run dws_reading_channel_1h --mode batch --day 2026-01-31",
      "  tidemark run all --mode batch --from 2026-01-01 --to 2026-01-31"
    })
public final class RunVerb implements Verb {
  private static final Clock CLOCK = Clock.systemUTC();

  /** How a job is run. */
  enum Mode {
    STREAM,
    CATCHUP,
    BATCH;

    /** As it is written on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(
      arity = "1..*",
      paramLabel = "JOB",
      description = "Names of jobs and sinks, or 'all' (see: tidemark jobs).")
  private List<String> names;

  @Option(
      names = "--mode",
      required = true,
      paramLabel = "MODE",
      description = "One of: ${COMPLETION-CANDIDATES}.")
  private Mode mode;

  @Option(
      names = "--again",
      description =
          "With --mode batch: computes days of these jobs that are made already, too. For what no"
              + " record speaks of, as a new version of Tidemark.")
  private boolean again;

  @Option(
      names = "--reload",
      description =
          "With sinks, in --mode catchup or stream: writes everything their tables show again, and"
              + " takes away what is there beside it; then goes on. For a target that lost rows.")
  private boolean reload;

  @Mixin private DayOptions days = new DayOptions();
  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.RUN;
  }

  @Override
  public int rank() {
    return 10;
  }

  @Override
  public Integer call() {
    if (again && mode != Mode.BATCH) {
      throw new ParameterException(
          spec.commandLine(), "--again goes with --mode batch; a stream never reads a row twice.");
    }
    if (reload && mode == Mode.BATCH) {
      throw new ParameterException(
          spec.commandLine(), "--reload goes with --mode catchup or stream, and with sinks.");
    }
    if (mode == Mode.BATCH) {
      batch(days.required());
    } else if (days.days().isPresent()) {
      throw new ParameterException(
          spec.commandLine(), "Days go with --mode batch; a stream reads whatever arrives.");
    } else {
      return new StreamDriver(options, names, reload, CLOCK, spec.commandLine())
          .run(mode == Mode.STREAM);
    }
    return ExitCodes.OK;
  }

  private void batch(Range range) {
    Workspace workspace = Workspace.open(options);
    PrintWriter err = spec.commandLine().getErr();
    BatchRun run =
        new BatchRun(
            workspace.lake(),
            workspace.jobs(),
            workspace.tables(),
            report ->
                err.printf(
                    "%-32s offline %s: %s%n",
                    report.job(),
                    report.days().shown(),
                    report.kept() ? "made already" : "%,d rows".formatted(report.rows())));
    List<JobSpec> chosen = workspace.chosenJobs(names);
    if (!names.contains(Workspace.ALL)) {
      workspace.chosenSinks(names).stream().findFirst().ifPresent(this::refuseBatch);
      chosen.stream().filter(IngestSpec.class::isInstance).findFirst().ifPresent(this::refuseBatch);
    }
    workspace.checkSql(chosen);
    workspace.checkTables(chosen);
    chosen.stream()
        .filter(job -> !(job instanceof IngestSpec))
        .forEach(job -> run.run(job, range, again));
  }

  private void refuseBatch(JobSpec job) {
    throw new ParameterException(
        spec.commandLine(),
        "Job " + job.name() + " reads Kafka, once: it has no batch. Name the jobs behind it.");
  }

  private void refuseBatch(SinkSpec sink) {
    throw new ParameterException(
        spec.commandLine(),
        ("Sink %s has no batch: it writes what its table shows, a published day included. If what it"
                + " writes to has lost rows, write them all again: %s")
            .formatted(sink.name(), SinkSpec.reloading(sink.name())));
  }
}
