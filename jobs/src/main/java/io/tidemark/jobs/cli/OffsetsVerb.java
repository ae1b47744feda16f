package io.tidemark.jobs.cli;

import io.tidemark.jobs.run.OffsetMover;
import io.tidemark.jobs.run.OffsetMover.Plan;
import io.tidemark.jobs.source.KafkaCheck;
import io.tidemark.jobs.source.PartitionMove;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Start;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows where an ingest job stands in its topic, and moves it. */
@Command(
    name = "offsets",
    description = "Shows how far an ingest job has read its topic, and moves it with a reason.",
    footer = {
      "",
      "lag   offsets that are still to be read",
      "lost  offsets that were to be read next and that the brokers no longer have: the job stops",
      "",
      "--move-to takes one of:",
      "  earliest, latest      an end of the topic",
      "  available             past what is lost, or back to the end, and no further",
      "  2026-01-31            the beginning of a business day, by record timestamps",
      "  2026-01-31T08:00:00Z  a moment, by record timestamps",
      "  0:120,1:98            partitions and offsets; others stay where they are",
      "",
      "Forward, messages are skipped. Back, only skipped messages can be read: what is in the table",
      "would be there twice, so that is refused. A position beyond the end, because the topic lost its",
      "newest messages, can go back to the end. Without --yes it says what it would do. Moves are",
      "kept in ops.offset_move. A job whose driver runs is not moved.",
      "",
      "Examples:",
      "  tidemark offsets ods_reading_event",
      "  tidemark offsets ods_reading_event --move-to available --reason 'retention was 1 day' --yes"
    })
public final class OffsetsVerb implements Verb {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final String AVAILABLE = "available";

  @Parameters(paramLabel = "JOB", description = "Name of an ingest job (see: tidemark jobs).")
  private String name;

  @Option(names = "--move-to", paramLabel = "WHERE", description = "Where to go on; see below.")
  private String target;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Why it is moved, for those who ask later; goes with --move-to.")
  private String reason;

  @Option(names = "--yes", description = "Move it; without, only say what would be done.")
  private boolean yes;

  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.RUN;
  }

  @Override
  public Integer call() {
    if (target == null && (reason != null || yes)) {
      throw refused("--reason and --yes go with --move-to.");
    }
    if (target != null && (reason == null || reason.isBlank())) {
      throw refused("--move-to needs a --reason: messages are skipped, and somebody will ask why.");
    }
    Start start = target == null || target.equals(AVAILABLE) ? null : start(target);
    Workspace workspace = Workspace.open(options);
    JobSpec job = workspace.jobs().job(name);
    if (!(job instanceof IngestSpec ingest)) {
      throw refused("Job " + name + " reads a table, not a topic: it has no offsets.");
    }
    ZoneId zone = workspace.declarations().environment().timeZone();
    FutureStart.refusal("--move-to", start, CLOCK.instant(), zone)
        .ifPresent(
            why -> {
              throw refused(why);
            });
    var kafka = workspace.declarations().environment().kafka();
    try (EmbeddedBroker.Use broker = EmbeddedBroker.useIfEmbedded(kafka)) {
      new KafkaCheck(kafka).requireTopics(List.of(ingest));
      OffsetMover mover = new OffsetMover(workspace.lake(), ingest);
      if (target == null) {
        status(workspace, mover, ingest);
      } else {
        move(mover, target.equals(AVAILABLE) ? mover.planToAvailable() : mover.plan(start));
      }
    }
    return ExitCodes.OK;
  }

  private void status(Workspace workspace, OffsetMover mover, IngestSpec job) {
    PrintWriter out = spec.commandLine().getOut();
    OffsetMover shown = mover;
    if (mover.position().isEmpty()) {
      out.printf("%s has never run; it would begin here:%n", job.name());
      if (job.start() == Start.OfSplit.WHERE_IT_STANDS) {
        IngestSpec rest = workspace.jobs().splitOf(job).orElseThrow().rest();
        shown = new OffsetMover(workspace.lake(), rest);
      }
    }
    List<PartitionMove> partitions = shown.status();
    TextTable table =
        new TextTable("partition", "position", "earliest", "end", "lag", "lost").ofCounts();
    for (PartitionMove at : partitions) {
      table.add(at.partition(), at.from(), at.earliest(), at.end(), lag(at), lost(at));
    }
    table.print(out);
    for (PartitionMove at : partitions) {
      if (at.beyondEnd() > 0) {
        out.printf(
            "partition %d: the position is %,d beyond the end, so messages that were read are gone. The job stops; '--move-to available' goes on at the end%n",
            at.partition(), at.beyondEnd());
      }
    }
    out.printf(
        "lag %,d, lost %,d%n",
        partitions.stream().mapToLong(OffsetsVerb::lag).sum(),
        partitions.stream().mapToLong(OffsetsVerb::lost).sum());
    out.flush();
  }

  private static long lag(PartitionMove at) {
    return Math.max(0, at.end() - Math.max(at.from(), at.earliest()));
  }

  private static long lost(PartitionMove at) {
    return Math.max(0, at.earliest() - at.from());
  }

  private void move(OffsetMover mover, Plan plan) {
    PrintWriter out = spec.commandLine().getOut();
    TextTable table =
        new TextTable("partition", "from", "to", "skipped", "of them lost", "read after all")
            .ofCounts();
    for (PartitionMove move : plan.partitions()) {
      table.add(
          move.partition(),
          move.from(),
          move.to(),
          move.skipped(),
          move.lost(),
          move.readAfterAll());
    }
    table.print(out);
    if (!plan.moves()) {
      out.printf("%s stands there already; nothing was moved%n", name);
    } else if (yes || plan.again() > 0) {
      mover.move(plan, reason, System.getProperty("user.name"), CLOCK.instant());
      out.printf(
          "%s moved: %,d messages skipped, %,d read after all; recorded in ops.offset_move%n",
          name, sum(plan, PartitionMove::skipped), sum(plan, PartitionMove::readAfterAll));
    } else {
      out.println("Nothing was moved; repeat it with --yes.");
    }
    out.flush();
  }

  private static long sum(Plan plan, ToLongFunction<PartitionMove> what) {
    return plan.partitions().stream().mapToLong(what).sum();
  }

  private Start start(String text) {
    if (text.equals("earliest")) {
      return Start.Edge.EARLIEST;
    }
    if (text.equals("latest")) {
      return Start.Edge.LATEST;
    }
    if (text.matches("\\d{1,6}:\\d{1,18}(,\\d{1,6}:\\d{1,18})*")) {
      Map<Integer, Long> next = new TreeMap<>();
      for (String entry : text.split(",")) {
        String[] parts = entry.split(":");
        if (next.put(Integer.valueOf(parts[0]), Long.valueOf(parts[1])) != null) {
          throw refused("--move-to names partition " + parts[0] + " twice.");
        }
      }
      return new Start.Offsets(next);
    }
    try {
      return text.length() == 10
          ? new Start.Day(LocalDate.parse(text))
          : new Start.Timestamp(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      throw refused(
          "--move-to '%s' is nowhere: write earliest, latest, available, a day, a moment with an offset, or PARTITION:OFFSET,..."
              .formatted(text));
    }
  }

  private ParameterException refused(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
