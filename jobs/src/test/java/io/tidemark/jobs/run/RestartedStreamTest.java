package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.RestartSettings;
import io.tidemark.catalog.StreamSettings;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.UserError;
import io.tidemark.catalog.commit.LostPositionException;
import io.tidemark.jobs.sink.SinkRefusedException;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.MirrorSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class RestartedStreamTest {
  private static final Duration BACKOFF = Duration.ofMillis(1);
  private static final JobSpec JOB =
      new MirrorSpec(
          "dwd_a",
          "",
          "",
          TableName.parse("ods.a"),
          MirrorSpec.Delete.HARD,
          1,
          TableName.parse("dwd.a"));

  private final StopSignal stop = new StopSignal();
  private final CommitCounts commits = new CommitCounts();
  private final AtomicInteger runs = new AtomicInteger();
  private final AtomicBoolean engineGone = new AtomicBoolean();
  private final List<String> told = new ArrayList<>();
  private final MicroBatchListener listener =
      new MicroBatchListener() {
        @Override
        public void began(String job) {
          told.add("began");
        }

        @Override
        public void ended(String job) {
          told.add("ended");
        }

        @Override
        public void failed(String job, StreamFailure failure) {
          told.add("failed " + failure.restarts() + failure.again().map(at -> " again").orElse(""));
        }
      };

  @Test
  void isBegunAgainAsOftenAsDeclaredAndThenGivenUp() {
    assertThatThrownBy(() -> stream(2, () -> fail("it broke")).run()).hasMessage("it broke");

    assertThat(told)
        .containsExactly("began", "failed 0 again", "began", "failed 1 again", "began", "failed 2");
    assertThat(stop.isStopped()).as("the others go on").isFalse();
  }

  @Test
  void goesOnWhereARestartHelped() {
    stream(
            1,
            () -> {
              if (runs.incrementAndGet() == 1) {
                fail("once");
              }
            })
        .run();

    assertThat(told).containsExactly("began", "failed 0 again", "began", "ended");
  }

  @Test
  void aCommittedMicroBatchEndsTheRowOfRestarts() {
    RestartedStream stream =
        stream(
            1,
            () -> {
              if (runs.incrementAndGet() < 5) {
                commits.committed(MicroBatchReport.none(JOB.name()));
              }
              fail("now and then");
            });

    assertThatThrownBy(stream::run).hasMessage("now and then");

    assertThat(runs).hasValue(5);
    assertThat(told).endsWith("failed 0 again", "began", "failed 0 again", "began", "failed 1");
  }

  @Test
  void whatARestartCannotMendIsGivenUpAtOnce() {
    for (RuntimeException last :
        List.of(
            new LostPositionException("gone"),
            new SinkRefusedException("no right to it", null),
            new IllegalStateException("outer", new Refused()))) {
      told.clear();

      assertThatThrownBy(
              () ->
                  stream(
                          9,
                          () -> {
                            throw last;
                          })
                      .run())
          .isSameAs(last);

      assertThat(told).containsExactly("began", "failed 0");
    }
    assertThat(stop.isStopped()).isFalse();
  }

  @Test
  void nothingIsBegunAgainWhenTheDriverStops() {
    stop.stop();

    assertThatThrownBy(() -> stream(9, () -> fail("while it stopped")).run())
        .hasMessage("while it stopped");

    assertThat(told).containsExactly("began", "failed 0");
  }

  @Test
  void anErrorIsTold() {
    assertThatThrownBy(
            () ->
                stream(
                        9,
                        () -> {
                          throw new NoClassDefFoundError("a/Part");
                        })
                    .run())
        .isInstanceOf(NoClassDefFoundError.class);

    assertThat(told).containsExactly("began", "failed 0");
  }

  @Test
  void anEngineThatIsGoneStopsTheWholeDriver() {
    assertThatThrownBy(
            () ->
                stream(
                        9,
                        () -> {
                          engineGone.set(true);
                          fail("no context");
                        })
                    .run())
        .hasMessage("no context");

    assertThat(stop.isStopped()).isTrue();
    assertThat(told).containsExactly("began", "failed 0");
  }

  @Test
  void aLackOfMemoryStopsTheWholeDriver() {
    assertThatThrownBy(
            () ->
                stream(
                        9,
                        () -> {
                          throw new IllegalStateException(new OutOfMemoryError("heap"));
                        })
                    .run())
        .hasRootCauseInstanceOf(OutOfMemoryError.class);

    assertThat(stop.isStopped()).isTrue();
  }

  @Test
  void whatCannotBeMadeFailsAsTheJobsOwnUnlessTheUserIsToChangeIt() {
    RestartedStream broken =
        of(
            0,
            () -> {
              throw new IllegalStateException("no such file");
            });
    broken.prepare();
    assertThatThrownBy(broken::run).hasMessage("no such file");
    assertThat(told).containsExactly("began", "failed 0");

    assertThatThrownBy(
            of(
                    0,
                    () -> {
                      throw new Refused();
                    })
                ::prepare)
        .isInstanceOf(Refused.class);
  }

  @Test
  void aStreamThatIsMadeAheadIsTheOneThatRuns() {
    AtomicInteger made = new AtomicInteger();
    RestartedStream stream =
        of(
            1,
            () -> {
              made.incrementAndGet();
              return drain -> {
                if (runs.incrementAndGet() == 1) {
                  fail("once");
                }
              };
            });
    stream.prepare();
    assertThat(made).hasValue(1);

    stream.run();

    assertThat(made).as("and another after its failure").hasValue(2);
  }

  private RestartedStream stream(long restarts, Runnable run) {
    return of(restarts, () -> drain -> run.run());
  }

  private RestartedStream of(long restarts, Supplier<JobStream> maker) {
    StreamSettings settings =
        new StreamSettings(
            Duration.ofSeconds(1), 1, 1, new RestartSettings(restarts, BACKOFF, BACKOFF));
    return new RestartedStream(
        List.of(JOB.name()),
        maker,
        new StreamContext(settings, stop, listener),
        commits,
        engineGone::get);
  }

  private static void fail(String why) {
    throw new IllegalStateException(why);
  }

  private static final class Refused extends IllegalStateException implements UserError {
    private static final long serialVersionUID = 1L;

    Refused() {
      super("refused");
    }
  }
}
