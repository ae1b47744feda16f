package io.tidemark.tests.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidemark.catalog.commit.FencedException;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.tests.app.Topics;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.VerbAnswer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A topic split among tables, whose routes come and go and whose offsets get lost. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@AnyZone
class SplitTopicTest {
  private static final long TIME = 1_768_437_000_000L;

  @TempDir private Path folder;
  private SourceProject project;
  private String topic;

  /** The brokers to run on. */
  String brokers() {
    return SourceProject.sharedBroker();
  }

  @BeforeEach
  void declare() {
    project = new SourceProject(folder, brokers());
    topic = project.topic("app");
    rest("dead-letter");
    route("click", "[click]", "columns: { page: string }");
    try (Topics topics = new Topics(project.servers())) {
      topics.create(topic, 2);
    }
  }

  private void rest(String otherwise) {
    project.job(
        "app",
        topic,
        "split: { by: type, otherwise: %s }\ncolumns: { type: string }".formatted(otherwise));
  }

  private void route(String name, String values, String more) {
    project.with(
        "jobs/" + name + ".yml",
        "job: ods_%1$s\nextends: ods_app\nroute: %2$s\noutput: ods.%1$s\n%3$s\n"
            .formatted(name, values, more));
  }

  @Test
  void routesComeAndGo() throws Exception {
    send("click", "c1");
    send("share", "s1");
    VerbAnswer first = catchUp("all");
    assertThat(first.out())
        .containsPattern("ods_click +1 +1 +0 ")
        .containsPattern("ods_app +1 +0 +1 ");
    assertThat(project.run("explain", "ods_click").out())
        .contains("is split by column type")
        .containsPattern("click +ods_click +ods.click")
        .containsPattern("otherwise: dead-letter +ods_app +ods.app");
    assertThat(project.run("jobs").out()).contains("topic " + topic + ", type click");

    route("share", "[share]", "");
    send("share", "s2");
    VerbAnswer alone = project.run("run", "ods_share", "--mode", "catchup");
    assertThat(alone.exitCode()).as(alone.err()).isEqualTo(ExitCodes.REFUSED);
    assertThat(alone.err()).contains("the routes of topic", "Run ods_app too");
    catchUp("all");
    assertThat(project.ids("share"))
        .as("what was read before stays where it was put")
        .containsExactly("s2");
    assertThat(letters("app")).containsExactly("s1");

    Files.delete(project.conf().resolve("jobs/share.yml"));
    send("share", "s3");
    send("click", "c2");
    catchUp("all");
    assertThat(project.ids("share")).containsExactly("s2");
    assertThat(letters("app")).containsExactly("s1", "s3");

    route("again", "[share]", "start: earliest");
    send("share", "s4");
    catchUp("all");
    assertThat(project.ids("again"))
        .as("a start of its own")
        .containsExactly("s1", "s2", "s3", "s4");
    assertThat(letters("app")).containsExactly("s1", "s3");
    assertThat(project.ids("click")).containsExactly("c1", "c2");
  }

  /** All jobs of a split get a position when one of them runs. */
  @Test
  void aRouteThatIsToBeginLaterIsRefusedAlsoWhereItIsNotNamed() {
    route("share", "[share]", "start: { day: 2999-12-31 }");

    VerbAnswer refused = project.run("run", "ods_click", "ods_app", "--mode", "catchup");

    assertThat(refused.exitCode()).as(refused.err()).isEqualTo(ExitCodes.REFUSED);
    assertThat(refused.err()).contains("'start' of job ods_share: day 2999-12-31 has not begun");
  }

  /** What the split's own table has of it since must not be read a second time. */
  @Test
  void aRouteThatComesBackBeginsWhereTheOthersStand() throws Exception {
    send("click", "c1");
    catchUp("all");
    Files.delete(project.conf().resolve("jobs/click.yml"));
    send("click", "c2");
    catchUp("all");
    assertThat(letters("app")).containsExactly("c2");

    route("click", "[click]", "columns: { page: string }");
    send("click", "c3");
    VerbAnswer refused = project.run("run", "all", "--mode", "catchup");
    assertThat(refused.exitCode()).as(refused.err()).isEqualTo(ExitCodes.REFUSED);
    assertThat(refused.err()).contains("offsets --conf ", " ods_click --move-to 0:2,1:0 ");
    move("ods_click", "0:2,1:0");
    catchUp("all");

    assertThat(project.ids("click")).containsExactly("c1", "c3");
    assertThat(letters("app")).containsExactly("c2");
  }

  @Test
  void aSplitEndsWhereAllItsTablesStandAndMayBeginAgainThere() throws Exception {
    send("click", "c1");
    catchUp("all");
    send("click", "c2");
    send("share", "s1");
    catchUp("ods_click");
    String route = Files.readString(project.conf().resolve("jobs/click.yml"));
    Files.delete(project.conf().resolve("jobs/click.yml"));
    project.job("app", topic, "columns: { type: string }");
    VerbAnswer refused = project.run("run", "all", "--mode", "catchup");
    assertThat(refused.exitCode()).as(refused.err()).isEqualTo(ExitCodes.REFUSED);
    assertThat(refused.err()).contains("changed while its tables stand apart", "ods.click at");

    project.with("jobs/click.yml", route);
    rest("dead-letter");
    catchUp("all");
    Files.delete(project.conf().resolve("jobs/click.yml"));
    project.job("app", topic, "columns: { type: string }");
    send("click", "c3");
    catchUp("all");
    assertThat(project.ids("app")).containsExactly("c3");
    assertThat(letters("app")).containsExactly("s1");

    project.with("jobs/click.yml", route);
    rest("dead-letter");
    VerbAnswer again = project.run("run", "all", "--mode", "catchup");
    assertThat(again.exitCode()).as(again.err()).isEqualTo(ExitCodes.REFUSED);
    assertThat(again.err()).contains("offsets --conf ", " ods_click --move-to 0:4,1:0 ");
    move("ods_click", "0:4,1:0");
    send("click", "c4");
    catchUp("all");
    assertThat(project.ids("click")).containsExactly("c1", "c2", "c4");
    assertThat(project.ids("app")).containsExactly("c3");
  }

  @Test
  void routesDoNotChangeWhileTablesStandApart() {
    send("click", "c1");
    catchUp("all");
    send("click", "c2");
    send("share", "s1");
    catchUp("ods_click");
    assertThat(project.ids("click")).containsExactly("c1", "c2");
    assertThat(letters("app")).isEmpty();

    route("click", "[click, share]", "columns: { page: string }");
    VerbAnswer refused = project.run("run", "all", "--mode", "catchup");
    assertThat(refused.exitCode()).as(refused.err()).isEqualTo(ExitCodes.REFUSED);
    assertThat(refused.err()).contains("changed while its tables stand apart", "ods.click at");

    route("click", "[click]", "columns: { page: string }");
    catchUp("all");
    assertThat(letters("app")).containsExactly("s1");
    route("click", "[click, share]", "columns: { page: string }");
    send("share", "s2");
    catchUp("all");
    assertThat(project.ids("click")).containsExactly("c1", "c2", "s2");
    assertThat(letters("app")).containsExactly("s1");
  }

  @Test
  void whatIsIgnoredIsCountedAndLostOffsetsAreMovedPastTableByTable() {
    rest("ignore");
    send("click", "c1");
    send("share", "s1");
    assertThat(catchUp("all").out()).containsPattern("ods_app +1 +0 +0 +1 ");
    send("click", "c2");
    send("click", "c3");
    project.deleteBefore(topic, 0, 3);

    VerbAnswer stopped = project.run("run", "all", "--mode", "catchup");
    assertThat(stopped.exitCode()).isEqualTo(ExitCodes.FAILURE);
    assertThat(stopped.err())
        .contains("Kafka no longer has all messages", "./tidemark offsets --conf");
    for (String job : List.of("ods_click", "ods_app")) {
      move(job, "available");
    }
    catchUp("all");
    assertThat(project.ids("click")).containsExactly("c1", "c3");
    assertThat(project.ids("app")).isEmpty();
    assertThat(letters("app")).isEmpty();
  }

  @Test
  void aDriverThatWasReplacedStopsAndLosesNothing() throws Exception {
    send("click", "c1");
    LocalLakehouse house = project.open();
    CompletableFuture<Void> driver =
        CompletableFuture.runAsync(
            () ->
                house.streams(new StopSignal(), MicroBatchListener.SILENT).stream(
                    house.jobs().jobs()));
    await().atMost(Duration.ofMinutes(1)).until(() -> house.messagesRead() == 1);
    send("share", "s1");
    send("click", "c2");

    catchUp("all");
    send("click", "c3");

    assertThatThrownBy(() -> driver.get(1, TimeUnit.MINUTES))
        .hasRootCauseInstanceOf(FencedException.class);
    catchUp("all");
    assertThat(project.ids("click")).containsExactly("c1", "c2", "c3");
    assertThat(letters("app")).containsExactly("s1");
  }

  /** Each table of a split has a receive order of its own, which a move of that table keeps. */
  @Test
  void whatARouteReadsAfterAMoveBackWasReceivedLater() {
    send("click", "c1");
    catchUp("all");
    send("click", "c2");
    send("click", "c3");
    move("ods_click", "latest");
    send(1, "click", "c4");
    catchUp("all");
    move("ods_click", "0:1");
    catchUp("all");

    assertThat(
            project
                .open()
                .lake()
                .spark()
                .sql(
                    "SELECT event_id FROM ods.click ORDER BY ingest_batch, kafka_partition, kafka_offset")
                .collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactly("c1", "c4", "c2", "c3");
  }

  private void move(String job, String where) {
    VerbAnswer moved =
        project.run("offsets", job, "--move-to", where, "--reason", "a test", "--yes");
    assertThat(moved.exitCode()).as(moved.err()).isEqualTo(ExitCodes.OK);
  }

  private VerbAnswer catchUp(String jobs) {
    VerbAnswer answer = project.run("run", jobs, "--mode", "catchup");
    assertThat(answer.exitCode()).as(answer.err()).isEqualTo(ExitCodes.OK);
    return answer;
  }

  private void send(String type, String id) {
    send(0, type, id);
  }

  private void send(int partition, String type, String id) {
    project.send(
        new ProducerRecord<>(
            topic,
            partition,
            TIME,
            SourceProject.bytes(id),
            SourceProject.bytes(
                "{\"event_id\":\"%s\",\"type\":\"%s\",\"event_time\":%d}"
                    .formatted(id, type, TIME))));
  }

  /** The ids of dead letters, which stand in their keys, in order. */
  private List<String> letters(String name) {
    return project
        .open()
        .lake()
        .spark()
        .sql("SELECT CAST(message_key AS STRING) FROM ods." + name + "_dead_letter ORDER BY 1")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }
}
