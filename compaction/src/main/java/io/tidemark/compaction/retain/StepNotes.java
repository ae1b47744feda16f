package io.tidemark.compaction.retain;

import io.tidemark.compaction.record.MaintenanceStep;
import io.tidemark.compaction.record.MaintenanceStep.Done;
import io.tidemark.compaction.record.MaintenanceStep.Gained;
import io.tidemark.compaction.record.MaintenanceStep.Groups;
import io.tidemark.compaction.record.MaintenanceStep.Outcome;
import io.tidemark.compaction.record.MaintenanceStep.Planned;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Notes for the record what becomes of the steps of a table's vacuum. A step for which there was
 * nothing to do is none.
 */
final class StepNotes {
  static final String MANIFESTS = "manifests";
  static final String SNAPSHOTS = "snapshots";
  static final String ORPHAN_FILES = "orphan files";

  private final String table;
  private final InstantSource clock;
  private final List<String> refusals;
  private final List<RuntimeException> failures;
  private final List<MaintenanceStep> steps = new ArrayList<>();

  /**
   * Notes on a table.
   *
   * @param refusals where a step that is refused puts its reason
   * @param failures where one that fails puts what went wrong
   */
  StepNotes(
      String table, InstantSource clock, List<String> refusals, List<RuntimeException> failures) {
    this.table = table;
    this.clock = clock;
    this.refusals = refusals;
    this.failures = failures;
  }

  /**
   * Takes a step.
   *
   * @param done what it has done, also where it failed behind that
   */
  <T> Optional<T> of(String action, Supplier<Optional<T>> step, Supplier<Done> done) {
    int refused = refusals.size();
    int failed = failures.size();
    Instant started = clock.instant();
    Optional<T> answer = step.get();
    if (failures.size() > failed) {
      String why = MaintenanceStep.failure(failures.get(failed));
      add(action, started, done.get(), Outcome.FAILED, why);
    } else if (refusals.size() > refused) {
      add(action, started, done.get(), Outcome.LEFT, refusals.get(refused));
    } else if (!done.get().equals(Done.NOTHING)) {
      add(action, started, done.get(), Outcome.DONE, "");
    }
    return answer;
  }

  /** A table that is left as it is, before any step was taken. */
  static MaintenanceStep left(String table, Instant at, String refusal) {
    return new MaintenanceStep(
        table,
        "",
        "",
        at,
        0,
        "",
        Planned.NOTHING,
        Done.NOTHING,
        Gained.NOTHING,
        Outcome.LEFT,
        refusal);
  }

  private void add(String action, Instant started, Done done, Outcome outcome, String detail) {
    boolean replaces = !done.groups().equals(Groups.NONE);
    steps.add(
        new MaintenanceStep(
            table,
            "",
            action,
            started,
            seconds(started, clock.instant()),
            "",
            replaces
                ? new Planned(1, done.filesRemoved(), done.bytesRead(), null)
                : Planned.NOTHING,
            done,
            replaces
                ? new Gained(
                    done.filesRemoved() - done.filesAdded(), done.bytesRead() - done.bytesWritten())
                : Gained.NOTHING,
            outcome,
            detail));
  }

  static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e9;
  }

  List<MaintenanceStep> steps() {
    return steps;
  }
}
