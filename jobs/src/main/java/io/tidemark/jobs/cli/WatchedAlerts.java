package io.tidemark.jobs.cli;

import io.tidemark.jobs.alert.AlertCheck.Outcome;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.jobs.spec.AlertSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.SinkSpec;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The alerts of a driver's jobs, looked at every minute, or as often as the environment says, where
 * it has receivers. What fails is said, and stops no stream.
 *
 * @param stop ends it
 */
record WatchedAlerts(Runnable stop) implements AutoCloseable {
  /** Where nobody is told. */
  static final WatchedAlerts NONE = new WatchedAlerts(() -> {});

  /** A look that is under way may end, so that nothing is left claimed. */
  private static final Duration LAST_LOOK = Duration.ofSeconds(30);

  /** The alerts of jobs and sinks that a driver looks at; none where nobody is told. */
  static List<AlertSpec> of(Workspace workspace, List<JobSpec> jobs, List<SinkSpec> sinks) {
    if (workspace.declarations().environment().alerts().receivers().isEmpty()) {
      return List.of();
    }
    Set<String> names = names(jobs, sinks);
    return workspace.jobs().alerts().stream().filter(alert -> names.contains(alert.job())).toList();
  }

  private static Set<String> names(List<JobSpec> jobs, List<SinkSpec> sinks) {
    return Stream.concat(jobs.stream().map(JobSpec::name), sinks.stream().map(SinkSpec::name))
        .collect(Collectors.toSet());
  }

  /** Begins to look. */
  static WatchedAlerts begin(
      Workspace workspace,
      List<JobSpec> jobs,
      List<SinkSpec> sinks,
      Clock clock,
      PrintWriter progress) {
    if (of(workspace, jobs, sinks).isEmpty()) {
      return NONE;
    }
    StopSignal stop = new StopSignal();
    Set<String> names = names(jobs, sinks);
    AlertLooks looks = new AlertLooks(workspace, names::contains, clock, stop::await);
    Telling telling = new Telling(progress);
    ScheduledExecutorService looking =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "alerts");
              thread.setDaemon(true);
              return thread;
            });
    long every = workspace.declarations().environment().alerts().every().toMillis();
    looking.scheduleAtFixedRate(
        () -> telling.say(looks, clock), every, every, TimeUnit.MILLISECONDS);
    return new WatchedAlerts(() -> end(looking, stop));
  }

  private static void end(ScheduledExecutorService looking, StopSignal stop) {
    stop.stop();
    looking.shutdown();
    try {
      looking.awaitTermination(LAST_LOOK.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    looking.shutdownNow();
  }

  /** Says what was told, and of what is wrong the same only once. */
  private static final class Telling {
    private final PrintWriter progress;
    private Set<String> said = new HashSet<>();

    Telling(PrintWriter progress) {
      this.progress = progress;
    }

    void say(AlertLooks looks, Clock clock) {
      Set<String> problems = new HashSet<>();
      try {
        Outcome outcome = looks.at(clock.instant());
        outcome.told().forEach(line -> progress.println("alerts: told " + line));
        problems.addAll(outcome.problems());
      } catch (RuntimeException | LinkageError | StackOverflowError e) {
        // Whatever got out of here would end all looks, and nobody would hear of it.
        problems.add(FailureText.withoutSecrets(e));
      }
      problems.stream()
          .filter(problem -> !said.contains(problem))
          .forEach(problem -> progress.println("alerts: " + problem));
      said = problems;
      progress.flush();
    }
  }

  @Override
  public void close() {
    stop.run();
  }
}
