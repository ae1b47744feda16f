package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrokenMirrorTest {
  private static final String CHANGES =
      """
      job: ods_item_change
      topic: item
      payload: { format: debezium-json, key: [id] }
      columns:
        id: bigint
        name: string
      output: ods.item_change
      """;
  private static final String MIRROR =
      """
      job: dwd_item
      input: ods.item_change
      delete: hard
      output: dwd.item
      """;

  @TempDir Path root;

  private Project project(String changes, String mirror) {
    return new Project(root).with("jobs/d_changes.yml", changes).with("jobs/e_mirror.yml", mirror);
  }

  @Test
  void everyKeyIsRead() {
    String all =
        CHANGES
            .replace(
                "payload: { format: debezium-json, key: [id] }",
                "payload: { format: canal-json, table: shop.item, key: [id], decimals: string,"
                    + " time-zone: Asia/Shanghai, position: [id, gtid.number] }\n"
                    + "event-time: { not-before: 2020-01-01 }")
            .replace("name: string", "name: { type: string, path: FULL NAME }");
    JobCatalog jobs = project(all, MIRROR.replace("hard", "soft\nbuckets: 4")).read().jobs();

    IngestSpec changes = (IngestSpec) jobs.job("ods_item_change");
    assertThat(changes.payload())
        .isEqualTo(
            new PayloadSpec(
                PayloadSpec.Format.CANAL_JSON,
                "shop.item",
                List.of("id"),
                PayloadSpec.Decimals.STRING,
                ZoneId.of("Asia/Shanghai"),
                List.of("id", "gtid.number")));
    assertThat(changes.columns().get(1).path()).isEqualTo("FULL NAME");
    assertThat(changes.eventTime().column()).isEqualTo("event_time");
    MirrorSpec mirror = (MirrorSpec) jobs.job("dwd_item");
    assertThat(mirror.delete()).isEqualTo(MirrorSpec.Delete.SOFT);
    assertThat(mirror.buckets()).isEqualTo(4);
    assertThat(mirror.kind()).isEqualTo("mirror");
    assertThat(jobs.inputs(mirror)).containsExactly(changes);
  }

  @Test
  void whatChangesTheAnswerChangesTheHash() {
    JobCatalog jobs = project(CHANGES, MIRROR).read().jobs();
    String mirror = SpecHash.of(jobs.job("dwd_item"));
    String changes = SpecHash.of(jobs.job("ods_item_change"));
    jobs =
        project(CHANGES.replace("[id]", "[id, name]"), MIRROR.replace("hard", "soft"))
            .read()
            .jobs();
    assertThat(SpecHash.of(jobs.job("dwd_item"))).isNotEqualTo(mirror);
    assertThat(SpecHash.of(jobs.job("ods_item_change"))).isNotEqualTo(changes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          debezium-json | debezium | line 3: payload.format: 'debezium' is not one of json, debezium-json, canal-json, maxwell-json, json-schema, avro, protobuf
          , key: [id] | `` | line 3: payload.key is missing; name the columns of the source table's primary key, 'key: [id]' say, or write 'key: []' when nothing tells its rows apart
          key: [id] | key: [di] | line 3: payload.key: 'di' is not a declared column; did you mean 'id'?
          key: [id] | key: [id, id] | line 3: payload.key: 'id' is named twice; name it once
          key: [id] | keys: [id] | line 3: payload.keys is not a key; did you mean 'key'?
          key: [id] | key: [id], position: [a, b, c, d] | line 3: payload.position has more than three parts; name the three that order changes
          name: string | name: { type: string, required: true } | line 6: columns.name is required, but a change may leave out what it did not change; remove 'required' (the columns of the key always are)
          name: string | name: { type: string, path: a.b } | line 6: columns.name has a path with a dot, but a row of a change log has no fields inside fields; write the name of the source's column
          name: string | log_offset: bigint | line 6: columns.log_offset has the name of a column that Tidemark adds; choose another name and say which column of the source it is with 'path: log_offset'
          name: string | event_time: timestamp | line 6: columns.event_time has the name of a column that Tidemark adds; choose another name and say which column of the source it is with 'path: event_time'
          output: | `event-time: { column: name }\\noutput:` | line 7: event-time.column: 'name' is no timestamp; name the column that says when the row came about, or remove the key: then a change happened when it was committed
          """)
  void aChangeLogIsRefused(String written, String instead, String problem) {
    String broken = CHANGES.replace(written, instead.replace("\\n", "\n"));
    assertThat(broken).isNotEqualTo(CHANGES);
    assertThat(problems(project(broken, MIRROR), "d_changes.yml")).isEqualTo(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          delete: hard | delete: no | line 3: delete: 'no' is not one of hard, soft
          delete: hard | `delete: hard\\nbuckets: 0` | line 4: buckets: '0' is not a whole number from 1; write digits only, such as 500000
          delete: hard | `delete: hard\\nbuckets: 20000` | file has 20000 buckets; use 1 to 10000
          delete: hard | `delete: hard\\nkey: [id]` | line 4: key is not a key; the keys here are job, extends, description, owner, freshness, alerts, input, delete, buckets, output
          ods.item_change | ods.event | line 2: input: 'ods.event' is no change log; a mirror reads the table of an ingest job with 'payload: { format: debezium-json }', canal-json or maxwell-json
          """)
  void aMirrorIsRefused(String written, String instead, String problem) {
    String broken = MIRROR.replace(written, instead.replace("\\n", "\n"));
    assertThat(broken).isNotEqualTo(MIRROR);
    assertThat(problems(project(CHANGES, broken), "e_mirror.yml")).isEqualTo(problem);
  }

  @Test
  void withoutAKeyThereAreChangesAndNoMirror() {
    String keyless = CHANGES.replace("[id]", "[]");
    assertThat(new Project(root).with("jobs/d_changes.yml", keyless).problems()).isEmpty();
    assertThat(problems(project(keyless, MIRROR), "e_mirror.yml"))
        .contains("input: 'ods.item_change' is the change log of a table without a key");
  }

  @Test
  void aPlainPayloadHasNoKeysOfAChangeLog() {
    String plain =
        Project.INGEST.replace("topic: event", "topic: event\npayload: { key: [event_id] }");
    assertThat(problems(new Project(root).with("jobs/a_ods.yml", plain), "a_ods.yml"))
        .isEqualTo(
            "line 3: payload.key goes with a change log; remove it, or write 'format:"
                + " debezium-json', say");
  }

  @Test
  void aPlainPayloadNeedsAnEventTime() {
    String without = Project.INGEST.replace("event-time: { column: event_time }\n", "");
    assertThat(problems(new Project(root).with("jobs/a_ods.yml", without), "a_ods.yml"))
        .contains("event-time does not say the column; write 'event-time: { column: NAME }'");
  }

  @Test
  void noJobReadsAMirror() {
    Project project = project(CHANGES, MIRROR).transform("dwd.item", "dwd.item_clean");
    assertThat(project.problems())
        .containsExactly(
            "conf/jobs/dwd_item_clean.yml > line 2: input: 'dwd.item' is a mirror, whose table"
                + " holds changes and no rows to read; read ods.item_change instead");
  }

  private static String problems(Project project, String file) {
    return String.join(
        "; ",
        project.problems().stream()
            .filter(problem -> problem.startsWith("conf/jobs/" + file + " > "))
            .map(problem -> problem.substring(("conf/jobs/" + file + " > ").length()))
            .toList());
  }
}
