package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.RestartSettings;
import io.tidemark.catalog.StreamSettings;
import io.tidemark.catalog.commit.FencedException;
import io.tidemark.jobs.sink.SinkLayout;
import io.tidemark.jobs.sink.SinkOutOfStepException;
import io.tidemark.jobs.sink.SinkPosition;
import io.tidemark.jobs.sink.SinkRow;
import io.tidemark.jobs.sink.SinkStep;
import io.tidemark.jobs.sink.SinkTarget;
import io.tidemark.jobs.sink.SinkUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a step does that its target does not answer to at first. */
class StepWriterTest {
  private static final SinkPosition LAST = at(2, 9);
  private static final SinkStep STEP = new SinkStep(10, 10, false);

  private final Target target = new Target();
  private final StepWriter writer =
      new StepWriter(
          "pg_a",
          target,
          new StreamContext(
              new StreamSettings(
                  Duration.ofSeconds(1),
                  1,
                  1,
                  new RestartSettings(0L, Duration.ofSeconds(1), Duration.ofSeconds(1))),
              new StopSignal(),
              MicroBatchListener.SILENT));

  @Test
  void isTriedAgainWhereTheTargetStandsAsBefore() {
    target.foundAfterwards = LAST;

    assertThat(write()).isEqualTo(at(2, 10));

    assertThat(target.written).as("both times").containsExactly("a", "a");
  }

  @Test
  void isNotTriedAgainWhereItWasCarriedOut() {
    target.foundAfterwards = at(2, 10);

    assertThat(write()).isEqualTo(at(2, 10));

    assertThat(target.written).containsExactly("a");
  }

  @Test
  void isNotWrittenOnTopOfAnOlderState() {
    for (SinkPosition older : List.of(at(2, 5), SinkPosition.NONE)) {
      target.tries = 0;
      target.foundAfterwards = older;

      assertThatThrownBy(this::write)
          .isInstanceOf(SinkOutOfStepException.class)
          .hasMessageContaining("this driver has left it at snapshot 9 of epoch 2")
          .hasMessageContaining("run pg_a again");
    }
  }

  @Test
  void aNewerDriverIsToldFromAnOlderState() {
    target.foundAfterwards = at(3, 9);

    assertThatThrownBy(this::write).isInstanceOf(FencedException.class);
  }

  private static SinkPosition at(long epoch, long snapshot) {
    return new SinkPosition(epoch, snapshot, null, "by this");
  }

  private SinkPosition write() {
    return writer.write(LAST, STEP, taker -> taker.accept(SinkRow.deleted("a")));
  }

  /** Fails once at the commit. */
  private static final class Target implements SinkTarget {
    private final List<Object> written = new ArrayList<>();
    private SinkPosition foundAfterwards;
    private int tries;

    @Override
    public Optional<SinkPosition> position() {
      return Optional.empty();
    }

    @Override
    public SinkPosition takeOver(SinkLayout layout) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SinkPosition resume(SinkPosition own) {
      return foundAfterwards;
    }

    @Override
    public Batch begin(SinkPosition own, SinkStep step) {
      return new Batch() {
        @Override
        public void put(SinkRow row) {
          written.add(row.key().get(0));
        }

        @Override
        public void commit() {
          if (tries++ == 0) {
            throw new SinkUnavailableException("pg_a", "it does not answer", null);
          }
        }

        @Override
        public void close() {
          // Nothing is held.
        }
      };
    }

    @Override
    public Duration retryFor() {
      return Duration.ofSeconds(1);
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }
}
