package io.tidemark.tests.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;
import static org.awaitility.Awaitility.await;

import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.VerbAnswer;
import io.tidemark.tests.servers.Debezium;
import io.tidemark.tests.servers.PostgreSql;
import io.tidemark.tests.source.SourceTables.Table;
import io.tidemark.tests.source.SourceTables.Type;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fifty tables of a database that is being written, declared by one command, loaded and followed:
 * in the end every mirror shows its table.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@AnyZone
abstract class FiftyTablesContract {
  private static final long SEED = 20_260_115;
  private static final int WRITES = 1_500;
  private static final int LATER_WRITES = 150;
  private static final int LATE_WRITES = 10;

  @TempDir private Path folder;
  private SourceProject project;
  private SourceDatabase database;

  /** Name of the source, and of a database for it. */
  abstract String source();

  /** The JDBC address of an empty database with {@link PostgreSql#USER}, which logs changes. */
  abstract String database();

  @Test
  void everyMirrorShowsItsTable() throws Exception {
    Random random = new Random(SEED);
    List<Table> tables = SourceTables.all();
    project = new SourceProject(folder, SourceProject.sharedBroker());
    project.job("other", project.topic("other"), "");
    try (SourceDatabase opened =
        new SourceDatabase(database(), PostgreSql.USER, PostgreSql.PASSWORD)) {
      database = opened;
      database.create(tables, random);
      declare();
      try (Debezium capture = captureWhileWriting(tables, random)) {
        run(tables);
        assertMirrors(tables, Map.of());

        Table late = addTable(capture, random);
        List<Table> altered = tables.subList(0, 10);
        Map<String, List<String>> added = alter(altered, random);
        run(with(altered, late));
        assertMirrors(with(tables, late), added);
      }
    }
  }

  private void declare() throws IOException {
    VerbAnswer add = ok(addSource());
    assertThat(add.out())
        .contains("looked at 51 tables")
        .contains("t09: No primary key")
        .contains("t08: No primary key is used: the unique index t08_one")
        .doesNotContain("wal_level");
    try (Stream<Path> files = Files.walk(project.conf())) {
      assertThat(files.filter(Files::isRegularFile))
          .allSatisfy(file -> assertThat(file).content().doesNotContain(PostgreSql.PASSWORD));
    }
    ok(project.run("validate"));
    ok(project.run("topics", "apply"));
    database.run(Files.readString(project.conf().resolve("connect/" + source() + ".sql")));
  }

  private VerbAnswer addSource() throws IOException {
    Path password = Files.writeString(folder.resolve("password"), PostgreSql.PASSWORD);
    return project.run(
        "source",
        "add",
        source(),
        "--jdbc",
        database.url(),
        "--user",
        PostgreSql.USER,
        "--password-file",
        password.toString());
  }

  /**
   * Begins the capture while transactions are open. The last of them writes before the place in the
   * log that the snapshot stands for, and commits behind it: no snapshot shows what it wrote.
   */
  private Debezium captureWhileWriting(List<Table> tables, Random random) {
    Connection first = database.begin();
    CompletableFuture<Debezium> starting =
        CompletableFuture.supplyAsync(
            () ->
                Debezium.start(
                    project.conf().resolve("connect/" + source() + ".properties"),
                    project.servers(),
                    Map.of(source().toUpperCase(Locale.ROOT) + "_PASSWORD", PostgreSql.PASSWORD),
                    this::hasSnapshot));
    database.awaitWaiterFor(first);
    Connection second = database.begin();
    SourceDatabase.commit(first);
    database.awaitWaiterFor(second);
    Connection unseen = database.begin();
    SourceDatabase.execute(unseen, "UPDATE t00 SET c0 = 4711 WHERE id = 1");
    SourceDatabase.execute(unseen, "DELETE FROM t00 WHERE id = 2");
    long written = database.count("SELECT pg_current_wal_insert_lsn() - '0/0'");
    SourceDatabase.commit(second);
    Debezium capture = starting.join();
    assertThat(
            database.count(
                "SELECT confirmed_flush_lsn - '0/0' FROM pg_replication_slots"
                    + " WHERE database = current_database()"))
        .as("the snapshot's place in the log, behind what it does not show")
        .isGreaterThanOrEqualTo(written);
    SourceDatabase.commit(unseen);
    assertThat(database.count("SELECT count(*) FROM pg_replication_slots WHERE active"))
        .as("connectors that have read their tables and follow the log")
        .isZero();
    database.write(tables, WRITES, random);
    database.awaitCapture(this::marks);
    return capture;
  }

  /** Whether the place in the log is known from which on the log is followed. */
  private boolean hasSnapshot() {
    try (SourceDatabase own =
        new SourceDatabase(database.url(), PostgreSql.USER, PostgreSql.PASSWORD)) {
      return own.count(
              "SELECT count(*) FROM pg_replication_slots WHERE confirmed_flush_lsn IS NOT NULL"
                  + " AND database = current_database()")
          > 0;
    }
  }

  private long marks() throws ExecutionException, InterruptedException {
    return messages(List.of(SourceDatabase.MARKER));
  }

  /** How many messages the topics of some tables have. */
  private long messages(List<String> tables) throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> ends =
        tables.stream()
            .map(table -> new TopicPartition(source() + ".public." + table, 0))
            .collect(Collectors.toMap(topic -> topic, topic -> OffsetSpec.latest()));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", project.servers()))) {
      return admin.listOffsets(ends).all().get().values().stream()
          .mapToLong(ListOffsetsResultInfo::offset)
          .sum();
    }
  }

  /**
   * Adds a table that has rows before it is captured, by the lines that the command says and in
   * their order, and writes it all the while.
   */
  private Table addTable(Debezium capture, Random random) throws Exception {
    Table late = SourceTables.late();
    database.create(late, random);
    String out = ok(addSource()).out();
    append("topics/" + source() + ".yml", "\n  " + said(out, "topics in conf") + "\n");
    ok(project.run("topics", "apply"));
    database.run(said(out, "SQL for the owner"));
    database.write(List.of(late), LATE_WRITES, random);
    append(
        "connect/" + source() + ".properties", ",\\\n  " + said(out, "table.include.list") + "\n");
    capture.restart(
        () -> database.count("SELECT count(*) FROM pg_replication_slots WHERE active") > 0);
    database.awaitCapture(this::marks);
    database.write(List.of(late), LATE_WRITES, random);
    database.awaitCapture(this::marks);
    long before = messages(List.of("late"));
    long rows = database.count("SELECT count(*) FROM late");
    String[] signal = said(out, "message on " + source() + ".signal").split(";", 2);
    project.send(
        new ProducerRecord<>(
            source() + ".signal", SourceProject.bytes(signal[0]), SourceProject.bytes(signal[1])));
    await().atMost(1, TimeUnit.MINUTES).until(() -> messages(List.of("late")) >= before + rows);
    return late;
  }

  private static List<Table> with(List<Table> tables, Table more) {
    return Stream.concat(tables.stream(), Stream.of(more)).toList();
  }

  /** The line below a heading of what is to be added by hand. */
  private static String said(String out, String heading) {
    return out.substring(out.indexOf("to be added by hand, " + heading))
        .lines()
        .skip(1)
        .findFirst()
        .orElseThrow()
        .strip();
  }

  private void append(String name, String text) throws IOException {
    Path file = project.conf().resolve(name);
    Files.writeString(file, Files.readString(file).stripTrailing() + text);
  }

  /**
   * Adds columns to tables: one that is NULL in the rows that are there, or one that has a value in
   * them, of which the log says nothing, so that the table is read again.
   */
  private Map<String, List<String>> alter(List<Table> tables, Random random) throws Exception {
    Map<String, List<String>> added = new HashMap<>();
    List<String> again = new ArrayList<>();
    for (Table table : tables) {
      boolean withValue = added.size() % 2 == 0;
      String column = withValue ? "level" : "note";
      String type = withValue ? "integer NOT NULL DEFAULT 7" : "text";
      database.run("ALTER TABLE %s ADD COLUMN %s %s".formatted(table.name(), column, type));
      database.run(
          "UPDATE %s SET %s = '1%d' WHERE id = 3".formatted(table.name(), column, added.size()));
      if (withValue && !table.key().isEmpty()) {
        again.add(table.name());
      }
      added.put(table.name(), List.of(column));
    }
    declareAdded(tables);
    database.awaitCapture(this::marks);
    long before = messages(again);
    long rows =
        again.stream().mapToLong(table -> database.count("SELECT count(*) FROM " + table)).sum();
    String signal =
        "{\"type\":\"execute-snapshot\",\"data\":{\"type\":\"blocking\",\"data-collections\":[%s]}}"
            .formatted(
                again.stream()
                    .map(table -> "\"public." + table + "\"")
                    .collect(Collectors.joining(",")));
    project.send(
        new ProducerRecord<>(
            source() + ".signal", SourceProject.bytes(source()), SourceProject.bytes(signal)));
    await().atMost(1, TimeUnit.MINUTES).until(() -> messages(again) >= before + rows);
    database.write(tables, LATER_WRITES, random);
    database.awaitCapture(this::marks);
    return added;
  }

  /** Adds the lines that the command says are missing. */
  private void declareAdded(List<Table> tables) throws IOException {
    Map<String, String> before = texts();
    String out = ok(addSource()).out();
    assertThat(out).contains("wrote 0 files").doesNotContain("public.late");
    assertThat(texts()).isEqualTo(before);
    for (Table table : tables) {
      String job = "ods_%s_%s_change".formatted(source(), table.name());
      String rest = out.substring(out.indexOf("columns of job " + job + ":"));
      String line = rest.lines().skip(1).findFirst().orElseThrow().strip();
      Path file =
          project
              .conf()
              .resolve("jobs/ods/%s/%s_%s_change.yml".formatted(source(), source(), table.name()));
      Files.writeString(
          file, Files.readString(file).replace("\noutput:", "\n  " + line + "\noutput:"));
    }
    ok(project.run("tables", "apply"));
  }

  private Map<String, String> texts() throws IOException {
    Map<String, String> texts = new HashMap<>();
    try (Stream<Path> files = Files.walk(project.conf())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        texts.put(file.toString(), Files.readString(file));
      }
    }
    return texts;
  }

  private void run(List<Table> tables) {
    List<String> arguments = new ArrayList<>(List.of("run"));
    for (Table table : tables) {
      arguments.add("ods_%s_%s_change".formatted(source(), table.name()));
      if (!table.key().isEmpty()) {
        arguments.add("dwd_%s_%s".formatted(source(), table.name()));
      }
    }
    arguments.addAll(List.of("--mode", "catchup"));
    ok(project.run(arguments.toArray(String[]::new)));
  }

  private void assertMirrors(List<Table> tables, Map<String, List<String>> added) {
    Map<String, Map<String, Long>> mirrors =
        MirrorRows.of(project.open().lake(), source(), tables, added);
    assertSoftly(
        softly -> {
          for (Table table : tables) {
            softly
                .assertThat(mirrors.get(table.name()))
                .as(
                    "mirror of %s (%s), seed %d",
                    table.name(), table.columns().stream().map(Type::sql).toList(), SEED)
                .isEqualTo(database.rows(table, added.getOrDefault(table.name(), List.of())));
          }
        });
  }

  private static VerbAnswer ok(VerbAnswer answer) {
    assertThat(answer.exitCode()).as(answer.err()).isEqualTo(ExitCodes.OK);
    return answer;
  }
}
