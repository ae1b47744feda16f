package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.SameRows;
import io.tidemark.tests.lakehouse.VerbAnswer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.iceberg.SnapshotRef;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two published days had a mistake in them, which is mended while events keep coming. */
@AnyZone
class ReplayTest {
  private static final String DWD = "dwd_click";
  private static final String DWS = "dws_click_tmin";
  private static final String FROM = FaultProject.FIRST_DAY.toString();
  private static final String TO = FaultProject.LAST_DAY.toString();

  @TempDir private Path folder;
  private FaultProject project;
  private LocalLakehouse house;
  private final LateEvents events = new LateEvents(20261122);

  @Test
  void daysAreMadeAnewShownAndPublishedWhileStreamsGoOn() throws Exception {
    project = new FaultProject(folder, SharedBroker.get(), "click");
    house = project.open(FaultProject.LOCAL);
    events.send(project, "click", 60);
    house.catchUp(house.jobs().jobs());
    house.seal(FaultProject.FIRST_DAY, FaultProject.LAST_DAY);
    house.batch(house.recomputed(), FaultProject.FIRST_DAY, FaultProject.LAST_DAY);
    verb(ExitCodes.OK, "reconcile", "--from", FROM, "--to", TO);
    verb(ExitCodes.OK, "publish", "--from", FROM, "--to", TO);
    assertThat(verb(ExitCodes.OK, "replay", DWD, "--from", FROM, "--to", TO))
        .contains("Nothing would change");
    mend();
    StopSignal stop = new StopSignal();
    CompletableFuture<Void> driver =
        CompletableFuture.runAsync(
            () -> house.streams(stop, MicroBatchListener.SILENT).stream(house.jobs().jobs()));
    try {
      events.sendOfOpenDay(project, "click", 30);
      List<Row> before = rows(DWD);

      String shown = verb(ExitCodes.OUTSIDE_TOLERANCE, "replay", DWD, "--from", FROM, "--to", TO);

      assertThat(shown)
          .containsPattern(FROM + " +dwd_click +\\d+ +[1-9]\\d* ")
          .containsPattern(TO + " +dws_click_tmin +\\d+ +[1-9]\\d* ")
          .contains(": definition")
          .containsPattern(
              "Next: \\./tidemark replay .*dwd_click --from %s --to %s --publish"
                  .formatted(FROM, TO));
      assertThat(rows(DWD)).containsExactlyInAnyOrderElementsOf(before);
      events.sendOfOpenDay(project, "click", 30);

      assertThat(
              verb(
                  ExitCodes.OK,
                  "replay",
                  DWD,
                  "--from",
                  FROM,
                  "--to",
                  TO,
                  "--publish",
                  "--reason",
                  "channels were written in any case"))
          .contains("✓ " + FROM + "  dwd_click", "✓ " + TO + "  dws_click_tmin");

      assertThat(rows(DWD)).isNotEmpty().allMatch(row -> isUpper(row.getAs("channel")));
      for (String job : List.of(DWD, DWS)) {
        SameRows.assertSame(job, published(job), ofDays(house.offline(job(job))));
      }
      await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(300))
          .until(
              () ->
                  driver.isDone() || house.messagesRead() == events.sent() && house.backlog() == 0);
    } finally {
      stop.stop();
    }
    driver.get();

    assertThat(ledger())
        .hasSize(4)
        .allMatch(each -> each.equals("channels were written in any case"));
    long snapshot = snapshot();
    assertThat(verb(ExitCodes.OK, "replay", DWD, "--from", FROM, "--to", TO))
        .contains("Nothing would change");
    assertThat(snapshot()).isEqualTo(snapshot);
    assertThat(house.main(job(DWD)).where("dt = DATE'%s'".formatted(LateEvents.OPEN_DAY)).count())
        .isEqualTo(events.of(LateEvents.OPEN_DAY).size());
  }

  @Test
  void whatCannotBeReplayedIsRefusedBeforeAnythingIsComputed() {
    project = FaultProject.ofAllKinds(folder, SharedBroker.get(), "tap", "tap_change");
    house = project.open(FaultProject.LOCAL);
    house.createTables();

    assertThat(verb(ExitCodes.REFUSED, "replay", "dwd_tap", "--day", FROM)).contains("not sealed");
    assertThat(verb(ExitCodes.REFUSED, "replay", "dwd_tap", "--day", FROM, "--publish"))
        .contains("--publish and --reason go together");
    assertThat(verb(ExitCodes.REFUSED, "replay", "dwd_top", "--day", FROM)).contains("dwd_top");
    assertThat(verb(ExitCodes.REFUSED, "replay", "dwd_tap_change", "--day", FROM))
        .contains("has no business days");
  }

  /** The job as it should have been declared. */
  private void mend() throws IOException {
    Path sql = project.conf().resolve("jobs/click.sql");
    Files.writeString(
        sql, Files.readString(sql).replace(" channel,", " upper(channel) AS channel,"));
    house = project.open(FaultProject.LOCAL);
  }

  private static boolean isUpper(String channel) {
    return channel == null || channel.equals(channel.toUpperCase());
  }

  /** What people see of the two days. */
  private Dataset<Row> published(String job) {
    return ofDays(house.main(job(job)));
  }

  private static Dataset<Row> ofDays(Dataset<Row> rows) {
    return rows.where("dt BETWEEN DATE'%s' AND DATE'%s'".formatted(FROM, TO));
  }

  private List<Row> rows(String job) {
    return published(job).collectAsList();
  }

  private List<String> ledger() {
    return house
        .lake()
        .spark()
        .sql("SELECT reason FROM ops.publication WHERE reason <> ''")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }

  private long snapshot() {
    return house.lake().load(job(DWD).output()).snapshot(SnapshotRef.MAIN_BRANCH).snapshotId();
  }

  private JobSpec job(String name) {
    return house.jobs().job(name);
  }

  private String verb(int code, String... arguments) {
    return VerbAnswer.of(project.conf(), arguments).with(code).said();
  }
}
