package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.run.Phase;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.tests.fault.ShopDatabase.Logged;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.Seed;
import io.tidemark.tests.lakehouse.TestMessages;
import io.tidemark.tests.lakehouse.TestMessages.Timed;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A stream of a change log into its mirror is killed with SIGKILL and started again while a
 * database changes. In the end the mirror is the database's table: so says the database, and so
 * says plain SQL over its log.
 */
@AnyZone
class MirrorKillTest {
  private static final String TOPIC = "item";
  private static final String ODS = "ods_item";
  private static final String DWD = "dwd_item";
  private static final int CHANGES_PER_LIFE = 4_000;
  private static final int PER_MICRO_BATCH = 1_500;
  private static final long SEED = Seed.of("mirror-kill");

  private static final List<Moment> KILLS =
      List.of(
          new Moment(DWD, Phase.FILES_WRITTEN, 1),
          new Moment(ODS, Phase.COMMITTED, 1),
          new Moment(DWD, Phase.COMMITTED, 0));

  private static final String ORACLE =
      """
      SELECT id, status, amount, note FROM (
        SELECT *, row_number() OVER (PARTITION BY id ORDER BY lsn DESC, snapshot) AS n FROM log)
      WHERE n = 1 AND NOT deleted""";

  @TempDir private Path folder;

  @Test
  void theMirrorEndsAsTheTable() {
    FaultProject project =
        FaultProject.ofChanges(folder, SharedBroker.get(), PER_MICRO_BATCH, TOPIC);
    ShopDatabase database = new ShopDatabase(TOPIC, SEED);
    long sent = 0;
    Deque<DriverProcess> drivers = new ArrayDeque<>();
    try {
      drivers.add(driver(project, 0));
      for (int life = 0; life < KILLS.size(); life++) {
        if (life + 1 < KILLS.size()) {
          // It starts up and waits while this one works: a start is the longest part of a life.
          drivers.add(driver(project, life + 1));
        }
        List<Timed> messages = database.next(CHANGES_PER_LIFE);
        TestMessages.send(SharedBroker.get(), project.topic(TOPIC), messages);
        sent += messages.size();
        drivers.peek().go();
        System.out.println("kill: " + drivers.peek().await(l -> l.startsWith(DriverMain.HOLDS)));
        drivers.remove().kill();
      }
    } finally {
      drivers.forEach(DriverProcess::close);
    }

    LocalLakehouse house = project.open(FaultProject.LOCAL);
    house.catchUp(house.jobs().jobs());
    IngestSpec ingest = house.ingests().get(0);
    JobSpec mirror = house.jobs().job(DWD);
    int cuts = Answers.assertEveryCutBalances(house, ingest);
    assertThat(house.messagesRead()).as("messages read, seed %d", SEED).isEqualTo(sent);
    assertThat(house.lake().spark().table(house.lake().identifier(ingest.deadLetters())).count())
        .as("dead letters, seed %d", SEED)
        .isEqualTo(database.dead());
    Answers.assertMainEqualsBatch(house, "seed " + SEED);
    Dataset<Row> rows = house.main(mirror).select("id", "status", "amount", "note");
    Dataset<Row> oracle = oracle(house, database);
    assertThat(rows.count()).as("rows, seed %d", SEED).isEqualTo(database.rows().size());
    assertThat(rows.exceptAll(oracle).takeAsList(5))
        .as("rows that only the mirror has, seed %d", SEED)
        .isEmpty();
    assertThat(oracle.exceptAll(rows).takeAsList(5))
        .as("rows that only plain SQL has, seed %d", SEED)
        .isEmpty();
    System.out.printf(
        "%d kills: %,d messages of %,d changes, balanced at each of %d commits of ODS; %,d rows%n",
        KILLS.size(), sent, database.log().size(), cuts, database.rows().size());
  }

  private DriverProcess driver(FaultProject project, int life) {
    return new DriverProcess(
        project,
        DriverMain.Mode.STREAM,
        KILLS.get(life),
        List.of(ODS, DWD),
        folder.resolve("driver-" + life + ".log"));
  }

  private static Dataset<Row> oracle(LocalLakehouse house, ShopDatabase database) {
    StructType columns =
        StructType.fromDDL(
            "id BIGINT, status STRING, amount DECIMAL(12,2), note STRING, lsn BIGINT,"
                + " snapshot BOOLEAN, deleted BOOLEAN");
    List<Row> log = database.log().stream().map(MirrorKillTest::row).toList();
    house.lake().spark().createDataFrame(log, columns).createOrReplaceTempView("log");
    return house.lake().spark().sql(ORACLE);
  }

  private static Row row(Logged change) {
    ShopDatabase.Item item = change.item();
    return RowFactory.create(
        item.id(),
        item.status(),
        item.amount() == null ? null : new BigDecimal(item.amount()),
        item.note(),
        change.lsn(),
        change.snapshot(),
        change.deleted());
  }
}
