package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidemark.jobs.cli.FailureText;
import io.tidemark.jobs.operation.DriverRecords;
import io.tidemark.jobs.operation.DriverWatch;
import io.tidemark.jobs.operation.JobStatus;
import io.tidemark.jobs.operation.JobStatus.Activity;
import io.tidemark.jobs.operation.StatusReader;
import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.Phase;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** In one driver a job that fails is its own affair. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@AnyZone
class IsolationTest {
  private static final String BROKEN = "dws_click_tmin";

  @TempDir private Path folder;
  private final Map<String, String> pools = new ConcurrentHashMap<>();

  @Test
  void aJobWhoseTableIsBrokenIsGivenUpWhileTheOthersReadOn() throws Exception {
    FaultProject project = new FaultProject(folder, SharedBroker.get(), "click", "view");
    LocalLakehouse house = project.open(FaultProject.LOCAL);
    Clicks clicks = new Clicks(20261122);
    Clicks views = new Clicks(20261123);
    clicks.send(project, "click", 20);
    views.send(project, "view", 20);
    house.catchUp(house.jobs().jobs());
    Path metadata = folder.resolve("warehouse/dws/click_tmin/metadata");
    Files.move(metadata, metadata.resolveSibling("away"));
    DriverRecords records = new DriverRecords(house.lake().environment().checkpoints());
    StopSignal stop = new StopSignal();
    CompletableFuture<Void> driver;
    try (DriverWatch watch =
        new DriverWatch(records, Clock.systemUTC(), FailureText::withoutSecrets)) {
      driver =
          CompletableFuture.runAsync(
              () -> house.streams(stop, watch.and(pools(house))).stream(house.jobs().jobs()));
      try {
        await()
            .atMost(Duration.ofMinutes(1))
            .until(() -> driver.isDone() || status(house, BROKEN).activity() == Activity.FAILED);
        clicks.send(project, "click", 40);
        views.send(project, "view", 40);
        JobSpec dwd = house.jobs().job("dwd_click");
        JobSpec tmin = house.jobs().job("dws_view_tmin");
        await()
            .atMost(Duration.ofMinutes(2))
            .until(
                () ->
                    driver.isDone()
                        || house.messagesRead() == clicks.sent() + views.sent()
                            && hasReadAll(house, dwd)
                            && hasReadAll(house, tmin));
        assertThat(driver).as("the driver goes on").isNotDone();
        assertThat(status(house, "dwd_click").activity()).isEqualTo(Activity.RUNNING);
      } finally {
        stop.stop();
      }
      assertThatThrownBy(() -> driver.get(1, TimeUnit.MINUTES))
          .as("a driver in which something failed does not look well")
          .hasStackTraceContaining("click_tmin");
    }

    JobStatus failed = status(house, BROKEN);
    assertThat(failed.activity()).isEqualTo(Activity.FAILED);
    assertThat(failed.needsAttention()).isTrue();
    assertThat(failed.driver().orElseThrow().restarts()).as("as declared").isEqualTo(2);
    assertThat(failed.driver().orElseThrow().failures()).isEqualTo(3);
    assertThat(failed.driver().orElseThrow().lastFailure()).contains("click_tmin");
    assertThat(failed.problems()).as("its table cannot be told of").isNotEmpty();
    assertThat(status(house, "dws_view_tmin").activity()).isEqualTo(Activity.STOPPED);
    assertThat(pools)
        .as("each in a pool of its own")
        .containsEntry("ods_click", "ods_click")
        .containsEntry("dwd_view", "dwd_view");

    Files.move(metadata.resolveSibling("away"), metadata);
    house.catchUp(house.jobs().jobs());
    assertThat(house.main(house.jobs().job("dwd_click")).count()).isEqualTo(clicks.distinct());
    Answers.assertMainEqualsBatch(house, "after one was broken");
  }

  /** The pool in which each job's micro-batches are. */
  private MicroBatchListener pools(LocalLakehouse house) {
    return new MicroBatchListener() {
      @Override
      public void reached(String job, long batch, Phase phase) {
        String pool = house.lake().spark().sparkContext().getLocalProperty("spark.scheduler.pool");
        pools.put(job, String.valueOf(pool));
      }
    };
  }

  private static boolean hasReadAll(LocalLakehouse house, JobSpec job) {
    return status(house, job.name()).freshness().filter(Duration.ZERO::equals).isPresent();
  }

  private static JobStatus status(LocalLakehouse house, String job) {
    return new StatusReader(house.lake(), house.jobs(), FailureText::withoutSecrets)
        .read(List.of(house.jobs().job(job)), List.of(), Clock.systemUTC().instant())
        .get(0);
  }
}
