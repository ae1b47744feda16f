package io.tidemark.jobs.sink;

import java.time.Duration;
import java.util.Optional;

/**
 * Where a sink writes. It holds the rows and the position of the sink alike, so that they cannot
 * disagree for longer than its guarantee says, and refuses drivers that were replaced.
 *
 * <p>All methods throw {@link SinkUnavailableException} when it does not answer, {@link
 * SinkRefusedException} when it does and does not take what it is given, {@link
 * io.tidemark.catalog.commit.FencedException} when a newer driver has taken the sink over, and
 * {@link SinkOutOfStepException} when it is not where the driver has left it and no newer one has
 * moved it.
 */
public interface SinkTarget extends AutoCloseable {
  /** How far the sink has come; nothing where it was never run. Takes nothing over. */
  Optional<SinkPosition> position();

  /**
   * Makes what is missing and takes the sink over: from now on, no older driver can write.
   *
   * @return where to go on; without a snapshot where rows were lost with what held them
   * @throws io.tidemark.catalog.config.ConfigurationException with all that is wrong with what is
   *     there
   */
  SinkPosition takeOver(SinkLayout layout);

  /**
   * Where the sink stands after a failure: at the step that failed, if that was carried out after
   * all, or still before it.
   *
   * @param own the position of the driver that asks
   */
  SinkPosition resume(SinkPosition own);

  /**
   * Begins a step. What stands elsewhere than at the driver's position is not written to.
   *
   * @param own the position of the driver, behind which the step comes
   */
  Batch begin(SinkPosition own, SinkStep step);

  /** How long to try again while it does not answer. */
  Duration retryFor();

  @Override
  void close();

  /** The rows of one step. Closed without a commit, it is as if it had not been. */
  interface Batch extends AutoCloseable {
    /** Adds a row; each key comes once. */
    void put(SinkRow row);

    /** Makes the rows and the position behind them what readers see. */
    void commit();

    @Override
    void close();
  }
}
