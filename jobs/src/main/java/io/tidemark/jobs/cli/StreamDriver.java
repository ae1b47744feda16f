package io.tidemark.jobs.cli;

import io.tidemark.catalog.Environment;
import io.tidemark.catalog.KafkaSettings;
import io.tidemark.jobs.operation.DriverRecords;
import io.tidemark.jobs.operation.DriverWatch;
import io.tidemark.jobs.operation.MicroBatchLog;
import io.tidemark.jobs.operation.MicroBatchTimes;
import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.OffsetMover;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.jobs.run.StreamRun;
import io.tidemark.jobs.source.KafkaCheck;
import io.tidemark.jobs.spec.AlertSpec;
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
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** This process as the driver of jobs that run as streams, or are caught up. */
final class StreamDriver {
  private final ConfOptions options;
  private final List<String> names;
  private final boolean reload;
  private final Clock clock;
  private final CommandLine line;

  /**
   * A driver, not started yet.
   *
   * @param names of jobs and sinks, or the word for all of them
   * @param reload whether the sinks write everything again first; then no job may be named
   */
  StreamDriver(
      ConfOptions options, List<String> names, boolean reload, Clock clock, CommandLine line) {
    this.options = options;
    this.names = List.copyOf(names);
    this.reload = reload;
    this.clock = clock;
    this.line = line;
  }

  /**
   * Runs the jobs.
   *
   * @param goOn until it is stopped; else until all that is there was read
   * @return the exit code, which tells of a signal
   */
  int run(boolean goOn) {
    Workspace workspace = Workspace.open(options);
    List<JobSpec> chosen = workspace.chosenJobs(names);
    List<SinkSpec> sinks = workspace.chosenSinks(names);
    if (reload && (!chosen.isEmpty() || sinks.isEmpty())) {
      throw new ParameterException(
          line, "--reload is for sinks; name those to be written again, and no jobs.");
    }
    workspace.checkSql(chosen.isEmpty() ? writers(workspace, sinks) : chosen);
    workspace.checkSinks(sinks);
    workspace.checkTables(chosen);
    checkAlerts(workspace, chosen, sinks);
    requireStartsThatHaveCome(workspace, chosen);
    StopSignal stop = new StopSignal();
    try (StopOnSignal signals = new StopOnSignal(stop)) {
      run(workspace, chosen, new StreamRun.Sinks(sinks, reload), stop, goOn);
      return signals.exitCode();
    }
  }

  private void run(
      Workspace workspace,
      List<JobSpec> chosen,
      StreamRun.Sinks sinks,
      StopSignal stop,
      boolean goOn) {
    PrintWriter err = line.getErr();
    Environment environment = workspace.declarations().environment();
    RunProgress progress = new RunProgress(err, !goOn);
    try (EmbeddedBroker.Use broker = broker(workspace, chosen, sinks.sinks());
        ServedMetrics metrics =
            goOn
                ? ServedMetrics.begin(workspace, chosen, sinks.sinks(), clock)
                : ServedMetrics.NONE;
        WatchedAlerts alerts =
            goOn
                ? WatchedAlerts.begin(workspace, chosen, sinks.sinks(), clock, err)
                : WatchedAlerts.NONE;
        StreamMaintenance.Running maintenance =
            StreamMaintenance.beginInstalled(workspace, chosen, err);
        DriverWatch watch =
            new DriverWatch(
                new DriverRecords(environment.checkpoints()), clock, FailureText::withoutSecrets)) {
      MicroBatchListener told = progress.and(watch).and(metrics.listener()).and(maintenance);
      if (goOn) {
        told = told.and(new MicroBatchTimes(new MicroBatchLog(clock)));
      }
      StreamRun run =
          new StreamRun(workspace.lake(), workspace.jobs(), workspace.tables(), stop, told);
      if (goOn) {
        stream(run, chosen, sinks, progress);
      } else {
        run.catchUp(chosen, sinks);
        progress.summary(line.getOut(), chosen, sinks.sinks());
      }
    }
  }

  private void stream(
      StreamRun run, List<JobSpec> chosen, StreamRun.Sinks sinks, RunProgress progress) {
    try {
      run.stream(chosen, sinks);
    } finally {
      // What the others did is worth knowing also where one has failed.
      progress.summary(line.getOut(), chosen, sinks.sinks());
      progress.failures();
    }
  }

  /** Alerts are looked at where somebody is told of them. */
  private static void checkAlerts(Workspace workspace, List<JobSpec> chosen, List<SinkSpec> sinks) {
    List<AlertSpec> alerts = WatchedAlerts.of(workspace, chosen, sinks);
    if (!alerts.isEmpty()) {
      workspace.checkAlerts(alerts);
      workspace.checkReceivers();
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
      FutureStart.refusal(name, job.start(), clock.instant(), zone)
          .filter(why -> new OffsetMover(workspace.lake(), job).position().isEmpty())
          .ifPresent(problems::add);
    }
    if (!problems.isEmpty()) {
      throw new ParameterException(line, String.join("\n", problems));
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
}
