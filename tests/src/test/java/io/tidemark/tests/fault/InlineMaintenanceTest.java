package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.compaction.InlineMaintenance;
import io.tidemark.compaction.record.MaintenanceTable;
import io.tidemark.jobs.cli.StreamMaintenance;
import io.tidemark.jobs.cli.Workspace;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A driver compacts the tables of its streams where their policy says so, and no others. */
@AnyZone
class InlineMaintenanceTest {
  private static final String DWD = "dwd_click";
  private static final String DWS = "dws_click_tmin";

  @TempDir private Path folder;
  private final StringWriter said = new StringWriter();

  @Test
  void tablesAreCompactedInTheDriverOfTheirStreamsAndTheRunIsRecorded() {
    FaultProject project = new FaultProject(folder, SharedBroker.get(), "click");
    project.policy(
        "dws.click_tmin", "maintenance: inline\nhot: { max-files: 4 }\ndue: { small-files: 3 }");
    LocalLakehouse house = project.open(FaultProject.LOCAL);
    Workspace workspace =
        new Workspace(
            Declarations.read(project.conf(), FaultProject.LOCAL, Map.of()),
            house.lake(),
            house.tables());
    Clicks clicks = new Clicks(20261203);
    clicks.send(project, "click", 200);
    List<JobSpec> jobs = house.jobs().jobs();

    try (StreamMaintenance.Running maintenance =
        new InlineMaintenance().begin(workspace, jobs, new PrintWriter(said, true))) {
      house.streams(new StopSignal(), maintenance).catchUp(jobs);
      await().atMost(Duration.ofMinutes(2)).until(() -> rewrites(table(house, DWS)) > 0);
    }

    assertThat(rewrites(table(house, DWD))).isZero();
    assertThat(said.toString()).contains("dws.click_tmin committed: dt=").doesNotContain("failed");
    assertThat(
            house
                .lake()
                .spark()
                .table(house.lake().identifier(MaintenanceTable.TABLE))
                .where("kind = 'inline' AND groups_done > 0 AND table_name = 'dws.click_tmin'")
                .count())
        .isPositive();
    Answers.assertMainEqualsBatch(house, "compacted inline");
  }

  private static Table table(LocalLakehouse house, String job) {
    return house.lake().load(house.jobs().job(job).output());
  }

  private static long rewrites(Table table) {
    return StreamSupport.stream(table.snapshots().spliterator(), false)
        .filter(snapshot -> snapshot.operation().equals(DataOperations.REPLACE))
        .count();
  }
}
