package io.tidemark.tests.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.tests.app.Topics;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.VerbAnswer;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A topic held against the tables that read it, before and after somebody laid hand on them. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
@AnyZone
class CheckTopicTest {
  private static final String TIME = "2026-01-15T00:00:00Z";

  @TempDir private Path folder;
  private SourceProject project;
  private String topic;

  @BeforeEach
  void declare() {
    project = new SourceProject(folder, SourceProject.sharedBroker());
    topic = project.topic("event");
    try (Topics topics = new Topics(project.servers())) {
      topics.create(topic, 2);
    }
  }

  @Test
  void whatIsLostOrDoubledIsNamed() {
    project.job("event", topic, "");
    assertThat(check().out()).contains("- kafka ods_event: ods_event has not run yet");
    send(0, 6);
    send(1, 3);
    sendNonsense(1);
    catchUp();
    run("seal", "--day", "2026-01-15");
    send(0, 2);

    VerbAnswer sound = check("--day", "2026-01-15");
    assertThat(sound.exitCode()).as(sound.out()).isEqualTo(ExitCodes.OK);
    assertThat(sound.out())
        .contains(
            "✓ kafka ods_event: 10 messages = 9 rows + 1 dead letters; 2 offsets not read yet")
        .contains("✓ kafka ods_event: 10 messages = 9 rows + 1 dead letters\n");
    catchUp();

    sql("DELETE FROM ods.event WHERE kafka_partition = 0 AND kafka_offset IN (2, 3)");
    sql("DELETE FROM ods.event_dead_letter");
    sql(
        "INSERT INTO ods.event SELECT * FROM ods.event WHERE kafka_partition = 1 AND kafka_offset = 0");
    VerbAnswer damaged = check("ods_event", "--day", "2026-01-15");
    assertThat(damaged.exitCode()).isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
    assertThat(damaged.out())
        .contains("✗ kafka ods_event: 12 messages = 9 rows + 0 dead letters + 3 lost")
        .contains("lost: %1$s-0 [2-3], %1$s-1 [3]".formatted(topic))
        .contains("doubled: 1 rows beyond one for each place: %s-1 [0]".formatted(topic))
        .contains("10 messages = 9 rows + 0 dead letters + 1 lost");

    send(0, 3);
    project.deleteBefore(topic, 0, 10);
    VerbAnswer expired = check();
    assertThat(expired.exitCode()).isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
    assertThat(expired.out())
        .contains("lost: 2 among %s-0 [2-3], which Kafka has no more".formatted(topic))
        .contains("deleted by Kafka before they were read: %s-0 [8-9] (2)".formatted(topic))
        .contains("1 offsets not read yet");

    VerbAnswer down = check("--set", "kafka.bootstrap-servers=localhost:1");
    assertThat(down.exitCode()).isEqualTo(ExitCodes.FAILURE);
    assertThat(down.out()).contains("! kafka ods_event: no Kafka broker takes connections");

    assertThat(
            spark()
                .sql(
                    "SELECT dt = DATE'2026-01-15' AS of_day, name, kind, left_name, right_name,"
                        + " left_count, right_count, differing, within FROM ops.end_check ORDER BY dt, right_name")
                .collectAsList())
        .extracting(Object::toString)
        .containsExactly(
            "[true,ods_event,kafka,%s,ods.event,12,9,4,false]".formatted(topic),
            "[true,ods_event,kafka,%s,ods.event at the cut of 2026-01-15,10,9,1,false]"
                .formatted(topic),
            "[false,ods_event,kafka,%s,ods.event,null,null,null,false]".formatted(topic));
  }

  /** Each transaction leaves a mark behind it, and an aborted one its messages too. */
  @Test
  void offsetsThatAreNoMessagesAreNoLoss() {
    project.job("event", topic, "");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", project.servers(), "transactional.id", topic),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.initTransactions();
      for (int i = 0; i < 4; i++) {
        producer.beginTransaction();
        producer.send(event(0, "a" + i));
        producer.send(event(0, "b" + i));
        producer.flush();
        if (i == 2) {
          producer.abortTransaction();
        } else {
          producer.commitTransaction();
        }
      }
    }
    catchUp();
    VerbAnswer sound = check();
    assertThat(sound.exitCode()).as(sound.out()).isEqualTo(ExitCodes.OK);
    assertThat(sound.out())
        .contains(
            "✓ kafka ods_event: 6 messages = 6 rows + 0 dead letters; 6 offsets are no messages");

    sql("DELETE FROM ods.event WHERE event_id = 'b1'");
    assertThat(check().out()).contains("+ 1 lost; lost: %s-0 [4]".formatted(topic));
    project.deleteBefore(topic, 0, 9);
    assertThat(check().out()).contains("lost: 1 among %s-0 [2, 4-8, 11]".formatted(topic));

    run("offsets", "ods_event", "--move-to", "0:12", "--reason", "a test", "--yes");
    send(0, 2);
    run("offsets", "ods_event", "--move-to", "0:13", "--reason", "a test", "--yes");
    catchUp();
    assertThat(check().out())
        .contains("7 messages = 6 rows", "1 offsets were passed over by recorded moves");
  }

  @Test
  void jobsOfASplitAreOneTopicAndWhatIsIgnoredIsNoLoss() {
    project.job("app", topic, "split: { by: type, otherwise: ignore }\ncolumns: { type: string }");
    project.with(
        "jobs/click.yml",
        "job: ods_click\nextends: ods_app\nroute: [click]\noutput: ods.click\ncolumns: { page: string }\n");
    project.with(
        "jobs/share.yml", "job: ods_share\nextends: ods_app\nroute: [share]\noutput: ods.share\n");
    for (String type : new String[] {"click", "share", "other", "click", "other", "share"}) {
      project.send(
          new ProducerRecord<>(
              topic,
              0,
              null,
              SourceProject.bytes(
                  "{\"event_id\":\"e\",\"event_time\":1768437000000,\"type\":\"%s\"}"
                      .formatted(type))));
    }
    sendNonsense(0);
    catchUp();

    VerbAnswer sound = check("ods_click");
    assertThat(sound.exitCode()).as(sound.out()).isEqualTo(ExitCodes.OK);
    assertThat(sound.out()).contains("✓ kafka ods_app: 7 messages = 4 rows + ").contains("ignored");

    sql("DELETE FROM ods.click WHERE kafka_offset = 3");
    sql(
        "INSERT INTO ods.share SELECT event_id, event_time, type, dt, kafka_topic, kafka_partition,"
            + " kafka_offset, kafka_time, ingest_batch, pending FROM ods.click WHERE kafka_offset = 0");
    VerbAnswer damaged = check();
    assertThat(damaged.exitCode()).isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
    assertThat(damaged.out())
        .contains("+ 1 lost; lost: %s-0 [3]".formatted(topic))
        .contains("doubled, rows of two tables: %s-0 [0] (1)".formatted(topic));
  }

  @Test
  void ofAChangeLogTombstonesAreIgnoredAndRowsAreTakenByMessage() {
    project.with(
        "jobs/change.yml",
        """
        job: ods_thing_change
        topic: %s
        payload: { format: maxwell-json, key: [id] }
        columns: { id: bigint, note: string }
        output: ods.thing_change
        """
            .formatted(topic));
    change(10, "insert", "\"data\":{\"id\":1,\"note\":\"a\"}");
    project.send(new ProducerRecord<>(topic, 0, null, null));
    change(20, "update", "\"data\":{\"id\":2,\"note\":\"b\"},\"old\":{\"id\":1}");
    change(30, "delete", "\"data\":{\"id\":2,\"note\":\"b\"}");
    catchUp();

    VerbAnswer sound = check();
    assertThat(sound.exitCode()).as(sound.out()).isEqualTo(ExitCodes.OK);
    assertThat(sound.out()).contains("4 messages = 3 with rows + 0 dead letters + 1 ignored");

    sql("DELETE FROM ods.thing_change WHERE kafka_offset = 2 AND change_number = 0");
    sql("INSERT INTO ods.thing_change SELECT * FROM ods.thing_change WHERE kafka_offset = 2");
    sql("DELETE FROM ods.thing_change WHERE kafka_offset = 3");
    assertThat(check().out())
        .contains("+ 1 lost; lost: %s-0 [3]".formatted(topic))
        .contains("lost in part, the first row of a message: %s-0 [2] (1)".formatted(topic))
        .contains("doubled: 1 rows beyond one for each place: %s-0 [2]".formatted(topic));
  }

  private void change(int position, String type, String rest) {
    project.send(
        new ProducerRecord<>(
            topic,
            0,
            null,
            SourceProject.bytes(
                "{\"database\":\"d\",\"table\":\"t\",\"type\":\"%s\",\"ts\":1768437000,\"position\":\"bin.000001:%d\",\"xid\":1,\"commit\":true,%s}"
                    .formatted(type, position, rest))));
  }

  private void send(int partition, int count) {
    for (int i = 0; i < count; i++) {
      project.send(topic, partition, TIME);
    }
  }

  private void sendNonsense(int partition) {
    project.send(new ProducerRecord<>(topic, partition, null, SourceProject.bytes("no JSON")));
  }

  private ProducerRecord<byte[], byte[]> event(int partition, String id) {
    return new ProducerRecord<>(
        topic,
        partition,
        null,
        SourceProject.bytes("{\"event_id\":\"%s\",\"event_time\":1768437000000}".formatted(id)));
  }

  private void catchUp() {
    run("run", "all", "--mode", "catchup");
  }

  private void run(String... arguments) {
    VerbAnswer answer = project.run(arguments);
    assertThat(answer.exitCode()).as(answer.err()).isEqualTo(ExitCodes.OK);
  }

  private VerbAnswer check(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "check";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return project.run(all);
  }

  private SparkSession spark() {
    return project.open().lake().spark();
  }

  private void sql(String statement) {
    spark().sql(statement);
  }
}
