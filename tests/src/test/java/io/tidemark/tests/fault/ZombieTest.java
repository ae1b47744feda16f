package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.commit.FencedException;
import io.tidemark.jobs.run.Phase;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A driver falls asleep with its data files written and not yet committed. Its replacement takes
 * over and does the work. When the first one wakes up, it must not write.
 */
@AnyZone
class ZombieTest {
  private static final long SEED = 20260314;

  @TempDir private Path folder;
  private FaultProject project;
  private Clicks clicks;
  private LocalLakehouse house;

  @BeforeEach
  void messages() {
    project = new FaultProject(folder, SharedBroker.get(), "click");
    clicks = new Clicks(SEED);
    clicks.send(project, "click", 60);
    house = project.open(FaultProject.LOCAL);
  }

  /** In another JVM, because Spark lets a checkpoint have one query in one JVM. */
  @Test
  void ingestIsRefused() {
    Moment asleep = new Moment("ods_click", Phase.FILES_WRITTEN, 1);
    try (DriverProcess zombie =
        new DriverProcess(
            project,
            DriverMain.Mode.CATCHUP,
            asleep,
            List.of("ods_click"),
            folder.resolve("zombie.log"))) {
      zombie.go();
      zombie.await(line -> line.startsWith(DriverMain.HOLDS));
      replace();
      IngestSpec ingest = house.ingests().get(0);
      long ods = head(ingest);
      long deadLetters = house.lake().load(ingest.deadLetters()).currentSnapshot().snapshotId();

      zombie.letGo();

      String failure = zombie.await(line -> line.startsWith(DriverMain.FAILED));
      assertThat(failure).contains(FencedException.class.getName());
      assertThat(zombie.awaitEnd()).isNotZero();
      assertThat(head(ingest)).isEqualTo(ods);
      assertThat(house.lake().load(ingest.deadLetters()).currentSnapshot().snapshotId())
          .isEqualTo(deadLetters);
      Answers.assertEveryCutBalances(house, ingest);
      Answers.assertMainEqualsBatch(house, "after the zombie");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dwd_click", "dws_click_tmin"})
  void jobsBehindOdsAreRefused(String name) throws Exception {
    JobSpec job = house.jobs().job(name);
    CountDownLatch asleep = new CountDownLatch(1);
    HoldAt hold = new HoldAt(new Moment(name, Phase.FILES_WRITTEN, 1), what -> asleep.countDown());
    LocalLakehouse first = project.open(FaultProject.LOCAL);
    CompletableFuture<Void> zombie =
        CompletableFuture.runAsync(
            () -> first.streams(new StopSignal(), hold).catchUp(first.jobs().jobs()));
    assertThat(asleep.await(2, TimeUnit.MINUTES)).as("the driver falls asleep").isTrue();
    replace();
    long head = head(job);

    hold.letGo();

    assertThatThrownBy(() -> zombie.get(2, TimeUnit.MINUTES))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(FencedException.class);
    assertThat(head(job)).isEqualTo(head);
    Answers.assertMainEqualsBatch(house, "after the zombie");
  }

  /** The replacement reads what the sleeping driver has not, and more. */
  private void replace() {
    clicks.send(project, "click", 20);
    house.catchUp(house.jobs().jobs());
    assertThat(house.messagesRead()).isEqualTo(clicks.sent());
  }

  private long head(JobSpec job) {
    return house.lake().load(job.output()).currentSnapshot().snapshotId();
  }
}
