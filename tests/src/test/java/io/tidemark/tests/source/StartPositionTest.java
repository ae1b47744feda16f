package io.tidemark.tests.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.MicroBatchReport;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.tests.app.Topics;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.VerbAnswer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where a job begins to read, how fast, and what it reads beside the value. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@AnyZone
class StartPositionTest {
  /** Before, at and behind the beginning of 15 January in the warehouse's zone. */
  private static final String EVE = "2026-01-14T15:59:59Z";

  private static final String MIDNIGHT = "2026-01-14T16:00:00Z";
  private static final String MORNING = "2026-01-15T00:30:00Z";

  @TempDir private Path folder;
  private SourceProject project;
  private String topic;

  /** The brokers to run on. */
  String brokers() {
    return SourceProject.sharedBroker();
  }

  @BeforeEach
  void sendMessages() {
    project = new SourceProject(folder, brokers());
    topic = project.topic("event");
    try (Topics topics = new Topics(project.servers())) {
      topics.create(topic, 2);
    }
    project.send(topic, 0, EVE);
    project.send(topic, 0, MIDNIGHT);
    project.send(topic, 0, MORNING);
    project.send(topic, 1, EVE);
  }

  @Test
  void eachStartReadsFromWhereItSays() {
    project
        .job("all", topic, "")
        .job("day", topic, "start: { day: 2026-01-15 }")
        .job("moment", topic, "start: { timestamp: '2026-01-15T08:30:00+08:00' }")
        .job("given", topic, "start: { offsets: { 0: 3, 1: 0 } }")
        .job("latest", topic, "start: latest");
    catchUp();

    assertThat(project.ids("all")).containsExactly("00-p0", "01-p0", "02-p0", "03-p1");
    assertThat(project.ids("day")).containsExactly("01-p0", "02-p0");
    assertThat(project.ids("moment")).containsExactly("02-p0");
    assertThat(project.ids("given")).containsExactly("03-p1");
    assertThat(project.ids("latest")).isEmpty();

    // Where a job began stays where it was, also when its checkpoint has never seen a message.
    project.loseCheckpoint("ods_latest");
    project.send(topic, 0, MORNING);
    project.send(topic, 1, EVE);
    catchUp();

    assertThat(project.ids("latest")).containsExactly("04-p0", "05-p1");
    assertThat(project.ids("day")).containsExactly("01-p0", "02-p0", "04-p0", "05-p1");
    assertThat(project.ids("all")).hasSize(6);
  }

  @Test
  void offsetsThatTheTopicDoesNotHaveAreRefused() {
    project.deleteBefore(topic, 0, 2);
    project.job("given", topic, "start: { offsets: { 0: 1, 2: 0 } }");

    VerbAnswer answer = project.run("run", "all", "--mode", "catchup");

    assertThat(answer.exitCode()).isEqualTo(ExitCodes.REFUSED);
    assertThat(answer.err())
        .contains("'start.offsets' of job ods_given and topic " + topic + " do not fit")
        .contains("partition 0 has no offset 1, it goes from 2 to 3")
        .contains("partition 2 does not exist")
        .contains("partition 1 is not named");

    project.job("given", topic, "start: { offsets: { 0: 4, 1: 0 } }");
    assertThat(project.run("run", "all", "--mode", "catchup").err())
        .contains("partition 0 has no offset 4, it goes from 2 to 3");
  }

  @Test
  void aStartThatHasNotComeIsRefused() {
    project.job("tomorrow", topic, "start: { day: 2999-12-31 }");

    VerbAnswer answer = project.run("run", "all", "--mode", "catchup");

    assertThat(answer.exitCode()).isEqualTo(ExitCodes.REFUSED);
    assertThat(answer.err()).contains("'start' of job ods_tomorrow: day 2999-12-31 has not begun");

    project.job("tomorrow", topic, "");
    catchUp();
    project.job("tomorrow", topic, "start: { day: 2999-12-31 }");
    assertThat(project.run("run", "all", "--mode", "catchup").exitCode())
        .as("a job that has run begins nowhere")
        .isEqualTo(ExitCodes.OK);
  }

  @Test
  void messagesThatAreGoneBeforeTheFirstMicroBatchStopTheJob() {
    project.job("latest", topic, "start: { offsets: { 0: 0, 1: 0 } }");
    LocalLakehouse house = project.open();
    StopSignal stopped = new StopSignal();
    stopped.stop();
    house.streams(stopped, MicroBatchListener.SILENT).stream(house.jobs().jobs());
    project.loseCheckpoint("ods_latest");
    project.deleteBefore(topic, 0, 2);

    VerbAnswer answer = project.run("run", "all", "--mode", "catchup");

    assertThat(answer.exitCode()).isEqualTo(ExitCodes.FAILURE);
    assertThat(answer.err())
        .contains("Kafka no longer has all messages", "partition 0 begins at 2, after 0");
  }

  @Test
  void aLimitHoldsInEveryMicroBatchAndOverTime() {
    project.job("slow", topic, "limit: { messages-per-second: 1, messages-per-micro-batch: 50 }");
    LocalLakehouse house = project.open();
    List<Long> reads = new ArrayList<>();
    List<Long> times = new ArrayList<>();
    MicroBatchListener listener =
        new MicroBatchListener() {
          @Override
          public void committed(MicroBatchReport report) {
            reads.add(report.read());
            times.add(System.nanoTime());
          }
        };

    house.streams(new StopSignal(), listener).catchUp(house.jobs().jobs());

    assertThat(reads.stream().mapToLong(Long::longValue).sum()).isEqualTo(4);
    assertThat(reads).as("one partition's share is one at least").allMatch(read -> read <= 2);
    long nanos = times.get(times.size() - 1) - times.get(0);
    assertThat(TimeUnit.NANOSECONDS.toMillis(nanos))
        .as("three messages at one a second are between the first and the last micro-batch")
        .isGreaterThan((reads.stream().mapToLong(Long::longValue).sum() - 2) * 1000 - 500);
  }

  /** By names that the table of dead letters has, too. */
  @Test
  void keysAndHeadersAreColumns() {
    project.job(
        "headed",
        topic,
        """
        start: latest
        columns:
          message_key: { type: string, required: true, from: key }
          reason: { type: string, from: header.trace-id }
          detail: { type: int, from: header.attempt }
          message_value: string
        """);
    catchUp();
    ProducerRecord<byte[], byte[]> good = record("u1", "good");
    good.headers().add("trace-id", SourceProject.bytes("first"));
    good.headers().add("trace-id", SourceProject.bytes("last"));
    good.headers().add("attempt", SourceProject.bytes("3"));
    ProducerRecord<byte[], byte[]> bad = record("u2", "bad");
    bad.headers().add("attempt", SourceProject.bytes("three"));
    project.send(good);
    project.send(bad);
    project.send(record("u3", "bare"));
    project.send(record(null, "keyless"));

    catchUp();

    var spark = project.open().lake().spark();
    assertThat(
            spark
                .sql(
                    "SELECT event_id, message_key, reason, detail, message_value FROM ods.headed ORDER BY 1")
                .collectAsList())
        .extracting(Object::toString)
        .containsExactly("[bare,u3,null,null,null]", "[good,u1,last,3,null]");
    assertThat(
            spark
                .sql(
                    "SELECT reason, detail, CAST(message_key AS STRING) FROM ods.headed_dead_letter ORDER BY 1")
                .collectAsList())
        .extracting(Object::toString)
        .containsExactly(
            "[MISSING_FIELD,key: found nothing, expected string (well-formed Unicode),null]",
            "[WRONG_TYPE,header 'attempt': found three, expected int,u2]");
  }

  private ProducerRecord<byte[], byte[]> record(String key, String id) {
    return new ProducerRecord<>(
        topic,
        0,
        1_768_437_000_000L,
        key == null ? null : SourceProject.bytes(key),
        SourceProject.bytes("{\"event_id\":\"%s\",\"event_time\":1768437000000}".formatted(id)));
  }

  private void catchUp() {
    LocalLakehouse house = project.open();
    house.catchUp(house.jobs().jobs());
  }
}
