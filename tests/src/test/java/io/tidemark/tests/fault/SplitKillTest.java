package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.jobs.run.Phase;
import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.Seed;
import io.tidemark.tests.lakehouse.TestMessages;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.spark.sql.Row;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A driver that reads one topic into four tables is killed with SIGKILL between their commits and
 * started again, while messages keep coming. In the end every message is where its type says, once.
 */
@AnyZone
class SplitKillTest {
  private static final String TOPIC = "app";
  private static final String REST = "ods_app";
  private static final List<String> ROUTES = List.of("ods_click", "ods_expose", "ods_pay");
  private static final int MESSAGES_PER_LIFE = 90;
  private static final int PER_MICRO_BATCH = 40;
  private static final long SEED = Seed.of("split-kill");

  private static final List<Moment> KILLS =
      List.of(
          new Moment(REST, Phase.FILES_WRITTEN, 1), new Moment("ods_pay", Phase.FILES_WRITTEN, 1));

  @TempDir private Path folder;

  @Test
  void everyMessageEndsInItsTableOnce() {
    FaultProject project = FaultProject.ofSplit(folder, SharedBroker.get(), PER_MICRO_BATCH, TOPIC);
    AppEvents events = new AppEvents(SEED);
    LocalLakehouse house = project.open(FaultProject.LOCAL);
    Deque<DriverProcess> drivers = new ArrayDeque<>();
    try {
      drivers.add(driver(project, 0));
      for (int life = 0; life < KILLS.size(); life++) {
        if (life + 1 < KILLS.size()) {
          // It starts up and waits while this one works: a start is the longest part of a life.
          drivers.add(driver(project, life + 1));
        }
        TestMessages.send(SharedBroker.get(), project.topic(TOPIC), events.next(MESSAGES_PER_LIFE));
        drivers.peek().go();
        System.out.println("kill: " + drivers.peek().await(l -> l.startsWith(DriverMain.HOLDS)));
        awaitTheRestBehind(house, life);
        drivers.remove().kill();
      }
    } finally {
      drivers.forEach(DriverProcess::close);
    }

    TestMessages.send(SharedBroker.get(), project.topic(TOPIC), events.next(MESSAGES_PER_LIFE));
    house.catchUp(house.jobs().jobs());

    assertThat(rows(house, "ods.click", "page")).isEqualTo(events.expected("ods.click"));
    assertThat(rows(house, "ods.expose", "slot")).isEqualTo(events.expected("ods.expose"));
    assertThat(rows(house, "ods.pay", "cents")).isEqualTo(events.expected("ods.pay"));
    assertThat(rows(house, "ods.app", "type")).isEmpty();
    for (IngestSpec job : house.ingests()) {
      String table = job.deadLetters().toString();
      assertThat(letters(house, table)).as(table).isEqualTo(events.expected(table));
      assertThat(position(house, job.name()).total()).as(job.name()).isEqualTo(events.sent());
    }
    assertThat(house.messagesRead()).as("messages read, seed %d", SEED).isEqualTo(events.sent());
    Answers.assertMainEqualsBatch(house, "seed " + SEED);
  }

  /**
   * What makes the moment worth a kill: tables of one micro-batch, of which some have it. While one
   * is held, the others commit beside it.
   */
  private static void awaitTheRestBehind(LocalLakehouse house, int life) {
    Awaitility.await("a route further on than the rest, kill " + (life + 1))
        .atMost(Duration.ofMinutes(1))
        .until(
            () -> {
              KafkaOffsets rest = position(house, REST);
              return ROUTES.stream().anyMatch(route -> !rest.reaches(position(house, route)));
            });
  }

  private static KafkaOffsets position(LocalLakehouse house, String name) {
    IngestSpec job = (IngestSpec) house.jobs().job(name);
    String position =
        TableState.of(house.lake().load(job.output())).marker(name).orElseThrow().position();
    return KafkaOffsets.parse(job.topic(), position);
  }

  private static List<String> rows(LocalLakehouse house, String table, String column) {
    JobSpec writer = house.jobs().writerOf(TableName.parse(table)).orElseThrow();
    return house.main(writer).select("event_id", column).collectAsList().stream()
        .map(row -> row.getString(0) + "|" + row.get(1))
        .sorted()
        .toList();
  }

  private static List<String> letters(LocalLakehouse house, String table) {
    List<Row> letters =
        house
            .lake()
            .spark()
            .sql(
                "SELECT CAST(message_value AS STRING) FROM "
                    + house.lake().identifier(TableName.parse(table)))
            .collectAsList();
    return letters.stream().map(row -> row.getString(0)).sorted().toList();
  }

  private DriverProcess driver(FaultProject project, int number) {
    return new DriverProcess(
        project,
        DriverMain.Mode.STREAM,
        KILLS.get(number),
        List.of("ods_click", "ods_expose", "ods_pay", REST),
        folder.resolve("driver-" + number + ".log"));
  }
}
