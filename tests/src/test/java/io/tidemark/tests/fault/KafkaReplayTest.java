package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.SameRows;
import io.tidemark.tests.lakehouse.VerbAnswer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ODS itself was wrong, and is made anew from the messages that Kafka still has. */
@AnyZone
class KafkaReplayTest {
  private static final String ODS = "ods_click";
  private static final String FROM = FaultProject.FIRST_DAY.toString();
  private static final String TO = FaultProject.LAST_DAY.toString();
  private static final String SINCE = FROM + "T00:00";

  @TempDir private Path folder;
  private FaultProject project;
  private LocalLakehouse house;
  private final LateEvents events = new LateEvents(20261123);

  @Test
  void rowsThatWereDeletedComeBackWhileTheJobGoesOn() throws Exception {
    project = new FaultProject(folder, SharedBroker.get(), "click");
    house = project.open(FaultProject.LOCAL);
    events.send(project, "click", 60);
    house.catchUp(house.jobs().jobs());
    List<String> before = rowsOfOds();
    house.seal(FaultProject.FIRST_DAY, FaultProject.LAST_DAY);
    sql("DELETE FROM ods.click WHERE kafka_offset % 2 = 0 AND dt <= DATE'%s'".formatted(TO));
    sql("INSERT INTO ods.click SELECT * FROM ods.click WHERE kafka_offset = 3");
    StopSignal stop = new StopSignal();
    CompletableFuture<Void> driver =
        CompletableFuture.runAsync(
            () -> house.streams(stop, MicroBatchListener.SILENT).stream(house.jobs().jobs()));
    try {
      events.sendOfOpenDay(project, "click", 40);

      assertThat(verb(ExitCodes.OUTSIDE_TOLERANCE, "--from", FROM, "--to", TO))
          .containsPattern(FROM + " +\\d+ +[1-9]\\d* +0 +")
          .contains("dead letters: 0 come, 0 can be read by now")
          .containsPattern("Next: .*--from-kafka --from %s --to %s --publish".formatted(FROM, TO));
      events.sendOfOpenDay(project, "click", 40);
      String done =
          verb(
              ExitCodes.OK,
              "--from",
              FROM,
              "--to",
              TO,
              "--publish",
              "--reason",
              "somebody deleted rows");

      assertThat(done).contains("✓ ods.click").contains("--again", "replay");
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

    assertThat(rowsOfOds()).containsAll(before);
    assertEachMessageOnce();
    assertThat(verb(ExitCodes.OK, "--from", FROM, "--to", TO)).contains("Nothing would change");
    say(ExitCodes.OK, "seal", "--from", FROM, "--to", TO, "--again");
    say(ExitCodes.OK, "replay", ODS, "--from", FROM, "--to", TO);
    for (var job : house.recomputed()) {
      String days = "dt BETWEEN DATE'%s' AND DATE'%s'".formatted(FROM, TO);
      SameRows.assertSame(
          job.name(), house.main(job).where(days), house.offline(job).where(days));
    }
    assertThat(house.offline(house.jobs().job("dwd_click")).count())
        .isEqualTo(
            events.of(FaultProject.FIRST_DAY).size() + events.of(FaultProject.LAST_DAY).size());
  }

  @Test
  void aMistakenDeclarationIsMendedUnlessKafkaHasForgotten() throws Exception {
    project = new FaultProject(folder, SharedBroker.get(), "tap");
    Path declared = project.conf().resolve("jobs/tap_ods.yml");
    String right = Files.readString(declared);
    Files.writeString(
        declared,
        right
            .replace("seconds: bigint", "seconds: { type: bigint, path: duration }")
            .replace("user_id: string", "user_id: { type: string, required: true }"));
    house = project.open(FaultProject.LOCAL);
    events.send(project, "tap", 40);
    house.catchUp(house.jobs().jobs());
    long letters = count("SELECT count(*) FROM ods.tap_dead_letter");
    assertThat(count("SELECT count(seconds) FROM ods.tap")).isZero();
    Files.writeString(declared, right);
    house = project.open(FaultProject.LOCAL);

    String shown =
        said(ExitCodes.OUTSIDE_TOLERANCE, "ods_tap", "--since", "1970-01-01T00:00:00Z");
    assertThat(shown).contains("40 messages of topic");
    said(
        ExitCodes.OK,
        "ods_tap",
        "--since",
        "1970-01-01T00:00:00Z",
        "--publish",
        "--reason",
        "seconds were read from elsewhere");

    assertThat(count("SELECT count(*) FROM ods.tap WHERE seconds IS NULL")).isZero();
    assertThat(count("SELECT count(*) FROM ods.tap_dead_letter WHERE repaired_at IS NULL"))
        .isLessThan(letters);
    assertThat(house.messagesRead()).isEqualTo(events.sent());
    sql("DELETE FROM ods.tap WHERE kafka_partition = 0 AND kafka_offset < 5");
    long left = count("SELECT count(*) FROM ods.tap");
    forget(project.topic("tap"), 5);

    assertThat(said(ExitCodes.REFUSED, "ods_tap", "--since", "1970-01-01T00:00:00Z"))
        .contains("Kafka no longer has all messages", "partition 0 ", "Nothing was changed");
    assertThat(count("SELECT count(*) FROM ods.tap")).isEqualTo(left);
    assertThat(said(ExitCodes.REFUSED, "dwd_tap", "--day", FROM)).contains("ods_tap");
    assertThat(said(ExitCodes.REFUSED, "ods_tap", "--day", FROM, "--since", SINCE))
        .contains("--since");
  }

  private static void forget(String topic, long before) throws Exception {
    try (Admin admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                SharedBroker.get().bootstrapServers()))) {
      admin
          .deleteRecords(
              Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(before)))
          .all()
          .get();
    }
  }

  private void assertEachMessageOnce() {
    assertThat(house.messagesRead()).isEqualTo(events.sent());
    assertThat(
            count(
                "SELECT count(DISTINCT kafka_partition, kafka_offset) FROM (SELECT kafka_partition, kafka_offset FROM ods.click UNION ALL SELECT kafka_partition, kafka_offset FROM ods.click_dead_letter)"))
        .isEqualTo(events.sent());
  }

  /** All that a row says but for whether it came behind a cut. */
  private List<String> rowsOfOds() {
    return house.lake().spark().table("ods.click").drop("pending").collectAsList().stream()
        .map(Row::toString)
        .toList();
  }

  private void sql(String statement) {
    house.lake().spark().sql(statement);
  }

  private long count(String query) {
    return house.lake().spark().sql(query).head().getLong(0);
  }

  private String verb(int code, String... arguments) {
    return said(code, ODS, arguments);
  }

  private String said(int code, String job, String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = "replay";
    all[1] = job;
    all[2] = "--from-kafka";
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    return say(code, all);
  }

  private String say(int code, String... arguments) {
    return VerbAnswer.of(project.conf(), arguments).with(code).said();
  }
}
