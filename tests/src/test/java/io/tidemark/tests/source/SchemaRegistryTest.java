package io.tidemark.tests.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.tests.app.Topics;
import io.tidemark.tests.broker.LocalBroker;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.VerbAnswer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Avro and Protobuf whose schemas are in a registry: they change, and it goes away. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
@AnyZone
class SchemaRegistryTest {
  private static final long TIME = Instant.parse("2026-01-15T01:00:00Z").toEpochMilli();

  private static final String FIRST =
      avro(
          "{\"name\":\"grams\",\"type\":\"int\"}",
          "{\"name\":\"note\",\"type\":[\"null\",\"string\"]}");

  /** Without the note, with a depot, and with grams that hold more. */
  private static final String EVOLVED =
      avro(
          "{\"name\":\"grams\",\"type\":\"long\"}",
          "{\"name\":\"depot\",\"type\":{\"type\":\"record\",\"name\":\"depot\",\"fields\":["
              + "{\"name\":\"city\",\"type\":\"string\"}]}}");

  private static final String BROKEN = avro("{\"name\":\"grams\",\"type\":\"string\"}");

  private static final String PLACE =
      "syntax = \"proto3\"; package common; message Place { string city = 1; }";
  private static final String PROTO =
      """
      syntax = "proto3";
      import "google/protobuf/timestamp.proto";
      import "place.proto";
      message Envelope {}
      message Scan {
        string event_id = 1;
        google.protobuf.Timestamp event_time = 2;
        optional int64 grams = 3;
        common.Place depot = 4;
      }
      """;

  @TempDir private Path folder;
  private SourceProject project;
  private RegistryServer registry;
  private String scans;
  private String parcels;
  private String raw;

  private static String avro(String... fields) {
    return "{\"type\":\"record\",\"name\":\"scan\",\"fields\":["
        + "{\"name\":\"event_id\",\"type\":\"string\"},"
        + "{\"name\":\"event_time\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}},"
        + String.join(",", fields)
        + "]}";
  }

  @BeforeEach
  void declare() throws IOException {
    project = new SourceProject(folder, SourceProject.sharedBroker());
    registry = new RegistryServer(LocalBroker.freePort());
    scans = project.topic("scan");
    parcels = project.topic("parcel");
    raw = project.topic("raw");
    try (Topics topics = new Topics(project.servers())) {
      topics.create(scans, 1);
      topics.create(parcels, 1);
      topics.create(raw, 1);
    }
    Path password = Files.writeString(folder.resolve("password"), RegistryServer.PASSWORD);
    String environment = Files.readString(project.conf().resolve("env/local.yml"));
    project.with(
        "env/local.yml",
        environment.replace(
            "stream:",
            "  schema-registry: { url: \"%s\", user: %s, password: \"${file:%s}\" }\nstream:"
                .formatted(registry.url(), RegistryServer.USER, password)));
    String columns =
        """
        columns:
          grams: { type: bigint, required: true }
          note: string
          city: { type: string, path: depot.city }
        """;
    project.job("scan", scans, "payload: { format: avro }\n" + columns);
    project.job(
        "parcel",
        parcels,
        "payload: { format: protobuf }\n" + columns.replace(", required: true", ""));
    project.job(
        "raw",
        raw,
        "payload: { format: protobuf, schema: raw.proto, message: Scan }\n"
            + "columns: { city: { type: string, path: depot.city } }");
    project
        .with("jobs/raw.proto", PROTO)
        .with("jobs/place.proto", PLACE)
        .with(
            "jobs/scan.sql",
            "SELECT event_id, grams, city, source.* FROM input WHERE grams < 1000\n")
        .with(
            "jobs/clean.yml",
            "job: dwd_scan\ninput: ods.scan\nsql: scan.sql\ndedupe: { key: [event_id] }\noutput: dwd.scan\n");
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void schemasChangeAndTheRegistryGoesAway() {
    registry.register(scans + "-value", "AVRO", BROKEN);
    VerbAnswer misdeclared = project.run("run", "ods_scan", "--mode", "catchup");
    assertThat(misdeclared.exitCode()).isEqualTo(ExitCodes.REFUSED);
    assertThat(misdeclared.err())
        .contains("job ods_scan does not fit the newest schema of subject " + scans + "-value")
        .contains("column 'grams' is bigint, but 'grams' is string in the schema (record scan)")
        .contains("Nothing was read.");

    int first = registry.register(scans + "-value", "AVRO", FIRST);
    registry.register("place", "PROTOBUF", PLACE);
    int proto =
        registry.register(parcels + "-value", "PROTOBUF", PROTO, "place.proto", "place", "1");
    byte[] good =
        Framed.avro(first, FIRST, "event_id", "a1", "event_time", TIME, "grams", 7, "note", "n");
    send(scans, good);
    send(scans, SourceProject.bytes("{\"event_id\":\"json\"}"));
    send(scans, Arrays.copyOf(good, good.length - 1));
    send(scans, Arrays.copyOf(good, good.length + 1));
    send(scans, Framed.framed(999, new byte[0], new byte[] {2}));
    send(scans, Framed.framed(proto, new byte[0], new byte[] {2}));
    send(parcels, Framed.framed(proto, new byte[] {2, 2}, scan("p1", 5L, "Hefei")));
    send(parcels, Framed.framed(proto, new byte[] {2, 2}, scan("p2", null, null)));
    send(parcels, Framed.framed(proto, new byte[] {0}, scan("p3", 5L, null)));
    send(parcels, Framed.framed(proto, new byte[] {2, 8}, scan("p4", 5L, null)));
    send(raw, scan("r1", null, "Anqing"));
    send(raw, new byte[] {0x0a, 99});
    assertCaughtUp();

    assertThat(rows("SELECT event_id, event_time, city FROM ods.raw"))
        .containsExactly("[r1,2026-01-15T01:00:00Z,Anqing]");
    assertThat(rows("SELECT reason FROM ods.raw_dead_letter")).containsExactly("[MALFORMED]");
    assertThat(rows("SELECT event_id, grams, note, city FROM ods.scan"))
        .containsExactly("[a1,7,n,null]");
    assertThat(rows("SELECT reason, detail FROM ods.scan_dead_letter ORDER BY kafka_offset"))
        .containsExactly(
            "[MALFORMED,byte 0 is 0x7b, but 0 begins a message that names its schema]",
            "[MALFORMED,the Avro value is broken: claims 1 bytes where 0 are left]",
            "[MALFORMED,the Avro value is broken: 1 bytes follow the value]",
            "[UNKNOWN_SCHEMA,schema 999 is not in the registry at " + registry.url() + "]",
            "[UNKNOWN_SCHEMA,schema " + proto + " is PROTOBUF, but the job reads AVRO]");
    assertThat(rows("SELECT event_id, grams, city FROM ods.parcel ORDER BY event_id"))
        .containsExactly("[p1,5,Hefei]", "[p2,null,null]");
    assertThat(rows("SELECT reason FROM ods.parcel_dead_letter ORDER BY kafka_offset"))
        .as("an envelope has no id, and the schema has no fifth type")
        .containsExactly("[MISSING_FIELD]", "[MALFORMED]");

    int evolved = registry.register(scans + "-value", "AVRO", EVOLVED);
    int broken = registry.register(scans + "-value", "AVRO", BROKEN);
    registry.stop();
    send(scans, evolved(evolved, "a2"));
    send(scans, Framed.avro(broken, BROKEN, "event_id", "a3", "event_time", TIME, "grams", "7 g"));
    send(scans, good);
    VerbAnswer down = project.run("run", "ods_scan", "dwd_scan", "--mode", "catchup");
    assertThat(down.exitCode()).isEqualTo(ExitCodes.FAILURE);
    assertThat(down.err())
        .contains(
            "the schema registry does not take connections ("
                + registry.url()
                + "/schemas/ids/"
                + evolved)
        .contains("No message was taken or refused without it")
        .doesNotContain(RegistryServer.PASSWORD);
    assertThat(rows("SELECT count(*) FROM ods.scan")).containsExactly("[1]");
    assertThat(rows("SELECT count(*) FROM ods.scan_dead_letter")).containsExactly("[5]");

    registry.start();
    assertCaughtUp();

    assertThat(rows("SELECT event_id, grams, note, city FROM ods.scan ORDER BY kafka_offset"))
        .containsExactly("[a1,7,n,null]", "[a2,70,null,Wuhu]", "[a1,7,n,null]");
    assertThat(rows("SELECT reason, detail FROM ods.scan_dead_letter WHERE kafka_offset > 5"))
        .containsExactly("[WRONG_TYPE,field 'grams': found \"7 g\", expected bigint]");
    assertThat(rows("SELECT event_id, grams FROM dwd.scan ORDER BY event_id"))
        .containsExactly("[a1,7]", "[a2,70]");
    assertBatchIsTheSame();
  }

  private void assertBatchIsTheSame() {
    assertThat(project.run("seal", "--day", "2026-01-15").exitCode()).isZero();
    assertThat(project.run("run", "dwd_scan", "--mode", "batch", "--day", "2026-01-15").exitCode())
        .isZero();
    assertThat(rows("SELECT event_id, grams, city FROM dwd.scan.branch_offline ORDER BY event_id"))
        .isEqualTo(rows("SELECT event_id, grams, city FROM dwd.scan ORDER BY event_id"));
  }

  private void assertCaughtUp() {
    VerbAnswer answer = project.run("run", "all", "--mode", "catchup");
    assertThat(answer.exitCode()).as(answer.err()).isZero();
  }

  private static byte[] evolved(int id, String eventId) {
    Schema type = new Schema.Parser().parse(EVOLVED).getField("depot").schema();
    GenericData.Record depot = new GenericData.Record(type);
    depot.put("city", "Wuhu");
    return Framed.avro(
        id, EVOLVED, "event_id", eventId, "event_time", TIME, "grams", 70L, "depot", depot);
  }

  /** A scan as Protobuf writes it, field by field; null is not written. */
  private static byte[] scan(String id, Long grams, String city) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      out.writeString(1, id);
      out.writeTag(2, 2);
      out.writeUInt32NoTag(CodedOutputStream.computeInt64Size(1, TIME / 1000));
      out.writeInt64(1, TIME / 1000);
      if (grams != null) {
        out.writeInt64(3, grams);
      }
      if (city != null) {
        out.writeTag(4, 2);
        out.writeUInt32NoTag(CodedOutputStream.computeStringSize(1, city));
        out.writeString(1, city);
      }
      out.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void send(String topic, byte[] value) {
    project.send(new ProducerRecord<>(topic, 0, TIME, null, value));
  }

  private List<String> rows(String sql) {
    SparkSession spark = project.open().lake().spark();
    return spark.sql(sql).collectAsList().stream().map(Row::toString).toList();
  }
}
