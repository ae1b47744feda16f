package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.run.DeadLetterRepair.Choice;
import io.tidemark.jobs.run.DeadLetterRepair.Result;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.Project;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Letters are read again by another declaration than the one that refused them. */
@Tag("any-zone")
class DeadLetterRepairTest {
  private static final LocalDate DAY = LocalDate.of(2026, 3, 14);
  private static final Instant AT = Instant.parse("2026-03-15T02:00:00Z");
  private static final String BAD_RELEASE =
      """
      job: ods_event
      topic: event
      columns:
        event_id: string
        event_time: { type: timestamp, required: true }
        place: { type: string, required: true }
      event-time: { column: event_time }
      output: ods.event
      """;
  private static final String PLACES =
      "SELECT kafka_partition, kafka_offset FROM ods.event ORDER BY 1, 2";
  private static final String LETTERS =
      "SELECT kafka_partition, kafka_offset, reason, repaired_at IS NOT NULL FROM ods.event_dead_letter ORDER BY 1, 2";

  @TempDir Path root;
  private MessageLake test;

  /** Offsets 0 and 3 are rows; 1, 4 and 5 have no place; 2 is no JSON. */
  private IngestSpec lettersOfABadRelease() {
    test = new MessageLake(root, project -> release(project, BAD_RELEASE));
    IngestSpec job = test.ingest("ods_event");
    test.ingest(
        job,
        test.message(job, 0, event("a", "'place':'p'")),
        test.message(job, 0, event("b", "'x':1")),
        test.message(job, 0, "no JSON"));
    test.ingest(
        job,
        test.message(job, 0, event("b", "'place':'later'")),
        test.message(job, 1, event("c", "'x':1")),
        test.message(job, 0, event("d", "'x':1")));
    test.catchUp(test.jobs.job("dwd_event"));
    test.declare(
        project ->
            release(project, BAD_RELEASE.replace("type: string, required: true", "type: string")));
    return test.ingest("ods_event");
  }

  private static Project release(Project project, String job) {
    return project
        .with("jobs/a_ods.yml", job)
        .with("jobs/event.sql", "SELECT event_id, place, source.* FROM input")
        .with(
            "jobs/c_dws.yml",
            "job: dws_event_1d\ninput: dwd.event\nwindow: 1 day\nlateness: unlimited\nmetrics: { pv: { count: \"*\" } }\noutput: dws.event_1d\n");
  }

  private static String event(String id, String more) {
    return "{'event_id':'%s','event_time':%d,%s}"
        .formatted(id, MessageLake.TIME.toEpochMilli(), more)
        .replace('\'', '"');
  }

  @Test
  void whatCanBeReadNowIsAppendedOnceBehindEverything() {
    IngestSpec job = lettersOfABadRelease();
    Table ods = test.lake.load(job.output());
    Marker before = marker(job);
    DeadLetterRepair repair = test.repair(job, MicroBatchListener.SILENT);

    Result planned = repair.dryRun(Choice.ALL);
    assertThat(planned).isEqualTo(new Result(4, 3, 3, 0, 0, 0, 0, Map.of("MALFORMED", 1L)));
    assertThat(test.rows(PLACES)).containsExactly("[0,0]", "[0,3]");

    assertThat(repair.repair(new Choice(Optional.of(DAY), Optional.of("WRONG_TYPE")), "me", AT))
        .as("none has this reason")
        .isEqualTo(Result.NOTHING);
    assertThat(repair.repair(Choice.ALL, "me", AT)).isEqualTo(planned);
    assertThat(test.rows(PLACES)).containsExactly("[0,0]", "[0,1]", "[0,3]", "[0,4]", "[1,0]");
    assertThat(test.rows(LETTERS))
        .containsExactly(
            "[0,1,MISSING_FIELD,true]",
            "[0,2,MALFORMED,false]",
            "[0,4,MISSING_FIELD,true]",
            "[1,0,MISSING_FIELD,true]");
    assertThat(
            test.rows(
                "SELECT DISTINCT summary['added-records'], get_json_object(summary['tidemark.dead-letter-repair'], '$.by')"
                    + " FROM ods.event.snapshots JOIN ods.event_dead_letter ON repaired_in = snapshot_id"))
        .containsExactly("[3,me]");

    Marker after = marker(job);
    assertThat(after).isEqualTo(before.numberedOn(after.back()));
    assertThat(after.back()).isPositive();
    long head = head(ods);
    assertThat(repair.repair(Choice.ALL, "me", AT))
        .isEqualTo(new Result(1, 0, 0, 0, 0, 0, 0, Map.of("MALFORMED", 1L)));
    assertThat(head(ods)).isEqualTo(head);

    test.ingest(job, test.message(job, 0, event("e", "'place':'p'")));
    test.catchUp(test.jobs.job("dwd_event"));
    String byId = "SELECT event_id, place FROM %s ORDER BY event_id";
    List<String> streamed = test.rows(byId.formatted("dwd.event"));
    assertThat(streamed)
        .as("of b the row was received first, the letter behind it")
        .containsExactly("[a,p]", "[b,later]", "[c,null]", "[d,null]", "[e,p]");
    assertThat(test.rows("SELECT kafka_offset FROM ods.event ORDER BY ingest_batch, kafka_offset"))
        .endsWith("[1]", "[4]", "[5]");
    Seals.seal(ods, new Range(DAY, DAY));
    new BatchRun(test.lake, test.jobs, test.tables, report -> {})
        .run(test.jobs.job("dwd_event"), new Range(DAY, DAY));
    assertThat(test.rows(byId.formatted("dwd.event.branch_offline"))).isEqualTo(streamed);
  }

  @Test
  void rowsOfASealedDayArePending() {
    IngestSpec job = lettersOfABadRelease();
    Seals.seal(test.lake.load(job.output()), new Range(DAY, DAY));

    Result result = test.repair(job, MicroBatchListener.SILENT).repair(Choice.ALL, "me", AT);

    assertThat(result.pending()).isEqualTo(3);
    assertThat(test.rows("SELECT count(*) FROM ods.event WHERE pending")).containsExactly("[3]");
    test.catchUp(test.jobs.job("dwd_event"));
    assertThat(test.rows("SELECT count(*) FROM dwd.event")).containsExactly("[2]");
  }

  @Test
  void aRepairThatIsKilledAnywhereIsRunAgain() {
    IngestSpec job = lettersOfABadRelease();
    for (Phase phase :
        List.of(Phase.STARTED, Phase.FILES_WRITTEN, Phase.COMMITTED, Phase.FINISHED)) {
      MicroBatchListener killer =
          new MicroBatchListener() {
            @Override
            public void reached(String name, long attempt, Phase at) {
              if (at == phase) {
                throw new IllegalStateException("killed at " + at);
              }
            }
          };
      assertThatThrownBy(() -> test.repair(job, killer).repair(Choice.ALL, "me", AT))
          .hasMessage("killed at " + phase);
      boolean committed = phase.compareTo(Phase.COMMITTED) >= 0;
      assertThat(test.rows(PLACES)).as("at %s", phase).hasSize(committed ? 5 : 2);
    }

    test.repair(job, MicroBatchListener.SILENT).repair(Choice.ALL, "me", AT);
    assertThat(test.rows(PLACES)).hasSize(5);
    assertThat(
            test.rows(
                "SELECT count(repaired_at), count(repaired_in), count(*) FROM ods.event_dead_letter"))
        .containsExactly("[3,3,4]");
  }

  @Test
  void anotherRepairAndTheIngestMayComeInBetween() {
    IngestSpec job = lettersOfABadRelease();
    List<String> phases = new ArrayList<>();
    MicroBatchListener meanwhile =
        new MicroBatchListener() {
          @Override
          public void reached(String name, long attempt, Phase at) {
            phases.add(at + " " + attempt);
            if (at == Phase.FILES_WRITTEN && attempt == 0) {
              test.ingest(job, test.message(job, 1, event("e", "'place':'p'")));
            }
          }
        };
    Choice one = new Choice(Optional.empty(), Optional.of("MISSING_FIELD"));

    test.repair(job, meanwhile).repair(one, "me", AT);

    assertThat(phases)
        .as("the ingest gets its commit, and the repair its own")
        .containsExactly("STARTED 0", "FILES_WRITTEN 0", "COMMITTED 0", "FINISHED 0");
    assertThat(test.rows(PLACES)).hasSize(6);
    assertThat(
            test.rows(
                "SELECT event_id FROM ods.event ORDER BY ingest_batch DESC, event_id LIMIT 3"))
        .as("behind what came meanwhile")
        .containsExactly("[b]", "[c]", "[d]");
    test.ingest(job, test.message(job, 0, event("f", "'place':'p'")));
    assertThat(test.rows("SELECT event_id FROM ods.event ORDER BY ingest_batch DESC LIMIT 1"))
        .containsExactly("[f]");
  }

  @Test
  void ofTwoRepairsAtOnceOneAppends() {
    IngestSpec job = lettersOfABadRelease();
    List<Result> results = new ArrayList<>();
    MicroBatchListener another =
        new MicroBatchListener() {
          @Override
          public void reached(String name, long attempt, Phase at) {
            if (at == Phase.FILES_WRITTEN && attempt == 0) {
              results.add(test.repair(job, SILENT).repair(Choice.ALL, "another", AT));
            }
          }
        };

    results.add(test.repair(job, another).repair(Choice.ALL, "me", AT));

    assertThat(results).extracting(Result::repaired).containsExactly(3L, 0L);
    assertThat(test.rows(PLACES)).hasSize(5);
    assertThat(test.rows("SELECT count(repaired_in), count(*) FROM ods.event_dead_letter"))
        .containsExactly("[3,4]");
  }

  /** Its rows are still to come, by whatever is declared and registered then. */
  @Test
  void lettersOfAMicroBatchThatIsNotThereYetAreLeftToIt() {
    IngestSpec job = lettersOfABadRelease();
    test.declare(project -> release(project, BAD_RELEASE));
    IngestSpec bad = test.ingest("ods_event");
    var ahead = test.message(bad, 0, event("g", "'x':1"));
    test.ingest(bad, false, ahead);
    test.declare(
        project ->
            release(project, BAD_RELEASE.replace("type: string, required: true", "type: string")));

    Result result = test.repair(job, MicroBatchListener.SILENT).repair(Choice.ALL, "me", AT);

    assertThat(result.letters()).isEqualTo(4);
    assertThat(test.rows(LETTERS)).hasSize(5).contains("[0,5,MISSING_FIELD,false]");
  }

  @Test
  void messagesThatWereReadAnewAreNotAppended() {
    IngestSpec job = lettersOfABadRelease();
    test.lake.spark().sql("DROP TABLE ods.event");
    Table ods = test.tables.ensure(job);
    Commits.takeOver(ods, job.name(), "none");
    test.lake
        .spark()
        .sql(
            "INSERT INTO ods.event (event_id, kafka_topic, kafka_partition, kafka_offset, kafka_time, dt)"
                + " SELECT 'again', kafka_topic, kafka_partition, kafka_offset, kafka_time, dt FROM ods.event_dead_letter WHERE reason = 'MISSING_FIELD'");
    ods.refresh();
    Marker marker = TableState.of(ods).marker(job.name()).orElseThrow();
    Commits.move(ods, marker, "{\"event\":{\"0\":9,\"1\":9}}", 0, Map.of());

    Result result = test.repair(job, MicroBatchListener.SILENT).repair(Choice.ALL, "me", AT);

    assertThat(result).isEqualTo(new Result(4, 0, 0, 0, 0, 3, 0, Map.of("MALFORMED", 1L)));
    assertThat(test.rows(PLACES)).hasSize(3);
    assertThat(
            test.rows("SELECT count(repaired_at), count(repaired_in) FROM ods.event_dead_letter"))
        .containsExactly("[3,3]");
  }

  @Test
  void aLetterOfAChangeLogHoldsSeveralRowsOrNone() {
    String job =
        """
        job: ods_item
        topic: item
        payload: { format: canal-json, table: shop.item, key: [id], position: [log] }
        columns: { id: bigint, name: string }
        output: ods.item
        """;
    test = new MessageLake(root, project -> project.with("jobs/item.yml", job));
    IngestSpec bad = test.ingest("ods_item");
    String two = change("item", "[{'id':'1','name':'a'},{'id':'2','name':'b'}]");
    test.ingest(
        bad,
        test.message(bad, 0, two),
        test.message(bad, 0, change("order", "[{'id':'3','name':'c'}]")));
    test.declare(project -> project.with("jobs/item.yml", job.replace(", position: [log]", "")));
    IngestSpec good = test.ingest("ods_item");
    String letters =
        "SELECT kafka_offset, repaired_at IS NOT NULL, repaired_in IS NOT NULL FROM ods.item_dead_letter ORDER BY 1";
    List<String> before = test.rows(letters);

    Result result = test.repair(good, MicroBatchListener.SILENT).repair(Choice.ALL, "me", AT);

    assertThat(before).contains("[0,false,false]");
    assertThat(result.repaired()).isEqualTo(1);
    assertThat(result.rows()).isEqualTo(2);
    assertThat(test.rows("SELECT id, name, change_number, kafka_offset FROM ods.item ORDER BY id"))
        .containsExactly("[1,a,0,0]", "[2,b,1,0]");
    assertThat(test.rows(letters)).contains("[0,true,true]");
  }

  private static String change(String table, String data) {
    return "{'data':%s,'database':'shop','es':%d,'id':9,'isDdl':false,'old':null,'pkNames':['id'],'sql':'','table':'%s','ts':%2$d,'type':'INSERT'}"
        .formatted(data, MessageLake.TIME.toEpochMilli(), table)
        .replace('\'', '"');
  }

  @Test
  void aLetterThatAnotherRouteTakesByNowStaysALetter() {
    String split = BAD_RELEASE + "split: place\n";
    String route = "job: ods_pay\nextends: ods_event\nroute: [%s]\noutput: ods.pay\n";
    test =
        new MessageLake(
            root, project -> release(project, split).with("jobs/pay.yml", route.formatted("pay")));
    IngestSpec rest = test.ingest("ods_event");
    Table ods = test.tables.ensure(rest);
    Commits.takeOver(ods, rest.name(), "none", "{\"event\":{\"0\":9}}");
    insertLetter(0, event("a", "'place':'refund'"));
    insertLetter(1, event("b", "'place':'other'"));
    insertLetter(2, event("c", "'place':'pay'"));
    test.declare(
        project ->
            release(project, split.replace("split: place", "split: { by: place, otherwise: row }"))
                .with("jobs/pay.yml", route.formatted("pay, refund")));

    Result result =
        test.repair(test.ingest("ods_event"), MicroBatchListener.SILENT)
            .repair(Choice.ALL, "me", AT);

    assertThat(result).isEqualTo(new Result(3, 1, 1, 0, 0, 0, 2, Map.of()));
    assertThat(test.rows("SELECT event_id FROM ods.event")).containsExactly("[b]");
    assertThat(
            test.rows(
                "SELECT kafka_offset, repaired_in IS NOT NULL FROM ods.event_dead_letter ORDER BY 1"))
        .containsExactly("[0,false]", "[1,true]", "[2,false]");
  }

  private void insertLetter(long offset, String message) {
    test.lake
        .spark()
        .sql(
            ("INSERT INTO ods.event_dead_letter (dt, kafka_topic, kafka_partition, kafka_offset, kafka_time, message_value, reason)"
                    + " VALUES (DATE'%s', 'event', 0, %d, TIMESTAMP'%1$s 08:00:00', CAST('%s' AS BINARY), 'NO_ROUTE')")
                .formatted(DAY, offset, message));
  }

  private Marker marker(IngestSpec job) {
    return TableState.of(test.lake.load(job.output())).marker(job.name()).orElseThrow();
  }

  private static long head(Table table) {
    table.refresh();
    return table.currentSnapshot().snapshotId();
  }
}
