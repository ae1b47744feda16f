package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.run.Phase;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two drivers in two processes share the embedded catalog from its first moment, when neither a
 * namespace nor a table is there. Each runs the jobs of a topic of its own.
 */
@AnyZone
class TwoProcessesTest {
  @TempDir private Path folder;

  @Test
  void bothWriteTheirTablesAtOnce() {
    FaultProject project = new FaultProject(folder, SharedBroker.get(), "click", "view");
    Clicks clicks = new Clicks(20260318);
    Clicks views = new Clicks(20260319);
    clicks.send(project, "click", 80);
    views.send(project, "view", 80);
    // The first goes on with its micro-batch only when the second has committed one: they overlap.
    Moment amidst = new Moment("ods_click", Phase.FILES_WRITTEN, 0);

    try (DriverProcess first = driver(project, "click", amidst);
        DriverProcess second = driver(project, "view", null)) {
      first.go();
      second.go();
      first.await(line -> line.startsWith(DriverMain.HOLDS));
      second.await(line -> line.contains("ods_view") && line.endsWith(Phase.COMMITTED.name()));
      first.letGo();
      first.await(DriverMain.DONE::equals);
      second.await(DriverMain.DONE::equals);
      assertThat(first.awaitEnd()).isZero();
      assertThat(second.awaitEnd()).isZero();
    }

    LocalLakehouse house = project.open(FaultProject.LOCAL);
    assertThat(house.messagesRead()).isEqualTo(clicks.sent() + views.sent());
    for (IngestSpec ingest : house.ingests()) {
      assertThat(Answers.assertEveryCutBalances(house, ingest)).isGreaterThan(5);
    }
    assertThat(house.main(house.jobs().job("dwd_click")).count()).isEqualTo(clicks.distinct());
    assertThat(house.main(house.jobs().job("dwd_view")).count()).isEqualTo(views.distinct());
    Answers.assertMainEqualsBatch(house, "written by two processes");
  }

  private DriverProcess driver(FaultProject project, String topic, Moment holdAt) {
    return new DriverProcess(
        project,
        DriverMain.Mode.CATCHUP,
        holdAt,
        List.of("ods_" + topic, "dwd_" + topic, "dws_" + topic + "_tmin"),
        folder.resolve(topic + ".log"));
  }
}
