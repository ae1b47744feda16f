package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.run.Phase;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.tests.fault.ShopDatabase.Item;
import io.tidemark.tests.fault.ShopDatabase.Logged;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.Seed;
import io.tidemark.tests.lakehouse.Streaming;
import io.tidemark.tests.lakehouse.TestMessages;
import io.tidemark.tests.lakehouse.TestMessages.Timed;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many changes of a table go into its mirror: by streams that are killed with SIGKILL and started
 * again, by one that runs to the end, by a catch-up, and by the batch. In the end the mirror is the
 * table: so says the database, and so says plain SQL over its log, in another engine. With
 * -Dtidemark.changes=1000000 they are a million.
 */
@AnyZone
class MirrorKillTest {
  private static final String TOPIC = "item";
  private static final String ODS = "ods_item";
  private static final String DWD = "dwd_item";
  private static final int CHANGES = Integer.getInteger("tidemark.changes", 30_000);
  private static final int CHANGES_PER_LIFE = CHANGES / 8;
  private static final int KEYS = CHANGES / 10;
  private static final int PER_MICRO_BATCH = CHANGES / 20;
  private static final long SEED = Seed.of("mirror-kill");

  private static final List<Moment> KILLS =
      List.of(
          new Moment(DWD, Phase.FILES_WRITTEN, 1),
          new Moment(ODS, Phase.COMMITTED, 1),
          new Moment(DWD, Phase.COMMITTED, 0));

  private static final String ORACLE =
      """
      SELECT id, status, amount, note FROM (
        SELECT *, row_number() OVER (PARTITION BY id ORDER BY committed DESC) AS n FROM log)
      WHERE n = 1 AND NOT deleted""";

  @TempDir private Path folder;
  private final ShopDatabase database = new ShopDatabase(TOPIC, KEYS, SEED);
  private FaultProject project;
  private long sent;

  @Test
  void theMirrorEndsAsTheTable() throws Exception {
    project = FaultProject.ofChanges(folder, SharedBroker.get(), PER_MICRO_BATCH, TOPIC);
    streamsThatAreKilled();
    LocalLakehouse house = project.open(FaultProject.LOCAL);
    Streaming.untilRead(house, sent, Duration.ofMinutes(5));
    send(CHANGES - KILLS.size() * CHANGES_PER_LIFE);
    house.catchUp(house.jobs().jobs());

    IngestSpec ingest = house.ingests().get(0);
    int cuts = Answers.assertEveryCutBalances(house, ingest);
    assertThat(house.messagesRead()).as("messages read, seed %d", SEED).isEqualTo(sent);
    assertThat(house.lake().spark().table(house.lake().identifier(ingest.deadLetters())).count())
        .as("dead letters, seed %d", SEED)
        .isEqualTo(database.dead());
    Answers.assertMainEqualsBatch(house, "seed " + SEED);
    Set<List<Object>> mirror = mirror(house);
    Set<List<Object>> oracle = oracle();
    assertThat(onlyIn(mirror, oracle)).as("only the mirror, seed %d", SEED).isEmpty();
    assertThat(onlyIn(oracle, mirror)).as("only plain SQL, seed %d", SEED).isEmpty();
    assertThat(onlyIn(table(), mirror)).as("only the table, seed %d", SEED).isEmpty();
    assertThat(mirror).as("rows, seed %d", SEED).hasSameSizeAs(database.rows().entrySet());
    System.out.printf(
        "%d kills: %,d messages of %,d changes, balanced at each of %d commits of ODS; %,d rows%n",
        KILLS.size(), sent, database.log().size(), cuts, mirror.size());
  }

  private void streamsThatAreKilled() {
    Deque<DriverProcess> drivers = new ArrayDeque<>();
    try {
      drivers.add(driver(0));
      for (int life = 0; life < KILLS.size(); life++) {
        if (life + 1 < KILLS.size()) {
          // It starts up and waits while this one works: a start is the longest part of a life.
          drivers.add(driver(life + 1));
        }
        send(CHANGES_PER_LIFE);
        drivers.peek().go();
        System.out.println("kill: " + drivers.peek().await(l -> l.startsWith(DriverMain.HOLDS)));
        drivers.remove().kill();
      }
    } finally {
      drivers.forEach(DriverProcess::close);
    }
  }

  private DriverProcess driver(int life) {
    return new DriverProcess(
        project,
        DriverMain.Mode.STREAM,
        KILLS.get(life),
        List.of(ODS, DWD),
        folder.resolve("driver-" + life + ".log"));
  }

  private void send(int changes) {
    List<Timed> messages = database.next(changes);
    TestMessages.send(SharedBroker.get(), project.topic(TOPIC), messages);
    sent += messages.size();
  }

  private Set<List<Object>> mirror(LocalLakehouse house) {
    Set<List<Object>> rows = new HashSet<>();
    for (Row row :
        house
            .main(house.jobs().job(DWD))
            .select("id", "status", "amount", "note")
            .collectAsList()) {
      BigDecimal amount = row.getDecimal(2);
      assertThat(
              rows.add(
                  row(
                      row.getLong(0),
                      row.getString(1),
                      amount == null ? null : amount.toPlainString(),
                      row.getString(3))))
          .as("%s is there once", row)
          .isTrue();
    }
    return rows;
  }

  private Set<List<Object>> table() {
    return database.rows().values().stream()
        .map(item -> row(item.id(), item.status(), item.amount(), item.note()))
        .collect(Collectors.toSet());
  }

  private Set<List<Object>> oracle() throws SQLException {
    try (Connection sqlite = DriverManager.getConnection("jdbc:sqlite::memory:")) {
      load(sqlite);
      Set<List<Object>> rows = new HashSet<>();
      try (Statement statement = sqlite.createStatement();
          ResultSet result = statement.executeQuery(ORACLE)) {
        while (result.next()) {
          rows.add(
              row(
                  result.getLong(1),
                  result.getString(2),
                  result.getString(3),
                  result.getString(4)));
        }
      }
      return rows;
    }
  }

  private void load(Connection sqlite) throws SQLException {
    try (Statement statement = sqlite.createStatement()) {
      statement.execute(
          "CREATE TABLE log (id INTEGER, status TEXT, amount TEXT, note TEXT,"
              + " deleted BOOLEAN, committed INTEGER PRIMARY KEY)");
    }
    sqlite.setAutoCommit(false);
    try (PreparedStatement insert =
        sqlite.prepareStatement("INSERT INTO log VALUES (?, ?, ?, ?, ?, NULL)")) {
      for (Logged change : database.log()) {
        Item item = change.item();
        insert.setLong(1, item.id());
        insert.setString(2, item.status());
        insert.setString(3, item.amount());
        insert.setString(4, item.note());
        insert.setBoolean(5, change.deleted());
        insert.executeUpdate();
      }
    }
    sqlite.commit();
  }

  private static List<Object> row(long id, String status, String amount, String note) {
    return Arrays.asList(id, status, amount, note);
  }

  private static List<List<Object>> onlyIn(Set<List<Object>> left, Set<List<Object>> right) {
    return left.stream().filter(row -> !right.contains(row)).limit(5).toList();
  }
}
