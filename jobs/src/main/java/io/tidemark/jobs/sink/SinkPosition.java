package io.tidemark.jobs.sink;

/**
 * How far a sink has come, as it stands where the rows are.
 *
 * @param epoch grows by one with every driver that takes the sink over; an older one is refused
 * @param snapshot the last snapshot of the input whose changes are there; {@code null} before the
 *     first
 */
public record SinkPosition(long epoch, Long snapshot) {
  /** The position of a sink that nobody has run. */
  public static final SinkPosition NONE = new SinkPosition(0, null);

  SinkPosition takenOver() {
    return new SinkPosition(epoch + 1, snapshot);
  }

  SinkPosition at(SinkStep step) {
    return new SinkPosition(epoch, step.snapshot());
  }
}
