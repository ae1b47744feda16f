package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.catalog.ConnectionSettings;
import io.tidemark.catalog.Environment;
import io.tidemark.catalog.KafkaSettings;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.FencedException;
import io.tidemark.catalog.config.ConfigurationException;
import io.tidemark.catalog.config.Problem;
import io.tidemark.jobs.cli.FailureText;
import io.tidemark.jobs.sink.SinkColumn;
import io.tidemark.jobs.sink.SinkDefinition;
import io.tidemark.jobs.sink.SinkLayout;
import io.tidemark.jobs.sink.SinkOutOfStepException;
import io.tidemark.jobs.sink.SinkPosition;
import io.tidemark.jobs.sink.SinkRefusedException;
import io.tidemark.jobs.sink.SinkRow;
import io.tidemark.jobs.sink.SinkRow.Op;
import io.tidemark.jobs.sink.SinkStep;
import io.tidemark.jobs.sink.SinkTarget;
import io.tidemark.jobs.sink.SinkTarget.Batch;
import io.tidemark.jobs.sink.SinkTargets;
import io.tidemark.jobs.sink.SinkUnavailableException;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.jobs.spec.SinkSpec;
import io.tidemark.tests.app.Topics;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.servers.MariaDb;
import io.tidemark.tests.servers.PostgreSql;
import io.tidemark.tests.servers.Redis;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

/** What every kind of server is held to, as sinks use it; no table is read. */
@AnyZone
class SinkTargetTest {
  private static final LocalDate DAY = LocalDate.of(2026, 3, 14);
  private static final Instant TIME = Instant.parse("2026-03-14T23:59:59.123456Z");
  private static final String DEFINITION =
      """
      {"key":["dt","name"],"rows":"all","columns":{"note":"stored"}}""";
  private static final AtomicInteger NUMBER = new AtomicInteger();

  @TempDir private static Path folder;
  private static Environment environment;

  private final String name = "t" + NUMBER.incrementAndGet();
  private final List<SinkTarget> opened = new ArrayList<>();
  private final SinkLayout layout =
      new SinkLayout(
          name,
          new TableName("dws", "anything"),
          columns("dt date", "name string"),
          columns(
              "flag boolean",
              "n int",
              "big bigint",
              "ratio double",
              "amount decimal(12,2)",
              "at timestamp",
              "note string"),
          new SinkDefinition(List.of("dt", "name"), "all", Map.of("note", "stored")));

  @BeforeAll
  static void declare() {
    assumeTrue(PostgreSql.isInstalled(), PostgreSql.NOT_INSTALLED);
    SinkProject project = new SinkProject(folder, "sink_target", 1);
    environment =
        Declarations.read(project.project().conf(), FaultProject.LOCAL, Map.of()).environment();
  }

  @AfterEach
  void close() {
    opened.forEach(SinkTarget::close);
  }

  private static List<SinkColumn> columns(String... declared) {
    return Arrays.stream(declared)
        .map(each -> each.split(" ", 2))
        .map(each -> SinkColumn.of(each[0], each[1]))
        .toList();
  }

  private SinkTarget open(String connection) {
    assumeTrue(!connection.equals("my") || MariaDb.isThere(), MariaDb.NOT_THERE);
    assumeTrue(!connection.equals("redis") || Redis.isThere(), Redis.NOT_THERE);
    return open(
        connection.equals("redis")
            ? new SinkSpec.Redis("redis", name)
            : new SinkSpec.Jdbc(connection, name, true),
        environment);
  }

  private SinkTarget open(SinkSpec.Target target, Environment where) {
    SinkTarget opening =
        SinkTargets.of(
            new SinkSpec(name, "", "", new TableName("dws", "anything"), List.of(), target), where);
    opened.add(opening);
    return opening;
  }

  private static SinkRow row(String key, Object... values) {
    return new SinkRow(Op.UPSERT, Arrays.asList(DAY, key), Arrays.asList(values), null);
  }

  private static SinkRow noted(String key, String note) {
    return row(key, null, null, null, null, null, null, note);
  }

  private SinkPosition at(long epoch, Long snapshot) {
    return new SinkPosition(epoch, snapshot, null, snapshot == null ? null : DEFINITION);
  }

  private static SinkPosition write(
      SinkTarget target, SinkPosition own, SinkStep step, SinkRow... rows) {
    try (Batch batch = target.begin(own, step)) {
      Arrays.stream(rows).forEach(batch::put);
      batch.commit();
    }
    return own.at(step);
  }

  /** Name and note of all rows. */
  private List<String> notes(String connection) {
    ConnectionSettings settings = environment.connections().get(connection);
    List<String> found = new ArrayList<>();
    if (settings.kind() == ConnectionSettings.Kind.REDIS) {
      try (Jedis redis = redis(settings)) {
        for (String key : redis.keys(name + ":{*")) {
          Map<String, String> fields = redis.hgetAll(key);
          found.add(fields.get("name") + "=" + fields.get("note"));
        }
      }
      return found;
    }
    try (Connection database = connect(settings);
        Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery("SELECT name, note FROM " + name)) {
      while (rows.next()) {
        found.add(rows.getString(1) + "=" + rows.getString(2));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return found;
  }

  private static Jedis redis(ConnectionSettings settings) {
    return new Jedis(
        new HostAndPort("127.0.0.1", Integer.parseInt(settings.url().replaceFirst(".*:", ""))),
        DefaultJedisClientConfig.builder().password(settings.resolvedPassword()).build());
  }

  private static Connection connect(ConnectionSettings settings) throws SQLException {
    return DriverManager.getConnection(
        settings.url().replace("jdbc:mysql:", "jdbc:mariadb:"),
        settings.user(),
        settings.resolvedPassword());
  }

  private static void execute(String connection, String sql) throws SQLException {
    try (Connection database = connect(environment.connections().get(connection));
        Statement statement = database.createStatement()) {
      statement.execute(sql);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pg", "my", "redis"})
  void rowsAreFoundByTheirKeysWhateverTheseAre(String connection) {
    SinkTarget target = open(connection);
    assertThat(target.position()).isEmpty();
    SinkPosition own = target.takeOver(layout);
    assertThat(own).isEqualTo(at(1, null));

    own =
        write(
            target,
            own,
            new SinkStep(101, 1, true),
            noted("a", "one"),
            noted("A", "two"),
            noted("a ", "three"),
            noted(null, "four"),
            noted("", "five"),
            noted("null", "six"),
            noted("~", "seven"),
            noted("x|y", "eight"),
            noted("é\u0000}", "nine"));
    assertThat(notes(connection)).hasSize(9);
    assertThat(target.position()).contains(at(1, 101L));

    write(
        target,
        own,
        new SinkStep(102, 2, false),
        noted("a", "changed"),
        SinkRow.deleted(DAY, "A"),
        SinkRow.deleted(DAY, null),
        SinkRow.deleted(DAY, "never there"));
    assertThat(notes(connection))
        .hasSize(7)
        .contains("a=changed", "a =three", "=five", "null=six", "x|y=eight")
        .noneMatch(each -> each.endsWith("two") || each.endsWith("four"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pg", "my"})
  void valuesComeBackAsTheyWere(String connection) throws SQLException {
    SinkTarget target = open(connection);
    SinkPosition own = target.takeOver(layout);

    write(
        target,
        own,
        new SinkStep(101, 7, true),
        row("a", true, 1, Long.MAX_VALUE, 0.1, new BigDecimal("1234567890.12"), TIME, "汉字 😀"),
        row("b", null, null, null, Double.NaN, null, null, null));

    try (Connection database = connect(environment.connections().get(connection));
        Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM " + name + " ORDER BY name")) {
      rows.next();
      assertThat(rows.getObject("dt", LocalDate.class)).isEqualTo(DAY);
      assertThat(rows.getBoolean("flag")).isTrue();
      assertThat(rows.getInt("n")).isEqualTo(1);
      assertThat(rows.getLong("big")).isEqualTo(Long.MAX_VALUE);
      assertThat(rows.getDouble("ratio")).isEqualTo(0.1);
      assertThat(rows.getBigDecimal("amount")).isEqualTo("1234567890.12");
      assertThat(rows.getString("at")).contains("59:59.123456");
      assertThat(rows.getString("note")).isEqualTo("汉字 😀");
      assertThat(rows.getLong("tidemark_version")).isEqualTo(7);
      assertThat(rows.getString("tidemark_key")).hasSize(32);
      rows.next();
      assertThat(rows.getObject("at")).isNull();
      assertThat(rows.getObject("flag")).isNull();
      if (connection.equals("pg")) {
        assertThat(rows.getDouble("ratio")).isNaN();
      } else {
        assertThat(rows.getObject("ratio")).isNull();
      }
    }
    // It fits what it has made itself.
    assertThat(open(connection).takeOver(layout)).isEqualTo(at(2, 101L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pg", "my", "redis"})
  void anOlderDriverIsRefused(String connection) {
    SinkTarget old = open(connection);
    SinkPosition first =
        write(old, old.takeOver(layout), new SinkStep(101, 1, true), noted("a", "one"));
    SinkTarget next = open(connection);
    SinkPosition second = next.takeOver(layout);
    assertThat(second).isEqualTo(at(2, 101L));
    write(next, second, new SinkStep(103, 3, false), SinkRow.deleted(DAY, "a"), noted("b", "new"));

    assertThatThrownBy(() -> write(old, first, new SinkStep(102, 2, false), noted("a", "stale")))
        .isInstanceOf(FencedException.class);
    assertThatThrownBy(() -> old.resume(first)).isInstanceOf(FencedException.class);

    assertThat(notes(connection)).containsExactly("b=new");
    assertThat(next.position()).contains(at(2, 103L));
    assertThat(next.resume(second)).isEqualTo(at(2, 103L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pg", "my", "redis"})
  void anOlderStateThatCameBackIsNotWrittenOver(String connection) throws SQLException {
    SinkTarget target = open(connection);
    SinkPosition own =
        write(target, target.takeOver(layout), new SinkStep(101, 1, true), noted("a", "one"));
    own = write(target, own, new SinkStep(102, 2, false), noted("b", "two"));
    // As a backup or a standby has it that lacks the last step; epochs are the same.
    if (connection.equals("redis")) {
      try (Jedis redis = redis(environment.connections().get(connection))) {
        redis.hset(name + ":tidemark-position", "snapshot", "101");
        redis.del(redis.keys(name + ":{*|b}").toArray(String[]::new));
      }
    } else {
      execute(connection, "UPDATE tidemark_sink SET position = 101 WHERE job = '" + name + "'");
      execute(connection, "DELETE FROM " + name + " WHERE name = 'b'");
    }

    SinkPosition left = own;
    assertThatThrownBy(() -> write(target, left, new SinkStep(103, 3, false), noted("c", "three")))
        .isInstanceOf(SinkOutOfStepException.class)
        .hasMessageContaining("stands at snapshot 101 of epoch 1")
        .hasMessageContaining("has left it at snapshot 102 of epoch 1");

    assertThat(notes(connection)).containsExactly("a=one");
    assertThat(open(connection).takeOver(layout)).isEqualTo(at(2, 101L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pg", "redis"})
  void whatLostItsPositionWasTakenOverByNobody(String connection) throws SQLException {
    SinkTarget target = open(connection);
    SinkPosition own =
        write(target, target.takeOver(layout), new SinkStep(101, 1, true), noted("a", "one"));
    if (connection.equals("redis")) {
      try (Jedis redis = redis(environment.connections().get(connection))) {
        redis.del(name + ":tidemark-position");
      }
    } else {
      execute(connection, "DELETE FROM tidemark_sink WHERE job = '" + name + "'");
    }

    assertThatThrownBy(() -> target.resume(own)).isInstanceOf(SinkOutOfStepException.class);
    assertThatThrownBy(() -> write(target, own, new SinkStep(102, 2, false)))
        .isInstanceOf(SinkOutOfStepException.class)
        .hasMessageContaining("stands at nothing of epoch 0");
  }

  @Test
  void aTransactionOfKafkaThatWasOpenTooLongIsToldFromANewerDriver() {
    try (Topics topics = new Topics(SharedBroker.get().bootstrapServers())) {
      topics.create(name, 1);
    }
    KafkaSettings brokers = environment.kafka();
    long limitMs = 500;
    Environment impatient =
        with(
            environment.connections(),
            new KafkaSettings(
                brokers.bootstrapServers(),
                false,
                null,
                Map.of("transaction.timeout.ms", Long.toString(limitMs))));

    // Who has the transactional id, and has not said so yet.
    SinkTarget patient = open(new SinkSpec.Kafka(name), environment);
    SinkPosition first = patient.takeOver(layout);
    try (Batch batch = patient.begin(first, new SinkStep(101, 1, true))) {
      takeTransactionalId();
      assertThatThrownBy(batch::commit).isInstanceOf(FencedException.class);
    }

    SinkTarget target = open(new SinkSpec.Kafka(name), impatient);
    SinkPosition own = target.takeOver(layout);
    assertThat(own.epoch()).isEqualTo(first.epoch() + 1);
    assertThatThrownBy(() -> patient.resume(first)).isInstanceOf(FencedException.class);
    long begun = System.nanoTime();
    try (Batch batch = target.begin(own, new SinkStep(101, 1, true))) {
      do {
        takeTransactionalId();
      } while (Duration.ofNanos(System.nanoTime() - begun).toMillis() <= limitMs);
      assertThatThrownBy(batch::commit)
          .isInstanceOf(SinkOutOfStepException.class)
          .hasMessageContaining("open for longer than 500 ms (transaction.timeout.ms)");
    }
  }

  /** What brokers do to a transaction that is over, too: they raise the producer's epoch. */
  private void takeTransactionalId() {
    Map<String, Object> config =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            environment.kafka().bootstrapServers(),
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            "tidemark-sink-" + name);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pg", "my"})
  void whatIsNotCommittedIsAsIfItHadNotBeen(String connection) {
    SinkTarget target = open(connection);
    SinkPosition own =
        write(target, target.takeOver(layout), new SinkStep(101, 1, true), noted("a", "one"));

    try (Batch batch = target.begin(own, new SinkStep(102, 2, true))) {
      for (int i = 0; i < 2_500; i++) {
        batch.put(noted("k" + i, "lost"));
      }
    }

    assertThat(notes(connection)).containsExactly("a=one");
    assertThat(target.resume(own)).isEqualTo(at(1, 101L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pg", "my", "redis"})
  void aWholeStepTakesAwayWhatIsBesideIt(String connection) {
    SinkTarget target = open(connection);
    SinkPosition own = target.takeOver(layout);
    own = write(target, own, new SinkStep(101, 9, true), noted("a", "one"), noted("b", "one"));

    // Of a table that was made anew: its numbers begin anew, too.
    write(target, own, new SinkStep(201, 1, true), noted("b", "two"), noted("c", "two"));

    assertThat(notes(connection)).containsExactlyInAnyOrder("b=two", "c=two");
  }

  @Test
  void redisSaysWhichStepIsHalfWritten() {
    SinkTarget target = open("redis");
    SinkPosition own =
        write(target, target.takeOver(layout), new SinkStep(101, 1, true), noted("a", "one"));
    try (Batch batch = target.begin(own, new SinkStep(102, 2, false))) {
      for (int i = 0; i < 201; i++) {
        batch.put(noted("k" + i, "half"));
      }
    }
    assertThat(notes("redis")).hasSize(201);

    SinkTarget next = open("redis");
    SinkPosition taken = next.takeOver(layout);
    assertThat(taken).isEqualTo(new SinkPosition(2, 101L, 102L, DEFINITION));

    SinkPosition finished = write(next, taken, new SinkStep(102, 2, false), noted("k200", "whole"));
    assertThat(next.position()).contains(at(2, 102L));

    next.begin(finished, new SinkStep(103, 3, false)).close();
    next.begin(finished, new SinkStep(104, 4, true)).close();
    assertThat(next.position())
        .as("of two no range speaks")
        .contains(new SinkPosition(2, 102L, 0L, DEFINITION));
  }

  @Test
  void redisDoesNotGoBackToAnOlderRow() {
    SinkTarget target = open("redis");
    SinkPosition own = target.takeOver(layout);
    own = write(target, own, new SinkStep(105, 5, true), noted("a", "five"));

    write(target, own, new SinkStep(104, 4, false), noted("a", "four"), noted("b", "four"));

    assertThat(notes("redis")).containsExactlyInAnyOrder("a=five", "b=four");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pg", "my"})
  void aTableThatDoesNotFitIsRefusedWithAllThatIsWrong(String connection) throws SQLException {
    assumeTrue(!connection.equals("my") || MariaDb.isThere(), MariaDb.NOT_THERE);
    execute(
        connection,
        "CREATE TABLE %s (dt int, name varchar(20), flag boolean, n bigint, big int, amount decimal(8,2), at date, note varchar(10), must int NOT NULL, may int NOT NULL DEFAULT 1, tidemark_key varchar(32), tidemark_version bigint)"
            .formatted(name));

    assertThatThrownBy(() -> open(connection).takeOver(layout))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            refused ->
                assertThat(refused.problems())
                    .extracting(Problem::remedy)
                    .satisfiesExactlyInAnyOrder(
                        each -> assertThat(each).startsWith("has the column dt as int"),
                        each -> assertThat(each).startsWith("has the column big as int"),
                        each -> assertThat(each).startsWith("has no column ratio; add it"),
                        each -> assertThat(each).contains("amount as").contains("(8,2)"),
                        each -> assertThat(each).startsWith("has the column at as date"),
                        each -> assertThat(each).startsWith("has the column must, which must"),
                        each -> assertThat(each).startsWith("has no unique index")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pg", "my"})
  void aRowThatIsRefusedIsNotTold(String connection) throws SQLException {
    SinkTarget target = open(connection);
    SinkPosition own = target.takeOver(layout);
    execute(connection, "ALTER TABLE " + name + " ADD CHECK (note <> 'a secret')");

    assertThatThrownBy(
            () ->
                write(
                    target,
                    own,
                    new SinkStep(101, 1, true),
                    noted("a", "one"),
                    noted("b", "a secret"),
                    noted("c", "three")))
        .isInstanceOf(SinkRefusedException.class)
        .hasMessageContaining("(SQL state 23")
        .satisfies(told -> assertThat(FailureText.inALine(told)).doesNotContain("a secret"));
    assertThat(notes(connection)).isEmpty();
  }

  @Test
  void aTableThatIsNotToBeCreatedIsAskedForAndBeginsAnew() throws SQLException {
    SinkTarget target = open(new SinkSpec.Jdbc("pg", name, false), environment);
    assertThatThrownBy(() -> target.takeOver(layout))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("is not there, and 'create: false' leaves it to you")
        .hasMessageContaining("CREATE TABLE \"" + name + "\"");

    SinkTarget creating = open("pg");
    write(creating, creating.takeOver(layout), new SinkStep(101, 1, true), noted("a", "one"));
    execute("pg", "ALTER TABLE " + name + " RENAME TO gone_" + name);
    assertThatThrownBy(() -> target.takeOver(layout)).isInstanceOf(ConfigurationException.class);
    execute("pg", "CREATE TABLE %1$s (LIKE gone_%1$s INCLUDING ALL)".formatted(name));

    assertThat(target.takeOver(layout)).as("an empty table").isEqualTo(at(2, null));
  }

  @Test
  void aTableThatIsGoneBeginsAnew() throws SQLException {
    SinkTarget target = open("pg");
    write(target, target.takeOver(layout), new SinkStep(101, 1, true), noted("a", "one"));
    execute("pg", "DROP TABLE " + name);

    assertThat(open("pg").takeOver(layout)).isEqualTo(at(2, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://localhost:1/db",
        "jdbc:mysql://localhost:1/db",
        "redis://localhost:1"
      })
  void whoDoesNotAnswerIsNamedWithoutTheSecret(String url) {
    ConnectionSettings.Kind kind =
        url.startsWith("redis")
            ? ConnectionSettings.Kind.REDIS
            : url.contains("mysql")
                ? ConnectionSettings.Kind.MYSQL
                : ConnectionSettings.Kind.POSTGRESQL;
    ConnectionSettings pg = environment.connections().get("pg");
    Environment down =
        with(
            new ConnectionSettings(
                "down", kind, url, "ann", pg.password(), pg.root(), pg.retryFor()));
    SinkTarget target =
        open(
            kind.isJdbc()
                ? new SinkSpec.Jdbc("down", name, true)
                : new SinkSpec.Redis("down", name),
            down);

    assertThatThrownBy(target::position)
        .isInstanceOf(SinkUnavailableException.class)
        .hasMessageContaining("connection down (" + url + ")")
        .hasMessageContaining("run " + name + " again; it goes on where it stood")
        .hasMessageNotContaining(PostgreSql.PASSWORD);
  }

  @Test
  void aWrongPasswordIsNoReasonToTryAgain() {
    ConnectionSettings pg = environment.connections().get("pg");
    Environment wrong =
        with(
            new ConnectionSettings(
                "wrong", pg.kind(), pg.url(), "nobody", pg.password(), pg.root(), pg.retryFor()));

    assertThatThrownBy(() -> open(new SinkSpec.Jdbc("wrong", name, true), wrong).position())
        .isInstanceOf(SinkRefusedException.class)
        .hasMessageContaining("connection wrong")
        .hasMessageNotContaining(PostgreSql.PASSWORD);
  }

  private static Environment with(ConnectionSettings connection) {
    return with(Map.of(connection.name(), connection), environment.kafka());
  }

  private static Environment with(
      Map<String, ConnectionSettings> connections, KafkaSettings kafka) {
    return new Environment(
        environment.name(),
        environment.timeZone(),
        environment.catalog(),
        environment.checkpoints(),
        kafka,
        environment.stream(),
        environment.spark(),
        environment.reconciliation(),
        Map.of(),
        connections,
        null,
        null,
        null,
        environment.alerts());
  }
}
