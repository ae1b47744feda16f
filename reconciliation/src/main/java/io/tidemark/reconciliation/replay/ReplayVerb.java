package io.tidemark.reconciliation.replay;

import io.tidemark.catalog.Environment;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.DayRanges;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.jobs.cli.ConfOptions;
import io.tidemark.jobs.cli.DayOptions;
import io.tidemark.jobs.cli.EmbeddedBroker;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.PrintedCommands;
import io.tidemark.jobs.cli.Verb;
import io.tidemark.jobs.cli.VerbGroup;
import io.tidemark.jobs.cli.Workspace;
import io.tidemark.jobs.run.BatchRun;
import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.OdsReplay;
import io.tidemark.jobs.run.OdsReplay.Difference;
import io.tidemark.jobs.run.OdsReplay.Window;
import io.tidemark.jobs.source.KafkaCheck;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.reconciliation.Reconciliation;
import io.tidemark.reconciliation.plan.DayResult;
import io.tidemark.reconciliation.publish.JobOutcome;
import io.tidemark.reconciliation.publish.Publishing;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes past days of a job and of everything behind it anew, and publishes them on command. */
@Command(
    name = "replay",
    description =
        "Makes past days of a job, and of all behind it, anew from ODS; or ODS from Kafka.",
    footer = {
      "",
      "For the morning after a mistake in a job was mended. Computes the days on the branch",
      "'offline', of the job and of everything downstream, compares them with what people see, and",
      "prints what would change and why. Streams go on. With --publish the days take the place of",
      "what is on 'main', a commit per table and day, upstream first; --reason is kept in",
      "ops.publication. A rerun goes on where it was interrupted, and changes nothing that is done.",
      "The day must be sealed: an open one is the streams'.",
      "",
      "With --from-kafka it is ODS that was wrong: rows were lost, changed by hand, or read by a",
      "mistaken declaration. The messages are read once more, by today's declaration: those received",
      "on the days, and those that ODS has or had at the days' cut as rows of them; none that the job",
      "has not read yet. Shown is which rows come, change and go. With --publish they do, in one",
      "commit, while the job goes on, and the commands for the tables behind it are printed. Refused",
      "when Kafka no longer has all of them.",
      "",
      "Exit code 0: nothing would change, or it was published. Exit code 3: something would change",
      "and waits to be published, or to be looked at.",
      "",
      "Examples:",
      "  tidemark replay dwd_reading_event --from 2026-01-10 --to 2026-01-15",
      "  tidemark replay dwd_reading_event --from 2026-01-10 --to 2026-01-15 --publish"
          + " --reason 'channel was cut off, see 4711'",
      "  tidemark replay ods_reading_event --from-kafka --day 2026-01-15",
      "  tidemark replay ods_reading_event --from-kafka --since 2026-01-15T14:00"
          + " --until 2026-01-15T16:30 --publish --reason 'rows deleted by mistake'"
    })
public final class ReplayVerb implements Verb {
  private static final Clock CLOCK = Clock.systemUTC();

  @Parameters(paramLabel = "JOB", description = "The job that was mended (see: tidemark jobs).")
  private String name;

  @Option(names = "--publish", description = "Publishes the days when they are computed.")
  private boolean publish;

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      description = "Why, for whoever asks later; goes with --publish.")
  private String reason;

  @Option(
      names = "--again",
      description =
          "Computes the job's days though they are made as it is declared: for a mistake that no"
              + " declaration shows, as one of an older Tidemark.")
  private boolean again;

  @Mixin private WindowOptions window = new WindowOptions();
  @Mixin private DayOptions days = new DayOptions();
  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.RUN;
  }

  @Override
  public int rank() {
    return 45;
  }

  @Override
  public Integer call() {
    boolean fromKafka = window.fromKafka();
    Optional<Range> asked = fromKafka ? days.days() : Optional.of(days.required());
    if (publish == (reason == null || reason.isBlank())) {
      throw refused("--publish and --reason go together: the reason is kept for whoever asks.");
    }
    Workspace workspace = Workspace.open(options);
    JobSpec job = workspace.jobs().job(name);
    return fromKafka ? fromKafka(workspace, job, asked) : fromOds(workspace, job, asked.get());
  }

  private int fromOds(Workspace workspace, JobSpec job, Range range) {
    List<JobSpec> affected = Replay.affected(workspace.jobs(), job);
    if (job instanceof MirrorSpec || affected.isEmpty()) {
      throw refused(
          "Job %s has no business days, and none behind it has. Name a job that has; what of a mirror is wrong, is mended by reading its change log anew (docs/mirrors.md)."
              .formatted(name));
    }
    workspace.checkSql(affected);
    workspace.checkTables(affected);
    Replay replay = replay(workspace);
    replay.rebuild(job, range, again);
    List<DayResult> results = replay.compare(job, range);
    PrintWriter out = spec.commandLine().getOut();
    ReplayText.lines(results).forEach(out::println);
    out.println();
    out.flush();
    return publish ? published(replay, job, range) : waiting(results, range);
  }

  private int fromKafka(Workspace workspace, JobSpec job, Optional<Range> asked) {
    if (!(job instanceof IngestSpec ingest)) {
      throw refused(
          "Job %s reads tables, not a topic. Leave --from-kafka out, or name one that reads a topic: %s"
              .formatted(
                  name,
                  workspace.jobs().roots(job).stream()
                      .map(JobSpec::name)
                      .collect(Collectors.joining(", "))));
    }
    if (again) {
      throw refused("--again is for days made from ODS; --from-kafka compares every row anyhow.");
    }
    Environment environment = workspace.lake().environment();
    Window messages = window.window(asked, environment.timeZone());
    KafkaReplayText text = new KafkaReplayText(workspace.jobs(), ingest);
    try (EmbeddedBroker.Use broker = EmbeddedBroker.useIfEmbedded(environment.kafka())) {
      new KafkaCheck(environment.kafka()).requireTopics(List.of(ingest));
      OdsReplay replay =
          OdsReplay.of(
              workspace.lake(),
              workspace.jobs(),
              workspace.tables(),
              ingest,
              MicroBatchListener.SILENT);
      Difference found =
          publish
              ? replay.publish(
                  messages,
                  new OdsReplay.Order(reason, System.getProperty("user.name"), CLOCK.instant()))
              : replay.show(messages);
      text.lines(found).forEach(this::print);
      print("");
      return publish ? replaced(workspace, text, found, asked) : waiting(found, asked);
    }
  }

  private int waiting(Difference found, Optional<Range> asked) {
    if (found.isNothing()) {
      print("Nothing would change: ODS has what the messages say.");
      return ExitCodes.OK;
    }
    print("Nothing was changed yet.");
    print(
        "Next: ./tidemark replay %s --from-kafka %s --publish --reason 'WHY'"
            .formatted(
                name,
                asked
                    .map(range -> "--from %s --to %s".formatted(range.from(), range.to()))
                    .orElseGet(window::shown)));
    return ExitCodes.OUTSIDE_TOLERANCE;
  }

  private int replaced(
      Workspace workspace, KafkaReplayText text, Difference found, Optional<Range> asked) {
    IngestSpec job = (IngestSpec) workspace.jobs().job(name);
    DayRanges days = KafkaReplayText.replaced(found);
    if (found.isNothing()) {
      print("Nothing was changed: ODS has what the messages say.");
      // A run that was ended may not have said what follows; it can be done twice.
      days = asked.map(range -> days(range)).orElse(days);
    } else {
      print("✓ %s has what the messages say".formatted(job.output()));
    }
    DayRanges sealedDays = TableState.of(workspace.lake().load(job.output())).sealedDays();
    text.next(days, sealedDays).forEach(this::print);
    return ExitCodes.OK;
  }

  private static DayRanges days(Range range) {
    return DayRanges.EMPTY.plus(range.from(), range.to());
  }

  private void print(String line) {
    spec.commandLine().getOut().println(options.commands().in(line));
    spec.commandLine().getOut().flush();
  }

  private Replay replay(Workspace workspace) {
    return new Replay(
        workspace.jobs(),
        new BatchRun(
            workspace.lake(),
            workspace.jobs(),
            workspace.tables(),
            report ->
                progress(
                    "%s  offline %s: %s"
                        .formatted(
                            report.job(),
                            report.days().shown(),
                            report.kept() ? "made already" : "%,d rows".formatted(report.rows())))),
        new Reconciliation(
            workspace.lake(), workspace.jobs(), workspace.tables(), CLOCK, this::progress),
        new Publishing(workspace.lake(), workspace.jobs(), this::told));
  }

  private int waiting(List<DayResult> results, Range range) {
    PrintWriter out = spec.commandLine().getOut();
    PrintedCommands commands = options.commands();
    boolean equal =
        results.stream().flatMap(day -> day.jobs().stream()).allMatch(job -> job.differing() == 0);
    if (equal) {
      out.println("Nothing would change: what people see is as it is declared.");
      return ExitCodes.OK;
    }
    out.println(
        commands.in(
            "Nothing is published yet. Every number is in ops.reconciliation_metric, keys that change in"
                + " ops.reconciliation_key; './tidemark report --day DAY' makes a page of a day."));
    out.println(
        commands.in(
            "Next: ./tidemark replay %s --from %s --to %s --publish --reason 'WHY'"
                .formatted(name, range.from(), range.to())));
    return ExitCodes.OUTSIDE_TOLERANCE;
  }

  private int published(Replay replay, JobSpec job, Range range) {
    return JobOutcome.exitCode(replay.publish(job, range, reason));
  }

  private void told(LocalDate day, JobOutcome outcome) {
    spec.commandLine().getOut().println(outcome.line(day, options.commands()));
    spec.commandLine().getOut().flush();
  }

  private void progress(String text) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(text);
    err.flush();
  }

  private ParameterException refused(String why) {
    return new ParameterException(spec.commandLine(), why);
  }
}
