package io.tidemark.reconciliation.plan;

import java.util.Map;
import java.util.TreeMap;

/**
 * A comparison as it was written down.
 *
 * @param runId names it
 * @param within whether every metric was within its tolerance
 * @param tolerances what was tolerated then, as {@link
 *     io.tidemark.jobs.spec.ReconcilePolicy#tolerances} writes it; {@code null} when that was not
 *     written down
 * @param main the snapshot of {@code main} that was compared; {@code null} when it had none
 * @param offline the snapshot of the offline branch that was compared
 * @param cut ODS table to the snapshot both sides were made from
 * @param definition hash of what the job was computed by
 */
public record RecordedRun(
    String runId,
    boolean within,
    String tolerances,
    Long main,
    long offline,
    Map<String, Long> cut,
    String definition) {

  public RecordedRun {
    cut = java.util.Collections.unmodifiableMap(new TreeMap<>(cut));
  }

  /** Whether the verdict is one by these tolerances. */
  public boolean isBy(String tolerated) {
    return tolerated.equals(tolerances);
  }

  /**
   * Whether the same would be compared today, but for what {@code main} holds: that nothing of the
   * day changed there is for the commit to validate.
   */
  public boolean isOf(Pin today) {
    return offline == today.offline()
        && cut.equals(today.cut())
        && definition.equals(today.definition());
  }
}
