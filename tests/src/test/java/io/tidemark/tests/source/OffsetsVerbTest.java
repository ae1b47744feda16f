package io.tidemark.tests.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.FencedException;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.tests.app.Topics;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.VerbAnswer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.Table;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where a job stands, and what moving it does to its rows. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@AnyZone
class OffsetsVerbTest {
  private static final String TIME = "2026-01-15T00:00:00Z";
  private static final String JOB = "ods_event";

  @TempDir private Path folder;
  private SourceProject project;
  private String topic;

  /** The brokers to run on. */
  String brokers() {
    return SourceProject.sharedBroker();
  }

  @BeforeEach
  void readSome() {
    project = new SourceProject(folder, brokers());
    topic = project.topic("event");
    project.job("event", topic, "");
    try (Topics topics = new Topics(project.servers())) {
      topics.create(topic, 2);
    }
    send(0, 2);
    send(1, 1);
  }

  @Test
  void aJobThatHasNeverRunHasNoPositionToMove() {
    assertThat(offsets().out()).contains("has never run; it would begin here", "lag 3, lost 0");
    VerbAnswer move = move("latest");
    assertThat(move.exitCode()).isEqualTo(ExitCodes.REFUSED);
    assertThat(move.err()).contains("has never run").contains("'start'");
  }

  @Test
  void lostMessagesAreShownAndPassedWithAReason() {
    catchUp();
    send(0, 3);
    project.deleteBefore(topic, 0, 4);
    assertThat(offsets().out())
        .containsPattern("0 +2 +4 +5 +1 +2")
        .containsPattern("1 +1 +0 +1 +0 +0")
        .contains("lag 1, lost 2");
    VerbAnswer stopped = project.run("run", JOB, "--mode", "catchup");
    assertThat(stopped.exitCode()).isEqualTo(ExitCodes.FAILURE);
    assertThat(stopped.err())
        .contains("./tidemark offsets --conf " + project.conf() + " ods_event");

    assertThat(move("1:1").out()).as("another partition").contains("stands there already");
    VerbAnswer plan = project.run("offsets", JOB, "--move-to", "available", "--reason", "r");
    assertThat(plan.out()).containsPattern("0 +2 +4 +2 +2 +0").contains("repeat it with --yes");
    assertThat(offsets().out()).contains("lost 2");
    VerbAnswer move = move("available");
    assertThat(move.exitCode()).as(move.err()).isEqualTo(ExitCodes.OK);
    assertThat(move.out()).contains("2 messages skipped");
    assertThat(move("available").out()).contains("stands there already");
    catchUp();

    assertThat(project.ids("event")).containsExactly("00-p0", "01-p0", "02-p1", "05-p0");
    assertThat(offsets().out()).contains("lag 0, lost 0");
    assertThat(
            project
                .open()
                .lake()
                .spark()
                .sql(
                    "SELECT job, kafka_partition, from_offset, to_offset, skipped, lost, reason, moved_by, dt = to_date(moved_at) FROM ops.offset_move")
                .collectAsList())
        .extracting(Object::toString)
        .containsExactly(
            "[ods_event,0,2,4,2,2,a test,%s,true]".formatted(System.getProperty("user.name")));
  }

  @Test
  void whatWasReadIsNotReadAgainButWhatWasSkippedCanBe() {
    catchUp();
    VerbAnswer back = move("earliest");
    assertThat(back.exitCode()).isEqualTo(ExitCodes.REFUSED);
    assertThat(back.err()).contains("is not moved back: 3 messages");

    send(0, 3);
    assertThat(move("latest").out()).contains("3 messages skipped");
    send(0, 1);
    catchUp();
    assertThat(project.ids("event")).containsExactly("00-p0", "01-p0", "02-p1", "06-p0");
    assertThat(move("0:2").err()).as("the last one was read").contains("not moved back: 1");

    send(1, 2);
    assertThat(move("latest").exitCode()).isEqualTo(ExitCodes.OK);
    assertThat(move("1:2").out()).contains("0 messages skipped, 1 read after all");
    catchUp();
    assertThat(project.ids("event")).containsExactly("00-p0", "01-p0", "02-p1", "06-p0", "08-p1");
    assertThat(move("1:2").err()).contains("not moved back: 1");
    assertThat(move("1:1").err()).as("one of two was skipped").contains("not moved back: 1");
  }

  /** The process ended between the commit in ODS and the one in the log. */
  @Test
  void aMoveThatIsNotInTheLogYetIsRecordedWithTheNext() {
    catchUp();
    send(0, 1);
    move("latest");
    var spark = project.open().lake().spark();
    spark.sql("DELETE FROM ops.offset_move");
    assertThat(move("0:2").err()).as("until then").contains("not moved back: 1");

    send(0, 1);
    move("latest");
    assertThat(spark.table("ops.offset_move").count()).isEqualTo(2);
    assertThat(move("0:2").out()).contains("2 read after all");
    catchUp();
    assertThat(project.ids("event")).hasSize(5);
  }

  /** Dead letters have a position of their own, which the other partition took along. */
  @Test
  void aMessageThatCannotBeReadIsADeadLetterAlsoWhereItWasSkippedAtFirst() {
    catchUp();
    sendNonsense(0);
    move("latest");
    sendNonsense(1);
    catchUp();
    send(0, 1);
    move("latest");
    assertThat(move("0:2").out()).contains("2 read after all");
    catchUp();

    assertThat(
            project
                .open()
                .lake()
                .spark()
                .sql(
                    "SELECT kafka_partition, kafka_offset FROM ods.event_dead_letter ORDER BY kafka_partition")
                .collectAsList())
        .extracting(Object::toString)
        .containsExactly("[0,2]", "[1,1]");
  }

  /** As where a partition has lost its newest messages: it ends at 2. */
  @Test
  void aPositionBeyondTheEndGoesBackToTheEndAndNoFurther() {
    catchUp();
    Table ods = project.open().lake().load(TableName.parse("ods.event"));
    String beyond = "{\"%s\":{\"0\":6,\"1\":1}}".formatted(topic);
    Commits.move(ods, TableState.of(ods).marker(JOB).orElseThrow(), beyond, 0, Map.of());
    VerbAnswer stopped = project.run("run", JOB, "--mode", "catchup");
    assertThat(stopped.exitCode()).isEqualTo(ExitCodes.FAILURE);
    assertThat(stopped.err()).contains("partition 0 ends at 2, before 6", "./tidemark offsets");
    assertThat(offsets().out()).contains("partition 0: the position is 4 beyond the end");

    assertThat(move("0:1").err()).contains("not moved back: 1 messages");
    assertThat(move("available").out())
        .containsPattern("0 +6 +2 +0 +0 +0")
        .contains("0 messages skipped, 0 read after all; recorded");
    assertThat(offsets().out()).doesNotContain("beyond").contains("lag 0, lost 0");
    send(0, 1);
    sendNonsense(0);
    catchUp();

    assertThat(project.ids("event")).containsExactly("00-p0", "01-p0", "02-p1", "03-p0");
    assertThat(project.open().lake().spark().table("ods.event_dead_letter").count()).isEqualTo(1);
  }

  /** The position's sum shrinks with the move back: from 6 to 4. */
  @Test
  void whatIsReadAfterAMoveBackWasReceivedLater() {
    catchUp();
    send(0, 3);
    move("latest");
    send(1, 1);
    catchUp();
    assertThat(move("0:2").out()).contains("3 read after all");
    catchUp();
    send(0, 1);
    catchUp();

    assertThat(
            project
                .open()
                .lake()
                .spark()
                .sql(
                    "SELECT array_sort(collect_list(event_id)) FROM ods.event GROUP BY ingest_batch ORDER BY ingest_batch")
                .collectAsList())
        .extracting(row -> String.join(" ", row.<String>getList(0)))
        .containsExactly("00-p0 01-p0 02-p1", "06-p1", "03-p0 04-p0 05-p0", "07-p0");
  }

  @Test
  void aDayAndAMomentAreMovedTo() {
    catchUp();
    project.send(topic, 0, "2026-01-15T15:59:59Z");
    String next = project.send(topic, 0, "2026-01-15T16:00:00Z");
    assertThat(move("2026-01-16").out()).contains("1 messages skipped");
    catchUp();
    assertThat(project.ids("event")).hasSize(4).contains(next);
    assertThat(move("2026-01-15T16:00:00Z").exitCode()).isEqualTo(ExitCodes.REFUSED);
  }

  @Test
  void aJobWhoseDriverRunsIsNotMoved() throws Exception {
    project.trigger("1 hour");
    LocalLakehouse house = project.open();
    StopSignal stop = new StopSignal();
    CompletableFuture<Void> driver = stream(house, stop);
    try {
      await().atMost(Duration.ofMinutes(1)).until(() -> house.messagesRead() == 3);
      send(0, 1);
      VerbAnswer refused = move("latest");
      assertThat(refused.exitCode()).isEqualTo(ExitCodes.REFUSED);
      assertThat(refused.err()).contains("while a driver of it runs: stop it");
    } finally {
      stop.stop();
      driver.get(1, TimeUnit.MINUTES);
    }
    catchUp();
    assertThat(project.ids("event")).hasSize(4);
  }

  /** As one on a machine whose locks this one does not see. */
  @Test
  void aDriverThatRunsAllTheSameIsFencedAndLosesNothing() throws Exception {
    LocalLakehouse house = project.open();
    CompletableFuture<Void> driver = stream(house, new StopSignal());
    await().atMost(Duration.ofMinutes(1)).until(() -> house.messagesRead() == 3);
    Table ods = house.lake().load(house.ingests().get(0).output());
    String position = "{\"%s\":{\"0\":3,\"1\":1}}".formatted(topic);
    assertThat(
            Commits.move(
                ods,
                TableState.of(ods).marker(JOB).orElseThrow(),
                position,
                0,
                Map.of("by", "test")))
        .isTrue();
    send(0, 2);

    assertThatThrownBy(() -> driver.get(1, TimeUnit.MINUTES))
        .hasRootCauseInstanceOf(FencedException.class);
    catchUp();
    assertThat(project.ids("event")).containsExactly("00-p0", "01-p0", "02-p1", "04-p0");
  }

  @Test
  void nonsenseIsRefused() {
    assertThat(project.run("offsets", JOB, "--move-to", "latest").err()).contains("--reason");
    assertThat(project.run("offsets", JOB, "--yes").err()).contains("go with --move-to");
    assertThat(move("2999-12-31").err()).contains("--move-to: day 2999-12-31 has not begun");
    assertThat(move("yesterday").err()).contains("'yesterday' is nowhere");
    assertThat(move("0:1,0:2").err()).contains("names partition 0 twice");
    catchUp();
    assertThat(move("0:99").err()).contains("partition 0 has no offset 99, it goes from 0 to 2");
    assertThat(move("7:0").err()).contains("partition 7 does not exist");
  }

  private CompletableFuture<Void> stream(LocalLakehouse house, StopSignal stop) {
    return CompletableFuture.runAsync(
        () -> house.streams(stop, MicroBatchListener.SILENT).stream(house.jobs().jobs()));
  }

  private void send(int partition, int count) {
    for (int i = 0; i < count; i++) {
      project.send(topic, partition, TIME);
    }
  }

  private void sendNonsense(int partition) {
    project.send(new ProducerRecord<>(topic, partition, null, SourceProject.bytes("no JSON")));
  }

  private void catchUp() {
    VerbAnswer run = project.run("run", "all", "--mode", "catchup");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.OK);
  }

  private VerbAnswer offsets() {
    VerbAnswer answer = project.run("offsets", JOB);
    assertThat(answer.exitCode()).as(answer.err()).isEqualTo(ExitCodes.OK);
    return answer;
  }

  private VerbAnswer move(String where) {
    return project.run("offsets", JOB, "--move-to", where, "--reason", "a test", "--yes");
  }
}
