package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.spec.PayloadSpec.Format;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a job may say of Avro and Protobuf, and schemas that stand beside it. */
class PayloadSchemaTest {
  private static final String AVSC =
      """
      {"type": "record", "name": "event", "fields": [
        {"name": "event_id", "type": "string"},
        {"name": "event_time", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "seconds", "type": ["null", "int"]},
        {"name": "source", "type": {"type": "record", "name": "source", "fields": [
          {"name": "channel", "type": ["null", "string"]},
          {"name": "tags", "type": {"type": "array", "items": "string"}}]}}]}
      """;
  private static final String PROTO =
      """
      syntax = "proto3";
      import "parts/source.proto";
      import "google/protobuf/timestamp.proto";
      message Event {
        string event_id = 1;
        google.protobuf.Timestamp event_time = 2;
        int64 seconds = 3;
        Source source = 4;
      }
      """;
  private static final String SOURCE =
      "syntax = \"proto3\"; message Source { string channel = 1; }\n";

  @TempDir Path root;

  private Project project(String payload) {
    return new Project(root)
        .with("jobs/event.avsc", AVSC)
        .with("jobs/event.proto", PROTO)
        .with("jobs/parts/source.proto", SOURCE)
        .with("jobs/a_ods.yml", Project.INGEST + "payload: " + payload + "\n");
  }

  private static IngestSpec ingest(Project project) {
    return (IngestSpec) project.read().jobs().job("ods_event");
  }

  @Test
  void schemasAreReadWithWhatTheyImport() {
    PayloadSpec avro = ingest(project("{ format: avro, schema: event.avsc }")).payload();
    assertThat(avro.format()).isEqualTo(Format.AVRO);
    assertThat(avro.schema().text()).isEqualTo(AVSC);
    assertThat(avro.needsRegistry()).isFalse();
    assertThat(avro.isChangeLog()).isFalse();

    SchemaFile proto =
        ingest(project("{ format: protobuf, schema: event.proto }")).payload().schema();
    assertThat(proto.message()).isEqualTo("Event");
    assertThat(proto.texts())
        .containsOnlyKeys("event.proto", "parts/source.proto")
        .containsEntry("parts/source.proto", SOURCE);

    assertThat(ingest(project("{ format: avro }")).payload().needsRegistry()).isTrue();
    assertThat(ingest(project("{ format: avro, time-zone: Asia/Shanghai }")).payload().timeZone())
        .hasToString("Asia/Shanghai");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          { format: avro, schema: evnt.avsc }  | payload.schema: 'evnt.avsc' does not exist; write the file beside this one
          { format: avro, schema: ../e.avsc }  | payload.schema: '../e.avsc' is not the name of a schema file beside this one; write a name that ends with .avsc or .proto
          { format: avro, schema: event.proto } | payload.schema: 'event.proto' does not end with .avsc, as its format does
          { format: avro, schema: event.avsc, message: Event } | payload.message: 'Event' goes with 'format: protobuf'; remove it
          { format: json, schema: event.avsc } | payload.schema: 'event.avsc' goes with 'format: avro' or 'protobuf'; remove it
          { format: protobuf, message: Event } | payload.message: 'Event' goes with a schema; messages that name their schema say their type themselves: remove it
          { format: protobuf, schema: event.proto, message: Evnt } | payload.message: 'Evnt' is no message type of the schema; did you mean 'Event'?
          { format: avro, key: [event_id] }    | payload.key goes with a change log; remove it, or write 'format: debezium-json', say
          { format: protobuf, time-zone: UTC } | payload.time-zone: 'UTC' goes with a change log; remove it, or write 'format: debezium-json', say
          """)
  void isRefused(String payload, String problem) {
    assertThat(project(payload).problems())
        .containsExactly("conf/jobs/a_ods.yml > line 10: " + problem);
  }

  @Test
  void schemasThatCannotBeReadAreRefused() {
    Project avro = project("{ format: avro, schema: event.avsc }").with("jobs/event.avsc", "{");
    assertThat(avro.problems())
        .singleElement()
        .asString()
        .startsWith(
            "conf/jobs/a_ods.yml > line 10: payload.schema: 'event.avsc' is no Avro schema: ");
    assertThat(avro.with("jobs/event.avsc", "\"string\"").problems())
        .containsExactly(
            "conf/jobs/a_ods.yml > line 10: payload.schema: 'event.avsc' is no record, but string");

    Project proto = project("{ format: protobuf, schema: event.proto }");
    assertThat(proto.with("jobs/event.proto", "message {").problems())
        .singleElement()
        .asString()
        .contains("'event.proto' is no Protobuf schema: Syntax error in event.proto");
    assertThat(proto.with("jobs/event.proto", PROTO + "message Other {}\n").problems())
        .containsExactly(
            "conf/jobs/a_ods.yml > line 10: payload.schema: 'event.proto' has 2 message types;"
                + " choose one with 'message: NAME' (Event, Other)");
    assertThat(proto.with("jobs/event.proto", PROTO).without("jobs/parts/source.proto").problems())
        .singleElement()
        .asString()
        .contains("\"Source\" is not defined");
  }

  @Test
  void columnsThatNoMessageCanFillAreRefused_allOfThem() {
    String columns =
        """
        columns:
          event_id: { type: bigint, required: true }
          event_time: { type: timestamp, required: true }
          seconds: boolean
          channel: { type: string, path: source.chanel }
          tags: { type: string, path: source.tags }
          source: string
          device: { type: int, from: header.device }
        """;
    String job = Project.INGEST.replaceAll("(?s)columns:.*event-time", columns + "event-time");
    assertThat(
            project("{ format: avro, schema: event.avsc }")
                .with("jobs/a_ods.yml", job + "payload: { format: avro, schema: event.avsc }\n")
                .problems())
        .containsExactly(
            "conf/jobs/a_ods.yml > line 4: columns.event_id is bigint, but 'event_id' is string in"
                + " the schema (record event), which does not fit",
            "conf/jobs/a_ods.yml > line 6: columns.seconds is boolean, but 'seconds' is int in the"
                + " schema (record event), which does not fit",
            "conf/jobs/a_ods.yml > line 7: columns.channel is read from 'source.chanel', which the"
                + " schema (record event) does not have; correct its 'path'",
            "conf/jobs/a_ods.yml > line 8: columns.tags is string, but 'source.tags' is an array in"
                + " the schema (record event), which does not fit",
            "conf/jobs/a_ods.yml > line 9: columns.source is string, but 'source' is record source"
                + " in the schema (record event), which does not fit");
  }

  @Test
  void theFingerprintFollowsTheSchema() {
    Project project = project("{ format: protobuf, schema: event.proto }");
    String before = SpecHash.of(ingest(project));
    assertThat(SpecHash.of(ingest(project("{ format: avro, schema: event.avsc }"))))
        .isNotEqualTo(before);
    assertThat(SpecHash.of(ingest(project("{ format: json }")))).isNotEqualTo(before);
    project("{ format: protobuf, schema: event.proto }");
    assertThat(SpecHash.of(ingest(project))).isEqualTo(before);
    project.with("jobs/parts/source.proto", SOURCE.replace("channel = 1", "channel = 2"));
    assertThat(SpecHash.of(ingest(project))).isNotEqualTo(before);
  }

  @Test
  void aSchemaStandsBesideTheTemplateThatNamesIt() {
    Project project =
        project("{ format: json }")
            .with(
                "jobs/templates/event.yml",
                "template: event\npayload: { format: avro, schema: t.avsc }\n")
            .with("jobs/templates/t.avsc", AVSC)
            .with("jobs/a_ods.yml", Project.INGEST + "extends: event\n");
    assertThat(ingest(project).payload().schema().name()).isEqualTo("t.avsc");
  }
}
