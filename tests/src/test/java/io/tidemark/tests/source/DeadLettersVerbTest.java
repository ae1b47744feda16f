package io.tidemark.tests.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.Phase;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.tests.app.Topics;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.VerbAnswer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Letters of real messages, and a driver that reads on while they are repaired. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@AnyZone
class DeadLettersVerbTest {
  private static final String TIME = "2026-01-15T00:00:00Z";
  private static final String JOB = "ods_event";
  private static final String COLUMNS =
      "columns: { place: { type: string%s }, trace: { type: string, from: header.trace } }";

  @TempDir private Path folder;

  @Test
  void lettersAreRepairedInTheMiddleOfAMicroBatch() throws Exception {
    SourceProject project = new SourceProject(folder, SourceProject.sharedBroker());
    String topic = project.topic("event");
    project.job("event", topic, COLUMNS.formatted(", required: true"));
    try (Topics topics = new Topics(project.servers())) {
      topics.create(topic, 2);
    }
    String first = project.send(topic, 0, TIME);
    String second = project.send(topic, 1, TIME);
    project.send(new ProducerRecord<>(topic, 0, null, SourceProject.bytes("no JSON")));
    assertThat(project.run("run", "all", "--mode", "catchup").exitCode()).isEqualTo(ExitCodes.OK);
    assertThat(project.ids("event")).isEmpty();
    assertThat(project.run("dead-letters", "retry", JOB, "--dry-run").out())
        .containsPattern("would be repaired +0")
        .containsPattern("still MISSING_FIELD +2");

    project.job("event", topic, COLUMNS.formatted(""));
    assertThat(project.run("dead-letters", "retry", JOB, "--dry-run").out())
        .contains("NULL in repaired rows: trace", "2 rows for ods.event", "nothing was changed")
        .containsPattern("would be repaired +2");
    AtomicReference<VerbAnswer> repaired = new AtomicReference<>();
    MicroBatchListener repairing =
        new MicroBatchListener() {
          @Override
          public void reached(String job, long batch, Phase phase) {
            if (phase == Phase.FILES_WRITTEN && repaired.get() == null) {
              repaired.set(project.run("dead-letters", "retry", JOB));
            }
          }
        };
    LocalLakehouse house = project.open();
    StopSignal stop = new StopSignal();
    CompletableFuture<Void> driver =
        CompletableFuture.runAsync(
            () -> house.streams(stop, repairing).stream(house.jobs().jobs()));
    String third = project.send(topic, 0, TIME);
    try {
      await().atMost(Duration.ofMinutes(1)).until(() -> rows(house) == 3);
      String fourth = project.send(topic, 1, TIME);
      await().atMost(Duration.ofMinutes(1)).until(() -> rows(house) == 4);

      assertThat(repaired.get().err()).isEmpty();
      assertThat(repaired.get().out()).containsPattern("repaired +2").contains("2 rows");
      assertThat(project.ids("event")).containsExactlyInAnyOrder(first, second, third, fourth);
      assertThat(
              house
                  .lake()
                  .spark()
                  .sql("SELECT event_id FROM ods.event ORDER BY ingest_batch, kafka_partition")
                  .collectAsList())
          .as("the micro-batch that met the repair is behind it")
          .extracting(Row::mkString)
          .containsExactly(first, second, third, fourth);
    } finally {
      stop.stop();
      driver.get(1, TimeUnit.MINUTES);
    }

    VerbAnswer list = project.run("dead-letters");
    assertThat(list.out())
        .containsPattern("ods_event +MISSING_FIELD +2 +2 +2026-01-15 +2026-01-15 ")
        .containsPattern("ods_event +MALFORMED +1 +0 .*0:1  ")
        .contains("1 dead letters are not repaired");
    assertThat(project.run("dead-letters", "ods.event", "--reason", "malformed").out())
        .doesNotContain("MISSING_FIELD");
    assertThat(house.messagesRead()).as("a repaired letter is one message").isEqualTo(5);
    assertThat(project.run("dead-letters", "retry", JOB).out()).containsPattern("repaired +0");
    assertThat(project.ids("event")).hasSize(4);
  }

  private static long rows(LocalLakehouse house) {
    return house.lake().spark().table("ods.event").count();
  }

  @Test
  void whatItCannotDoIsRefused() {
    SourceProject project = new SourceProject(folder, "none:1");
    project.job("event", "event", "");
    assertThat(project.run("dead-letters").out()).contains("0 dead letters are not repaired");
    VerbAnswer misspelt = project.run("dead-letters", JOB, "--reason", "WRONG_TYP");
    assertThat(misspelt.exitCode()).isEqualTo(ExitCodes.REFUSED);
    assertThat(misspelt.err()).contains("--reason", "'WRONG_TYP'", "WRONG_TYPE", "NO_ROUTE");
    for (List<String> words :
        List.of(
            List.of("retry"),
            List.of("ods.event", JOB),
            List.of("none"),
            List.of(JOB, "--dry-run"))) {
      String[] arguments = new String[words.size() + 1];
      arguments[0] = "dead-letters";
      System.arraycopy(words.toArray(), 0, arguments, 1, words.size());
      assertThat(project.run(arguments).exitCode()).as("%s", words).isEqualTo(ExitCodes.REFUSED);
    }
  }

  @Test
  void validateComparesDimensionsThatExist() {
    SourceProject project = new SourceProject(folder, "none:1");
    project.job("event", "event", "");
    project.with("jobs/clean.sql", "SELECT event_id, place.name, source.* FROM input");
    project.with(
        "jobs/clean.yml",
        "job: dwd_event\ninput: ods.event\nsql: clean.sql\noutput: dwd.event\n"
            + "lookup: { place: { table: dim.place, key: { id: event_id }, columns: { name: string } } }\n");
    assertThat(project.run("explain", "dwd_event").out())
        .containsPattern("place +dim.place +id = event_id +name")
        .contains("LEFT JOIN lookup_place ON raw.`event_id` = lookup_place.key__0");
    assertThat(project.run("validate").exitCode())
        .as("it is not there yet")
        .isEqualTo(ExitCodes.OK);
    VerbAnswer start = project.run("run", "dwd_event", "--mode", "catchup");
    assertThat(start.exitCode()).isEqualTo(ExitCodes.REFUSED);
    assertThat(start.err()).contains("lookup.place.table: 'dim.place' does not exist; create it");

    var spark = project.open().lake().spark();
    spark.sql("CREATE NAMESPACE IF NOT EXISTS dim");
    spark.sql("CREATE TABLE dim.place (id BIGINT, title STRING) USING iceberg");
    VerbAnswer validated = project.run("validate");
    assertThat(validated.exitCode()).isEqualTo(ExitCodes.REFUSED);
    assertThat(validated.err())
        .contains(
            "lookup.place.columns: 'name' is not a column of the dimension; its columns are id, title",
            "lookup.place.key: 'id' is of type BIGINT in the dimension, but compared with STRING");
  }
}
