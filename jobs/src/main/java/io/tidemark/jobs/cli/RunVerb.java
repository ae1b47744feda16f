package io.tidemark.jobs.cli;

import io.tidemark.catalog.KafkaSettings;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.jobs.run.BatchRun;
import io.tidemark.jobs.run.OffsetMover;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.jobs.run.StreamRun;
import io.tidemark.jobs.source.KafkaCheck;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.SinkSpec;
import io.tidemark.jobs.spec.Split;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.ShutdownHookManager;
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
      "stream   appends to main as input arrives, until it is stopped (SIGTERM, Ctrl-C)",
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
  private static final long STOP_SECONDS = 120;

  /** Hadoop runs hooks of a higher priority first; Spark's has 50. */
  private static final int BEFORE_SPARK = 100;

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
      streams();
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
    workspace.checkDimensions(chosen);
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
                + " writes to has lost rows, write them all again: ./tidemark run %s --mode catchup --reload")
            .formatted(sink.name(), sink.name()));
  }

  private void streams() {
    Workspace workspace = Workspace.open(options);
    List<JobSpec> chosen = workspace.chosenJobs(names);
    List<SinkSpec> sinks = workspace.chosenSinks(names);
    if (reload && !chosen.isEmpty() || reload && sinks.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "--reload is for sinks; name those to be written again, and no jobs.");
    }
    workspace.checkSql(chosen.isEmpty() ? writers(workspace, sinks) : chosen);
    workspace.checkSinks(sinks);
    workspace.checkDimensions(chosen);
    requireStartsThatHaveCome(workspace, chosen);
    StopSignal stop = new StopSignal();
    CountDownLatch ended = new CountDownLatch(1);
    stopOnShutdown(stop, ended);
    PrintWriter err = spec.commandLine().getErr();
    RunProgress progress = new RunProgress(err);
    try (EmbeddedBroker.Use broker = broker(workspace, chosen, sinks);
        StreamMaintenance.Running maintenance =
            StreamMaintenance.beginInstalled(workspace, chosen, err)) {
      StreamRun run =
          new StreamRun(
              workspace.lake(),
              workspace.jobs(),
              workspace.tables(),
              stop,
              progress.and(maintenance));
      StreamRun.Sinks behind = new StreamRun.Sinks(sinks, reload);
      if (mode == Mode.CATCHUP) {
        run.catchUp(chosen, behind);
      } else {
        run.stream(chosen, behind);
      }
      progress.summary(spec.commandLine().getOut(), chosen, sinks);
    } finally {
      ended.countDown();
    }
  }

  /** The jobs that write what sinks read: their columns follow from them. */
  private static List<JobSpec> writers(Workspace workspace, List<SinkSpec> sinks) {
    return workspace.jobs().jobs().stream()
        .filter(job -> sinks.stream().anyMatch(sink -> sink.input().equals(job.output())))
        .toList();
  }

  /** A start counts for a job that has never run. */
  private void requireStartsThatHaveCome(Workspace workspace, List<JobSpec> chosen) {
    ZoneId zone = workspace.lake().environment().timeZone();
    List<String> problems = new ArrayList<>();
    for (IngestSpec job : started(workspace, chosen)) {
      String name = "'start' of job " + job.name();
      FutureStart.refusal(name, job.start(), CLOCK.instant(), zone)
          .filter(why -> new OffsetMover(workspace.lake(), job).position().isEmpty())
          .ifPresent(problems::add);
    }
    if (!problems.isEmpty()) {
      throw new ParameterException(spec.commandLine(), String.join("\n", problems));
    }
  }

  /** The jobs that get a position if they have none: a split gives one to all of its jobs. */
  private static Set<IngestSpec> started(Workspace workspace, List<JobSpec> chosen) {
    Set<IngestSpec> started = new LinkedHashSet<>();
    for (JobSpec job : chosen) {
      if (job instanceof IngestSpec reader) {
        workspace.jobs().splitOf(reader).map(Split::jobs).ifPresent(started::addAll);
        started.add(reader);
      }
    }
    return started;
  }

  /** The broker of jobs that read one, up and with their topics, and of sinks that write one. */
  private static EmbeddedBroker.Use broker(
      Workspace workspace, List<JobSpec> chosen, List<SinkSpec> sinks) {
    List<IngestSpec> readers =
        chosen.stream().filter(IngestSpec.class::isInstance).map(IngestSpec.class::cast).toList();
    boolean sends = sinks.stream().anyMatch(sink -> sink.target() instanceof SinkSpec.Kafka);
    if (readers.isEmpty() && !sends) {
      return () -> {};
    }
    KafkaSettings kafka = workspace.declarations().environment().kafka();
    EmbeddedBroker.Use broker = EmbeddedBroker.useIfEmbedded(kafka);
    try {
      new KafkaCheck(kafka).requireTopics(readers);
      return broker;
    } catch (RuntimeException e) {
      broker.close();
      throw e;
    }
  }

  /**
   * Lets the streams end their micro-batch before Spark, which has a hook of its own, is stopped.
   */
  private static void stopOnShutdown(StopSignal stop, CountDownLatch ended) {
    ShutdownHookManager.get()
        .addShutdownHook(
            () -> {
              stop.stop();
              try {
                if (!ended.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                  System.err.println("a micro-batch did not end in time; it will be run again");
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            BEFORE_SPARK,
            STOP_SECONDS + 5,
            TimeUnit.SECONDS);
  }
}
