package io.tidemark.jobs.cli;

import io.tidemark.jobs.decode.Reason;
import io.tidemark.jobs.run.DeadLetterCounts;
import io.tidemark.jobs.run.DeadLetterRepair;
import io.tidemark.jobs.run.DeadLetterRepair.Choice;
import io.tidemark.jobs.run.DeadLetterRepair.Result;
import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.spec.ColumnSource.Part;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.TransformSpec;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what could not be read, and reads it again. */
@Command(
    name = "dead-letters",
    description = "Counts dead letters by reason, and reads them again by today's declaration.",
    footer = {
      "",
      "dead-letters [TABLE|JOB]  counts those of a job, or of all, with an example of each reason",
      "dead-letters retry JOB    appends to ODS what can be read by now, once, with its place in Kafka",
      "",
      "A repaired letter stays in the dead-letter table, with the day it was repaired. Rows of sealed",
      "days are pending, as if they had come late: 'seal --again', batch and publish bring them in.",
      "Headers are not kept: columns that are read from them are NULL in repaired rows, and where one",
      "is required the letter stays. The job that reads the topic may run meanwhile.",
      "",
      "Of a transform, rows whose key a dimension does not have: UNKNOWN_KEY, or PARKED while they wait.",
      "They stand in the view of its table that ends in _unknown. Once the dimension has the key, a",
      "batch of their day brings them in.",
      "",
      "Examples:",
      "  tidemark dead-letters",
      "  tidemark dead-letters ods.reading_event --day 2026-01-31",
      "  tidemark dead-letters retry ods_reading_event --reason WRONG_TYPE --dry-run"
    })
public final class DeadLettersVerb implements Verb {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final String RETRY = "retry";

  @Parameters(
      arity = "0..2",
      paramLabel = "WHAT",
      description = "A job or a table of one; or 'retry' and a job.")
  private List<String> words = List.of();

  @Option(names = "--day", paramLabel = "DAY", description = "Only letters received on this day.")
  private LocalDate day;

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      description = "Only letters of this reason: ${COMPLETION-CANDIDATES}.")
  private Reason reason;

  @Option(names = "--dry-run", description = "With retry: only say what would be repaired.")
  private boolean dryRun;

  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.RUN;
  }

  @Override
  public Integer call() {
    boolean retry = !words.isEmpty() && words.get(0).equals(RETRY);
    if (retry != (words.size() == 2)) {
      throw refused("Write 'dead-letters [TABLE|JOB]', or 'dead-letters retry JOB'.");
    }
    if (dryRun && !retry) {
      throw refused("--dry-run goes with retry.");
    }
    Choice choice =
        new Choice(Optional.ofNullable(day), Optional.ofNullable(reason).map(Reason::name));
    Workspace workspace = Workspace.open(options);
    if (retry) {
      retry(workspace, job(workspace, words.get(1)), choice);
    } else {
      list(workspace, words.isEmpty() ? all(workspace) : List.of(any(workspace)), choice);
    }
    spec.commandLine().getOut().flush();
    return ExitCodes.OK;
  }

  private static List<IngestSpec> readers(Workspace workspace) {
    return workspace.jobs().jobs().stream()
        .filter(IngestSpec.class::isInstance)
        .map(IngestSpec.class::cast)
        .toList();
  }

  /** All that have dead letters; transforms only where they hold rows back. */
  private List<JobSpec> all(Workspace workspace) {
    return workspace.jobs().jobs().stream()
        .filter(job -> job instanceof IngestSpec || job.holdsBack() && reason == null)
        .toList();
  }

  private JobSpec any(Workspace workspace) {
    String word = words.get(0);
    Optional<JobSpec> transform =
        workspace.jobs().jobs().stream()
            .filter(JobSpec::holdsBack)
            .filter(job -> job.name().equals(word) || job.output().toString().equals(word))
            .findFirst();
    return transform.isPresent() ? transform.get() : job(workspace, word);
  }

  private IngestSpec job(Workspace workspace, String word) {
    Optional<IngestSpec> byTable =
        readers(workspace).stream()
            .filter(
                job ->
                    job.output().toString().equals(word)
                        || job.deadLetters().toString().equals(word))
            .findFirst();
    if (byTable.isPresent()) {
      return byTable.get();
    }
    if (workspace.jobs().job(word) instanceof IngestSpec ingest) {
      return ingest;
    }
    throw refused(
        "Job "
            + word
            + (workspace.jobs().job(word).holdsBack()
                ? " reads a table, not a topic: load what its dimensions lack, and run a batch of the"
                    + " days that rows were held back in."
                : " reads a table, not a topic: it has no dead letters."));
  }

  private void list(Workspace workspace, List<JobSpec> chosen, Choice choice) {
    PrintWriter out = spec.commandLine().getOut();
    TextTable table =
        new TextTable("job", "reason", "letters", "repaired", "first", "last", "example")
            .ofCounts();
    DeadLetterCounts counts = new DeadLetterCounts(workspace.lake());
    long left = 0;
    for (JobSpec job : chosen) {
      for (DeadLetterCounts.Reason found :
          job instanceof TransformSpec transform
              ? counts.of(transform, choice.day(), CLOCK.instant())
              : counts.of((IngestSpec) job, choice)) {
        left +=
            found.reason().equals(DeadLetterCounts.PARKED) ? 0 : found.letters() - found.repaired();
        table.add(
            job.name(),
            found.reason(),
            found.letters(),
            found.repaired(),
            found.first(),
            found.last(),
            found.example());
      }
    }
    table.print(out);
    out.printf("%,d dead letters are not repaired%n", left);
  }

  private void retry(Workspace workspace, IngestSpec job, Choice choice) {
    PrintWriter out = spec.commandLine().getOut();
    if (!workspace.lake().exists(job.deadLetters())) {
      out.printf("%s has never run: it has no dead letters%n", job.name());
      return;
    }
    List<String> fromHeaders =
        job.columns().stream()
            .filter(column -> column.from().part() == Part.HEADER)
            .map(ColumnSpec::name)
            .toList();
    if (!fromHeaders.isEmpty()) {
      out.printf(
          "note: headers of dead letters are not kept; NULL in repaired rows: %s%n",
          String.join(", ", fromHeaders));
    }
    DeadLetterRepair repair =
        new DeadLetterRepair(
            workspace.lake(), workspace.jobs(), workspace.tables(), job, MicroBatchListener.SILENT);
    Result result =
        dryRun
            ? repair.dryRun(choice)
            : repair.repair(choice, System.getProperty("user.name"), CLOCK.instant());
    TextTable table = new TextTable("dead letters", "number").ofCounts();
    table.add(dryRun ? "would be repaired" : "repaired", result.repaired());
    if (result.ignored() > 0) {
      table.add("hold no row, rightly", result.ignored());
    }
    if (result.there() > 0) {
      table.add("read anew since, in " + job.output() + " already", result.there());
    }
    if (result.elsewhere() > 0) {
      table.add("of another job of the split by now", result.elsewhere());
    }
    result.left().forEach((why, number) -> table.add("still " + why, number));
    table.print(out);
    out.printf(
        "%,d letters, %,d rows for %s, %,d of them pending%s%n",
        result.letters(),
        result.rows(),
        job.output(),
        result.pending(),
        dryRun ? "; nothing was changed" : "");
  }

  private ParameterException refused(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
