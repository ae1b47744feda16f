package io.tidemark.compaction.record;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A run of maintenance that is over.
 *
 * @param id tells it from all others
 * @param kind what it was
 * @param began when it began; its business day is that of the record
 * @param seconds how long it took, from its first look at the tables on
 * @param steps what it did, and what it left although it was asked for; what was not due is none
 * @param looked tables that it looked at as a whole: of what failed there before and is no step of
 *     it, nothing is left to do
 */
public record MaintenanceRun(
    String id,
    Kind kind,
    Instant began,
    double seconds,
    List<MaintenanceStep> steps,
    Set<String> looked) {
  /** Who maintains tables. */
  public enum Kind {
    /** The verb {@code compact}. */
    COMPACT("compact"),
    /** The driver of a stream, between micro-batches. */
    INLINE("inline"),
    /** The verb {@code vacuum}. */
    VACUUM("vacuum");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** As the record says it. */
    public String text() {
      return text;
    }
  }

  /** Of the run as a whole: the time in which none of its steps was taken. */
  static final String PLAN = "plan";

  public MaintenanceRun {
    steps = List.copyOf(steps);
    looked = Set.copyOf(looked);
  }

  /** With further steps. */
  MaintenanceRun with(List<MaintenanceStep> further) {
    return new MaintenanceRun(
        id, kind, began, seconds, Stream.concat(steps.stream(), further.stream()).toList(), looked);
  }

  /**
   * All steps, and one for the time between them, so that the seconds of steps that were taken one
   * after the other add up to the run's, and a run that had nothing to do is seen to have been
   * there.
   */
  List<MaintenanceStep> all() {
    double taken = steps.stream().mapToDouble(MaintenanceStep::seconds).sum();
    MaintenanceStep plan =
        new MaintenanceStep(
            "",
            "",
            PLAN,
            began,
            Math.max(0, seconds - taken),
            "",
            MaintenanceStep.Planned.NOTHING,
            MaintenanceStep.Done.NOTHING,
            MaintenanceStep.Gained.NOTHING,
            MaintenanceStep.Outcome.DONE,
            "");
    return Stream.concat(Stream.of(plan), steps.stream()).toList();
  }
}
