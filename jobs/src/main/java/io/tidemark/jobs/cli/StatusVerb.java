package io.tidemark.jobs.cli;

import io.tidemark.jobs.operation.DriverRecord;
import io.tidemark.jobs.operation.JobStatus;
import io.tidemark.jobs.operation.StatusReader;
import io.tidemark.jobs.run.LookupCounts;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.SinkSpec;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows how jobs stand. */
@Command(
    name = "status",
    description = "Shows whether jobs run, how far they are behind, and what they failed of.",
    footer = {
      "",
      "state      running, restarts (failed, and is begun again before long), failed, driver gone,",
      "           stopped, not running, never ran",
      "lag        messages of its topic, or rows of its input, that the job has still to read",
      "waiting    how long the oldest of them has been there",
      "freshness  how long ago the oldest message came whose row is not in the table, through all jobs",
      "           above; 'allowed' is what the job declares as its freshness",
      "open days  bytes of the days that are not sealed, of the table in which the job looks for keys",
      "           and values that were there before",
      "letters    dead letters of today, and all that are not repaired; of a transform, rows of open",
      "           days that are held back for good",
      "",
      "Below the table: rows that wait for a key, and of each lookup the share of rows that found one",
      "and the share for which the dimension was not read, over the last 100 micro-batches.",
      "",
      "It is made of tables, Kafka and what drivers leave beside the checkpoints, whether one runs or",
      "not, and reads no row but those that are held back.",
      "",
      "Exit codes: 0 all is well; 3 a job has failed, or its driver is gone, or its table is less fresh",
      "than declared; 1 something could not be told.",
      "",
      "Examples:",
      "  tidemark status",
      "  tidemark status ods_reading_event --json"
    })
public final class StatusVerb implements Verb {
  private static final Clock CLOCK = Clock.systemUTC();

  @Parameters(
      arity = "0..*",
      paramLabel = "JOB",
      description = "Names of jobs and sinks (see: tidemark jobs); all when none is named.")
  private List<String> names = List.of();

  @Option(names = "--json", description = "Prints JSON in place of a table.")
  private boolean json;

  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.LOOK;
  }

  @Override
  public int rank() {
    return 5;
  }

  @Override
  public Integer call() {
    Workspace workspace = Workspace.open(options);
    List<String> asked = names.isEmpty() ? List.of(Workspace.ALL) : names;
    List<JobSpec> chosen = workspace.chosenJobs(asked);
    List<SinkSpec> sinks = workspace.chosenSinks(asked);
    Instant now = CLOCK.instant();
    List<JobStatus> found;
    try (EmbeddedBroker.Use broker =
        EmbeddedBroker.useIfEmbedded(workspace.declarations().environment().kafka())) {
      found =
          new StatusReader(workspace.lake(), workspace.jobs(), FailureText::withoutSecrets)
              .read(chosen, sinks, now);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(StatusJson.write(found, now));
    } else {
      print(found, workspace.declarations().environment().timeZone(), out);
    }
    out.flush();
    if (found.stream().anyMatch(JobStatus::needsAttention)) {
      return ExitCodes.OUTSIDE_TOLERANCE;
    }
    return found.stream().allMatch(status -> status.problems().isEmpty())
        ? ExitCodes.OK
        : ExitCodes.FAILURE;
  }

  private static void print(List<JobStatus> found, ZoneId zone, PrintWriter out) {
    TextTable table =
        new TextTable(
                "job",
                "state",
                "lag",
                "waiting",
                "freshness",
                "allowed",
                "open days",
                "letters today",
                "not repaired",
                "last commit")
            .ofCounts();
    DateTimeFormatter time = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(zone);
    for (JobStatus status : found) {
      table.add(
          status.job(),
          status.activity().shown(),
          status.lagEvents().orElse(null),
          status.lag().map(StatusVerb::shown).orElse(""),
          status.freshness().map(StatusVerb::shown).orElse(""),
          shown(status.objective()),
          status.state().map(state -> bytes(state.bytes())).orElse(""),
          status.deadLetters().map(JobStatus.DeadLetters::today).orElse(null),
          status.deadLetters().map(JobStatus.DeadLetters::unrepaired).orElse(null),
          status.lastCommit().map(time::format).orElse(""));
    }
    table.print(out);
    for (JobStatus status : found) {
      status
          .parked()
          .filter(parked -> parked.rows() > 0)
          .ifPresent(
              parked ->
                  out.printf(
                      "%s: %,d rows wait for a key, the oldest came %s ago%n",
                      status.job(), parked.rows(), shown(parked.oldest())));
      status
          .lookups()
          .forEach((lookup, counts) -> out.println(lookedUp(status.job(), lookup, counts)));
      if (status.isStale()) {
        out.printf(
            "✗ %s: the oldest message that is not in its table came %s ago, %s are allowed%n",
            status.job(), shown(status.freshness().orElseThrow()), shown(status.objective()));
      }
      status.driver().flatMap(driver -> failure(driver, time)).ifPresent(out::println);
      status.problems().forEach(problem -> out.printf("! %s: %s%n", status.job(), problem));
    }
  }

  private static String lookedUp(String job, String lookup, LookupCounts counts) {
    return "%s: %,d rows looked up in %s, %s found, %s without reading it"
        .formatted(
            job,
            counts.asked(),
            lookup,
            percent(counts.foundShare()),
            percent(counts.cachedShare()));
  }

  private static String percent(Optional<Double> share) {
    return share.map(value -> "%.1f %%".formatted(100 * value)).orElse("none");
  }

  private static Optional<String> failure(DriverRecord driver, DateTimeFormatter time) {
    return Optional.ofNullable(driver.lastFailure())
        .map(
            text ->
                "%s %s failed at %s, %d times since %s: %s"
                    .formatted(
                        driver.state() == DriverRecord.State.RUNNING ? "note:" : "✗",
                        driver.job(),
                        time.format(driver.lastFailureAt()),
                        driver.failures(),
                        time.format(driver.beganAt()),
                        text));
  }

  private static String shown(Duration duration) {
    if (duration.toDays() > 0) {
      return "%d d %d h".formatted(duration.toDays(), duration.toHoursPart());
    }
    if (duration.toHours() > 0) {
      return "%d h %d min".formatted(duration.toHours(), duration.toMinutesPart());
    }
    return duration.toMinutes() > 0
        ? "%d min %d s".formatted(duration.toMinutes(), duration.toSecondsPart())
        : duration.toSeconds() + " s";
  }

  private static String bytes(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    int unit = Math.min(4, (63 - Long.numberOfLeadingZeros(bytes)) / 10);
    return "%.1f %siB".formatted(bytes / Math.pow(1024, unit), " KMGT".charAt(unit));
  }
}
