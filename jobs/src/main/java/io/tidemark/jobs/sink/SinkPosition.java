package io.tidemark.jobs.sink;

import io.tidemark.catalog.commit.FencedException;
import java.util.Objects;

/**
 * How far a sink has come, as it stands where the rows are.
 *
 * @param epoch grows by one with every driver that takes the sink over; an older one is refused
 * @param snapshot the last snapshot of the input whose changes are there; {@code null} before the
 *     first
 * @param torn the snapshot of a step of which some rows may be there and others not; {@code null}
 *     where there is none, as always in a target that has transactions
 * @param definition the {@link SinkDefinition} by which rows were written, as it stands there;
 *     {@code null} before the first
 */
public record SinkPosition(long epoch, Long snapshot, Long torn, String definition) {
  /** The position of a sink that nobody has run. */
  public static final SinkPosition NONE = new SinkPosition(0, null, null, null);

  SinkPosition takenOver() {
    return new SinkPosition(epoch + 1, snapshot, torn, definition);
  }

  /** The position behind a step that was carried out. */
  public SinkPosition at(SinkStep step) {
    return new SinkPosition(epoch, step.snapshot(), null, definition);
  }

  /** Whether a target stands where this driver has left it. */
  public boolean isThatOf(SinkPosition there) {
    return epoch == there.epoch && Objects.equals(snapshot, there.snapshot);
  }

  /**
   * Why a driver that stands here must not write where there is another position: a newer driver
   * has come, or the target lost what was last written to it. A server that was restarted from an
   * older state has no newer epoch.
   */
  public RuntimeException refusal(String job, SinkPosition there) {
    if (there.epoch > epoch) {
      return new FencedException(job, epoch, there.epoch);
    }
    return new SinkOutOfStepException(
        job,
        "what it writes to stands at %s, and this driver has left it at %s: it came back older than it was, from a backup, or as a standby that had not got everything"
            .formatted(there.shown(), shown()),
        null);
  }

  private String shown() {
    return "%s of epoch %d".formatted(snapshot == null ? "nothing" : "snapshot " + snapshot, epoch);
  }
}
