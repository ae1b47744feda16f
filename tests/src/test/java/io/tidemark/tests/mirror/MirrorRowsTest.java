package io.tidemark.tests.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.jobs.spec.MirrorSpec.Delete;
import io.tidemark.tests.broker.LocalBroker;
import io.tidemark.tests.fault.SharedBroker;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.TestMessages;
import io.tidemark.tests.lakehouse.TestMessages.Timed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same story told by each of the change logs ends in the same rows, whichever way it comes. */
@AnyZone
class MirrorRowsTest {
  private static final LocalDate DAY = LocalDate.of(2026, 3, 14);
  private static final ZoneId ZONE = ZoneId.systemDefault();
  private static final long NOON = DAY.atTime(12, 0).atZone(ZONE).toEpochSecond();
  private static final String UNAVAILABLE = "\"__debezium_unavailable_value\"";

  @TempDir private static Path folder;

  /** What happened, in the words of one log. */
  private interface Story {
    String insert(int at, int id, String name, String note);

    /** An update that says nothing of the note. */
    String rename(int at, int id, String name);

    List<String> move(int at, int from, int to, String name, String note);

    /** A key that a deleted row had, in an update that says nothing of the note. */
    String reuse(int at, int from, int to, String name);

    String delete(int at, int id);

    /** Read as a whole, at a position; a log that has no such thing inserts before it. */
    String snapshot(int at, int id, String name, String note);

    /** Messages that are no row of the table. */
    List<String> asides(int at);

    /** A message that cannot be read. */
    default String broken() {
      return "{\"id\": 1";
    }

    default List<String> messages() {
      List<String> all = new ArrayList<>();
      all.add(insert(10, 1, "a", "n1"));
      all.add(insert(11, 2, "b", "n2"));
      all.addAll(asides(11));
      all.add(insert(12, 3, "c", "n3"));
      all.add(insert(13, 5, "e", "n5"));
      all.add(rename(14, 1, "aa"));
      all.add(delete(15, 2));
      all.addAll(move(16, 3, 4, "c", "n3"));
      all.add(rename(17, 5, "ee"));
      all.add(rename(18, 5, "eee"));
      all.add(broken());
      all.add(snapshot(20, 6, "old", "n6"));
      all.add(insert(20, 6, "f", "n6"));
      all.add(insert(21, 7, "g", "n7"));
      all.add(delete(22, 7));
      all.add(insert(23, 7, "gg", null));
      all.add(insert(24, 8, "h", "n8"));
      all.add(delete(25, 8));
      all.add(insert(26, 9, "i", "n9"));
      all.add(reuse(27, 9, 8, "i"));
      // Replayed as it was, long after the row has gone on.
      all.add(insert(10, 1, "a", "n1"));
      return all;
    }
  }

  private static final Story DEBEZIUM =
      new Story() {
        private String message(int at, String op, String before, String after) {
          return """
              {"before": %s, "after": %s, "op": "%s", "ts_ms": %d, "source": {"connector":
               "postgresql", "schema": "public", "table": "t", "lsn": %d, "ts_ms": %d}}"""
              .formatted(before, after, op, NOON * 1000, at, NOON * 1000 + at);
        }

        private String row(int id, String name, String note) {
          return "{\"id\": %d, \"name\": \"%s\", \"note\": %s}".formatted(id, name, note);
        }

        @Override
        public String insert(int at, int id, String name, String note) {
          return message(at, "c", "null", row(id, name, quoted(note)));
        }

        @Override
        public String rename(int at, int id, String name) {
          return message(at, "u", "null", row(id, name, UNAVAILABLE));
        }

        @Override
        public List<String> move(int at, int from, int to, String name, String note) {
          return List.of(delete(at, from), insert(at, to, name, note));
        }

        @Override
        public String reuse(int at, int from, int to, String name) {
          return message(at, "u", "{\"id\": %d}".formatted(from), row(to, name, UNAVAILABLE));
        }

        @Override
        public String delete(int at, int id) {
          return message(at, "d", "{\"id\": %d, \"name\": null}".formatted(id), "null");
        }

        @Override
        public String snapshot(int at, int id, String name, String note) {
          return message(at, "r", "null", row(id, name, quoted(note)));
        }

        @Override
        public List<String> asides(int at) {
          List<String> asides = new ArrayList<>();
          asides.add(null);
          asides.add("{\"ts_ms\": 1}");
          asides.add(message(at, "c", "null", row(1, "other", "null")).replace("\"t\"", "\"u\""));
          return asides;
        }
      };

  private static final Story CANAL =
      new Story() {
        private String message(int at, String type, String data, String old) {
          return """
              {"data": %s, "database": "shop", "es": %d, "id": %d, "isDdl": false, "old": %s,
               "pkNames": ["id"], "sql": "", "table": "t", "ts": %d, "type": "%s"}"""
              .formatted(data, (NOON + at) * 1000, at, old, (NOON + at) * 1000 + 5, type);
        }

        private String row(int id, String name, String note) {
          return "{\"id\": \"%d\", \"name\": \"%s\", \"note\": %s}"
              .formatted(id, name, quoted(note));
        }

        @Override
        public String insert(int at, int id, String name, String note) {
          // In one statement with a row that another message deletes.
          return message(
              at, "INSERT", "[%s, %s]".formatted(row(id, name, note), row(99, "x", "x")), "null");
        }

        @Override
        public String rename(int at, int id, String name) {
          return message(
              at,
              "UPDATE",
              "[{\"id\": \"%d\", \"name\": \"%s\"}]".formatted(id, name),
              "[{\"name\": \"before\"}]");
        }

        @Override
        public List<String> move(int at, int from, int to, String name, String note) {
          return List.of(
              message(
                  at,
                  "UPDATE",
                  "[%s]".formatted(row(to, name, note)),
                  "[{\"id\": \"%d\"}]".formatted(from)));
        }

        @Override
        public String reuse(int at, int from, int to, String name) {
          return message(
              at,
              "UPDATE",
              "[{\"id\": \"%d\", \"name\": \"%s\"}]".formatted(to, name),
              "[{\"id\": \"%d\"}]".formatted(from));
        }

        @Override
        public String delete(int at, int id) {
          return message(at, "DELETE", "[{\"id\": \"%d\"}]".formatted(id), "null");
        }

        @Override
        public String snapshot(int at, int id, String name, String note) {
          return insert(at - 1, id, name, note);
        }

        @Override
        public List<String> asides(int at) {
          return List.of(
              message(at, "ALTER", "null", "null").replace("false", "true"),
              delete(100, 99),
              message(at, "INSERT", "[{\"no\": \"1\"}]", "null").replace("\"t\"", "\"u\""));
        }
      };

  private static final Story MAXWELL =
      new Story() {
        private String message(int at, String type, String data, String old) {
          return """
              {"database": "shop", "table": "t", "type": "%s", "ts": %d, "xid": 7, "xoffset": 0,
               "position": "binlog.000002:%d", "data": %s, "old": %s}"""
              .formatted(type, NOON, at, data, old);
        }

        /** Maxwell says neither of the transaction nor of the log where it read a row. */
        private String bootstrap(String type, String data) {
          return """
              {"database": "shop", "table": "t", "type": "%s", "ts": %d, "data": %s}"""
              .formatted(type, NOON, data);
        }

        private String row(int id, String name, String note) {
          return "{\"id\": %d, \"name\": \"%s\", \"note\": %s}".formatted(id, name, quoted(note));
        }

        @Override
        public String insert(int at, int id, String name, String note) {
          return message(at, "insert", row(id, name, note), "null");
        }

        @Override
        public String rename(int at, int id, String name) {
          return message(
              at,
              "update",
              "{\"id\": %d, \"name\": \"%s\"}".formatted(id, name),
              "{\"name\": \"before\"}");
        }

        @Override
        public List<String> move(int at, int from, int to, String name, String note) {
          return List.of(
              message(at, "update", row(to, name, note), "{\"id\": %d}".formatted(from)));
        }

        @Override
        public String reuse(int at, int from, int to, String name) {
          return message(
              at,
              "update",
              "{\"id\": %d, \"name\": \"%s\"}".formatted(to, name),
              "{\"id\": %d}".formatted(from));
        }

        @Override
        public String delete(int at, int id) {
          return message(at, "delete", "{\"id\": %d}".formatted(id), "null");
        }

        @Override
        public String snapshot(int at, int id, String name, String note) {
          return bootstrap("bootstrap-insert", row(id, name, note));
        }

        @Override
        public List<String> asides(int at) {
          return List.of(
              message(at, "table-alter", "null", "null"),
              bootstrap("bootstrap-start", "{}"),
              insert(at, 1, "other", null).replace("\"t\"", "\"u\""));
        }
      };

  private static final Map<String, Story> STORIES =
      Map.of("debezium", DEBEZIUM, "canal", CANAL, "maxwell", MAXWELL);

  private static final List<String> ROWS =
      List.of("1 aa n1", "4 c n3", "5 eee n5", "6 f n6", "7 gg null", "8 i null");

  private static String quoted(String text) {
    return text == null ? "null" : "\"" + text + "\"";
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyLogEndsInTheSameRows(boolean reversed) throws IOException {
    LocalBroker broker = SharedBroker.get();
    Path home = Files.createDirectory(folder.resolve("mirror-" + (reversed ? "back" : "forth")));
    LocalLakehouse house =
        LocalLakehouse.create(
            conf(folder.resolve("conf-" + reversed)),
            home,
            broker,
            ZONE,
            Map.of(
                "stream.max-messages-per-micro-batch", "12",
                "stream.max-rows-per-micro-batch", "12"));
    house.createTopics(1);
    for (IngestSpec topic : house.ingests()) {
      List<String> messages =
          new ArrayList<>(STORIES.get(topic.name().substring("ods_".length())).messages());
      if (reversed) {
        Collections.reverse(messages);
      }
      TestMessages.send(
          broker,
          topic.topic(),
          messages.stream()
              .map(value -> new Timed(value, Instant.ofEpochSecond(NOON + 60).toEpochMilli()))
              .toList());
    }
    house.catchUp(house.jobs().jobs());
    house.seal(DAY, DAY);
    house.batch(house.recomputed(), DAY, DAY);

    for (IngestSpec topic : house.ingests()) {
      assertThat(house.lake().spark().table(house.lake().identifier(topic.deadLetters())).count())
          .as("%s: dead letters", topic.name())
          .isEqualTo(1);
    }
    for (JobSpec job : house.recomputed()) {
      MirrorSpec mirror = (MirrorSpec) job;
      String view = house.lake().identifier(job.output()) + "_v";
      List<Row> rows = house.lake().spark().table(view).collectAsList();
      assertThat(shown(mirror, rows))
          .as("%s: stream", job.name())
          .containsExactlyInAnyOrderElementsOf(expected(mirror));
      assertThat(house.offline(job).collectAsList())
          .as("%s: batch, all columns", job.name())
          .containsExactlyInAnyOrderElementsOf(rows);
    }
  }

  private static List<String> expected(MirrorSpec mirror) {
    if (mirror.delete() == Delete.HARD) {
      return ROWS;
    }
    List<String> rows = new ArrayList<>(ROWS.stream().map(row -> row + " false").toList());
    rows.addAll(List.of("2 b n2 true", "3 c n3 true", "9 i n9 true"));
    if (mirror.name().contains("canal")) {
      rows.add("99 x x true");
    }
    return rows;
  }

  private static List<String> shown(MirrorSpec mirror, List<Row> rows) {
    return rows.stream()
        .map(
            row ->
                row.getAs("id")
                    + " "
                    + row.getAs("name")
                    + " "
                    + row.getAs("note")
                    + (mirror.delete() == Delete.SOFT ? " " + row.getAs("is_deleted") : ""))
        .toList();
  }

  private static Path conf(Path conf) throws IOException {
    Files.createDirectories(conf.resolve("env"));
    Files.createDirectories(conf.resolve("jobs"));
    Files.writeString(
        conf.resolve("env/local.yml"),
        """
        time-zone: UTC
        catalog: { type: embedded, warehouse: w }
        checkpoints: c
        kafka: { bootstrap-servers: "one:9092" }
        spark: { spark.master: "local[2]", spark.ui.enabled: false }
        """);
    for (String log : STORIES.keySet()) {
      Files.writeString(
          conf.resolve("jobs/" + log + ".yml"),
          """
          job: ods_%1$s
          topic: %1$s
          payload: { format: %1$s-json, table: %2$s.t, key: [id] }
          columns: { id: bigint, name: string, note: string }
          output: ods.%1$s
          """
              .formatted(log, log.equals("debezium") ? "public" : "shop"));
      for (String delete : Stream.of(Delete.values()).map(d -> d.name().toLowerCase()).toList()) {
        Files.writeString(
            conf.resolve("jobs/" + log + "_" + delete + ".yml"),
            """
            job: dwd_%1$s_%2$s
            input: ods.%1$s
            delete: %2$s
            buckets: 3
            output: dwd.%1$s_%2$s
            """
                .formatted(log, delete));
      }
    }
    return conf;
  }
}
