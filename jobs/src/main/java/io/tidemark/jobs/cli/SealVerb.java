package io.tidemark.jobs.cli;

import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.DayRanges;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Fixes the cut of business days. */
@Command(
    name = "seal",
    description = "Fixes the cut of business days in every ODS table.",
    footer = {
      "",
      "What ODS holds of a day when it is sealed is the day; what arrives later is pending.",
      "Seal a day once it is over and a grace for stragglers has passed. A seal is not taken back:",
      "a day that is not over is refused, and a day that is sealed already is left as it is. A table",
      "that no job has written yet is left out.",
      "",
      "With --again a sealed day gets a later cut, at which the next batch takes in what has been",
      "pending; streams go on leaving it out. A table to which nothing of the day came since keeps",
      "the cut it has, so that only the jobs behind the others are computed again.",
      "",
      "Examples:",
      "  tidemark seal --day 2026-01-31",
      "  tidemark seal --from 2026-01-01 --to 2026-01-31",
      "  tidemark seal --day 2026-01-31 --again"
    })
public final class SealVerb implements Verb {
  private static final Clock CLOCK = Clock.systemUTC();

  @Option(
      names = "--force",
      description = "Seal days that are not over too; what they still bring will be pending.")
  private boolean force;

  @Option(
      names = "--again",
      description = "Give days that are sealed a later cut, for what came since.")
  private boolean again;

  @Mixin private DayOptions days = new DayOptions();
  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.RUN;
  }

  @Override
  public int rank() {
    return 20;
  }

  @Override
  public Integer call() {
    Range range = days.required();
    Workspace workspace = Workspace.open(options);
    ZoneId zone = workspace.lake().environment().timeZone();
    if (!force) {
      refusal(range, LocalDate.now(CLOCK.withZone(zone)), zone)
          .ifPresent(
              why -> {
                throw new ParameterException(spec.commandLine(), why);
              });
    }
    List<IngestSpec> written = written(workspace);
    if (again) {
      written.forEach(job -> requireSealed(workspace, job, range));
    }
    written.forEach(job -> seal(job, workspace.lake().load(job.output()), range));
    return ExitCodes.OK;
  }

  /** Why days are not to be sealed yet, or nothing when they are all over. */
  static Optional<String> refusal(Range range, LocalDate today, ZoneId zone) {
    return range.to().isBefore(today)
        ? Optional.empty()
        : Optional.of(
            "Day %s is not over: today is %s in %s, and a seal is not taken back. Seal up to %s, or give --force."
                .formatted(range.to(), today, zone, today.minusDays(1)));
  }

  /** The jobs that have written their table; the others are named and left out. */
  private List<IngestSpec> written(Workspace workspace) {
    List<IngestSpec> written = new ArrayList<>();
    for (JobSpec job : workspace.jobs().jobs()) {
      if (job instanceof IngestSpec ingest) {
        boolean ran =
            workspace.lake().exists(job.output())
                && TableState.of(workspace.lake().load(job.output()))
                    .marker(job.name())
                    .isPresent();
        if (ran) {
          written.add(ingest);
        } else {
          spec.commandLine()
              .getOut()
              .printf("%-32s left out: %s has not run yet%n", job.output(), job.name());
        }
      }
    }
    return written;
  }

  /** Before any table is touched: a later cut of a day that has none would be its first. */
  private void requireSealed(Workspace workspace, IngestSpec job, Range range) {
    DayRanges sealed = TableState.of(workspace.lake().load(job.output())).sealedDays();
    for (LocalDate day = range.from(); !day.isAfter(range.to()); day = day.plusDays(1)) {
      if (!sealed.contains(day)) {
        throw new ParameterException(
            spec.commandLine(),
            "Day %s was never sealed in %s, so there is nothing to seal again. Seal it first: ./tidemark seal --day %1$s"
                .formatted(day, job.output()));
      }
    }
  }

  private void seal(IngestSpec job, Table ods, Range range) {
    PrintWriter out = spec.commandLine().getOut();
    List<Range> sealed = again ? Seals.sealAgain(ods, range) : Seals.seal(ods, range);
    if (sealed.isEmpty()) {
      out.printf(
          "%-32s %s %s%s%n",
          job.output(),
          range.shown(),
          again ? "keeps its cut: nothing came since" : "was sealed already",
          cut(job, ods, range));
    }
    for (Range part : sealed) {
      long cut = Seals.cutOf(ods, part.from()).orElseThrow();
      out.printf(
          "%-32s sealed %s%s at snapshot %d, %s%n",
          job.output(),
          part.shown(),
          again ? " again" : "",
          cut,
          read(job, TableState.asOf(ods, cut)));
    }
  }

  /**
   * The cut that days have, where they have one together: it may be the later one of a call that
   * was killed before it had sealed the other tables.
   */
  private static String cut(IngestSpec job, Table ods, Range range) {
    List<Long> cuts =
        range
            .from()
            .datesUntil(range.to().plusDays(1))
            .flatMap(day -> Seals.cutOf(ods, day).stream())
            .distinct()
            .toList();
    return cuts.size() == 1
        ? ", at snapshot %d, %s"
            .formatted(cuts.get(0), read(job, TableState.asOf(ods, cuts.get(0))))
        : "";
  }

  /** How far the topic had been read: partition and next offset. */
  private static String read(IngestSpec job, TableState state) {
    String position = state.marker(job.name()).map(Marker::position).orElse("");
    Map<Integer, Long> next = KafkaOffsets.parse(job.topic(), position).next();
    return next.isEmpty()
        ? "nothing read yet"
        : next.entrySet().stream()
            .map(entry -> entry.getKey() + ":" + entry.getValue())
            .collect(Collectors.joining(" ", "next offsets ", ""));
  }
}
