package io.tidemark.tags.build;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.tags.history.Piece;
import io.tidemark.tags.plan.BuildPlan;
import io.tidemark.tags.plan.BuildPlan.Known;
import io.tidemark.tags.plan.BuildPlan.Mode;
import io.tidemark.tags.plan.BuildPlan.Request;
import io.tidemark.tags.plan.BuildRecord;
import io.tidemark.tags.plan.BuildRefusedException;
import io.tidemark.tags.plan.DayState;
import io.tidemark.tags.plan.DayState.State;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tags.table.Builds;
import io.tidemark.tags.table.Builds.Build;
import io.tidemark.tags.table.DayStates;
import io.tidemark.tags.table.HistorySizes;
import io.tidemark.tags.table.HistoryTables;
import io.tidemark.tags.table.PieceFiles;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Builds a history: brings in what was published, makes the pieces that a day closes, and drops
 * what has left the window.
 *
 * <p>Three commits: the directory, the blocks, which are the build, and the users' pieces, which
 * are made of the blocks; then the days in {@code ops.tag_day}. A build that was interrupted before
 * the blocks has left nothing that anybody reads, and is simply made again; one that was
 * interrupted behind them is finished by the next, whichever day that is for. Doing a build again
 * changes nothing. Readers see the history of before or after, and between the users' pieces and
 * the days both the day that came and the one that leaves the window.
 */
public final class HistoryBuild {
  private final Lakehouse lake;
  private final HistorySpec spec;
  private final Consumer<String> progress;
  private final HistoryTables tables;
  private final DayStates dayStates;

  /**
   * A build.
   *
   * @param progress told what it does, in lines
   */
  public HistoryBuild(Lakehouse lake, HistorySpec spec, Consumer<String> progress) {
    this.lake = lake;
    this.spec = spec;
    this.progress = line -> progress.accept(spec.name() + ": " + line);
    this.tables = new HistoryTables(lake, spec);
    this.dayStates = new DayStates(lake);
  }

  /**
   * Builds.
   *
   * @throws BuildRefusedException when the day lies before the history's window, or the declaration
   *     does not fit what there is
   * @throws BuildOvertakenException when another process built meanwhile
   */
  public BuildResult run(Request request) {
    tables.ensure();
    Optional<Build> last = Builds.newest(tables.blocks());
    SortedMap<LocalDate, DayState> states = new TreeMap<>();
    if (last.isPresent() && request.mode() != Mode.ALL) {
      checkLayout(last.get().record());
      if (new UserWriter(lake, spec).catchUp(last.get())) {
        progress.accept("users' pieces are written");
      }
      BuildRecord record = last.get().record();
      states = states(record, HistorySizes.of(tables, record.date()));
    }
    InputDays inputs = new InputDays(lake, spec);
    Known known =
        new Known(
            last.map(build -> build.record().date()).orElse(null), states, inputs.published());
    PieceFiles blocks = PieceFiles.of(tables.blocks(), last);
    BuildPlan plan = BuildPlan.of(spec, request, known, blocks::pieces);
    return plan.latest() == null || plan.isEmpty()
        ? nothing(plan, last, known)
        : build(request, plan, last, known, inputs, blocks);
  }

  /** Pieces of another length, or of other buckets, would not adjoin. */
  private void checkLayout(BuildRecord last) {
    List<Integer> then = last.layout();
    if (!then.equals(BuildRecord.layout(spec.layout()))) {
      throw new BuildRefusedException(
          "history %s was built with layout buckets %d, week-days %d and epoch-days %d, and others are declared: declare these again, or let ./tidemark tags build --rebuild --history %1$s --day %s make it anew"
              .formatted(spec.name(), then.get(0), then.get(1), then.get(2), last.day()));
    }
  }

  private BuildResult nothing(BuildPlan plan, Optional<Build> last, Known known) {
    long number = last.map(build -> build.record().number()).orElse(0L);
    List<DayState> missing = missing(plan, known, number);
    if (plan.latest() != null && !missing.isEmpty()) {
      dayStates.update(spec.name(), states -> changed(states, missing, plan.windowStart()));
    }
    return new BuildResult(
        plan, number, 0, 0, BuildResult.Bytes.NONE, HistorySizes.of(tables, plan.latest()));
  }

  private BuildResult build(
      Request request,
      BuildPlan plan,
      Optional<Build> last,
      Known known,
      InputDays inputs,
      PieceFiles blocks) {
    BuildRecord begun =
        behind(
            request,
            last,
            new BuildRecord(
                spec.name(),
                last.map(build -> build.record().number()).orElse(0L) + 1,
                UUID.randomUUID().toString(),
                request.mode() == Mode.ALL,
                plan.latest().toString(),
                0,
                0,
                BuildRecord.layout(spec.layout()),
                List.of()));
    progress.accept(
        "build %d reads %d days%s"
            .formatted(
                begun.number(),
                plan.read().size(),
                plan.readInPart().isEmpty()
                    ? ""
                    : " and, for one bucket, %d more".formatted(plan.readInPart().size())));
    tables.repartitionUsers();
    Optional<Build> shown = Builds.newest(tables.users());
    Directory directory =
        new Directory(
            tables.directory(), begun.rebuild() ? Optional.empty() : last.map(Build::record));
    BuiltFiles built = new BuiltFiles();
    try (UnofferedFiles files = new UnofferedFiles(tables, built)) {
      new BuildJob(lake, spec)
          .run(
              plan,
              inputs.read(plan.read(), plan.readInPart(), request.bucket()),
              inputs.names(),
              directory,
              blocks,
              built);
      Optional<Long> numbers = directory.commit(files.next(), plan.buckets().keySet(), begun);
      progress.accept("%,d new users".formatted(built.newUsers));
      BuildRecord record =
          begun.of(
              numbers.orElse(0L),
              found(plan, known, begun.number(), inputs.rows(plan.read()), built.userDays));
      Map<Integer, Set<Piece>> dropped = new HashMap<>();
      plan.buckets().forEach((bucket, each) -> dropped.put(bucket, each.dropped()));
      long snapshot = commit(dropped, last, record, files.next());
      progress.accept("blocks are written");
      new UserWriter(lake, spec)
          .follow(new Build(record, snapshot), shown.map(Build::record), files.next(), dropped);
      progress.accept("users' pieces are written");
      HistorySizes sizes = HistorySizes.of(tables, record.date());
      states(record, sizes);
      return result(plan, record, built, sizes);
    }
  }

  private static BuildRecord behind(Request request, Optional<Build> last, BuildRecord record) {
    return last.map(build -> record.behind(build.record(), request.mode() != Mode.DAY))
        .orElse(record);
  }

  private long commit(
      Map<Integer, Set<Piece>> dropped,
      Optional<Build> last,
      BuildRecord record,
      StagedFiles made) {
    return BuildCommits.commit(
        made,
        record,
        last.map(Build::record),
        table -> {
          PieceFiles there = PieceFiles.newest(table);
          return there.of(record.rebuild() ? there.all() : dropped);
        },
        List.of());
  }

  private static BuildResult result(
      BuildPlan plan, BuildRecord record, BuiltFiles built, HistorySizes sizes) {
    return new BuildResult(
        plan,
        record.number(),
        built.newUsers,
        record.days().stream().mapToLong(DayState::userDays).sum(),
        built.bytes(),
        sizes);
  }

  /** What this build found of days: those it read of all users, and those that are missing. */
  private static List<DayState> found(
      BuildPlan plan,
      Known known,
      long number,
      Map<LocalDate, Long> counts,
      Map<Integer, Long> userDays) {
    List<DayState> found = missing(plan, known, number);
    for (LocalDate day : plan.read()) {
      found.add(
          DayState.read(
              day,
              known.published().get(day),
              counts.get(day),
              userDays.getOrDefault((int) day.toEpochDay(), 0L),
              number));
    }
    return found;
  }

  /** Missing days that were not known to be. */
  private static List<DayState> missing(BuildPlan plan, Known known, long number) {
    List<DayState> missing = new ArrayList<>();
    for (LocalDate day : plan.missing()) {
      DayState state = known.states().get(day);
      boolean withdrawn = plan.withdrawn().contains(day) || day.equals(plan.latest());
      if (state == null || state.isRead() || withdrawn && state.state() != State.WITHDRAWN) {
        missing.add(withdrawn ? DayState.withdrawn(day, number) : DayState.missing(day, number));
      }
    }
    return missing;
  }

  /** Makes the days in {@code ops.tag_day} those of a build; what is known then. */
  private SortedMap<LocalDate, DayState> states(BuildRecord record, HistorySizes sizes) {
    LocalDate windowStart = record.date().minusDays(spec.days() - 1L);
    return dayStates.update(
        spec.name(),
        states ->
            record.days().stream().allMatch(day -> day.equals(states.get(day.date())))
                ? states
                : changed(
                    record.isFromScratch() ? new TreeMap<>() : states, record.days(), windowStart),
        Map.of(record.date(), sizes));
  }

  /** Days that were found in place of what was known of them; those before the window go. */
  private static SortedMap<LocalDate, DayState> changed(
      SortedMap<LocalDate, DayState> states, List<DayState> found, LocalDate windowStart) {
    SortedMap<LocalDate, DayState> changed = new TreeMap<>(states);
    found.forEach(state -> changed.put(state.date(), state));
    changed.headMap(windowStart).clear();
    return changed;
  }
}
