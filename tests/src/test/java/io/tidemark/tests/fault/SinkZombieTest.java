package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.catalog.commit.FencedException;
import io.tidemark.jobs.run.Phase;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.jobs.run.StreamRun;
import io.tidemark.jobs.spec.SinkSpec;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.servers.PostgreSql;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Drivers of sinks fall asleep with their rows computed and not yet written. Others take over and
 * do the work. When the first ones wake up, they must not write.
 */
@AnyZone
class SinkZombieTest {
  private static final long SEED = 20261123;

  @TempDir private Path folder;

  @Test
  void whoWasReplacedIsRefused() throws Exception {
    assumeTrue(PostgreSql.isInstalled(), PostgreSql.NOT_INSTALLED);
    SinkProject project = new SinkProject(folder, "sink_zombie", SEED);
    LocalLakehouse house = project.open();
    List<SinkSpec> chosen =
        house.jobs().sinks().stream()
            .filter(sink -> sink.input().toString().equals("dws.click_user_1h"))
            .toList();
    assertThat(chosen).hasSizeGreaterThanOrEqualTo(2);

    change(project, house);
    house.drain(chosen, false);
    change(project, house);

    Map<HoldAt, CompletableFuture<Void>> zombies = new LinkedHashMap<>();
    for (SinkSpec sink : chosen) {
      CountDownLatch asleep = new CountDownLatch(1);
      HoldAt hold =
          new HoldAt(new Moment(sink.name(), Phase.STARTED, 0), what -> asleep.countDown());
      LocalLakehouse first = project.open();
      zombies.put(
          hold,
          CompletableFuture.runAsync(
              () ->
                  first
                      .streams(new StopSignal(), hold)
                      .catchUp(List.of(), new StreamRun.Sinks(List.of(sink), false))));
      assertThat(asleep.await(2, TimeUnit.MINUTES)).as("%s falls asleep", sink.name()).isTrue();
    }
    change(project, house);
    house.drain(chosen, false);

    zombies.forEach(
        (hold, zombie) -> {
          hold.letGo();
          assertThatThrownBy(() -> zombie.get(2, TimeUnit.MINUTES))
              .isInstanceOf(ExecutionException.class)
              .hasCauseInstanceOf(FencedException.class);
        });
    new SinkCopies(house).assertEqual(chosen, "after the zombies");
  }

  private static void change(SinkProject project, LocalLakehouse house) {
    project.send(10, 10, 0);
    house.catchUp(
        house.jobs().jobs().stream().filter(job -> !job.name().endsWith("item")).toList());
  }
}
