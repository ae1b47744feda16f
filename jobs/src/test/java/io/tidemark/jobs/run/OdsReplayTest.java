package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.InputRange;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.run.DeadLetterRepair.Choice;
import io.tidemark.jobs.run.OdsReplay.Day;
import io.tidemark.jobs.run.OdsReplay.Difference;
import io.tidemark.jobs.run.OdsReplay.Order;
import io.tidemark.jobs.run.OdsReplay.Window;
import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.source.OffsetParts;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.Project;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of ODS are made anew from a topic that is held in memory. */
@Tag("any-zone")
class OdsReplayTest {
  private static final LocalDate DAY = LocalDate.of(2026, 3, 14);
  private static final Window ALL = Window.of(new Range(DAY, DAY), ZoneOffset.UTC);
  private static final Order ORDER =
      new Order("by hand", "me", Instant.parse("2026-03-15T02:00:00Z"));
  private static final String JOB =
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
  private static final String ROWS =
      "SELECT kafka_partition, kafka_offset, event_id, place, dt, ingest_batch FROM ods.event ORDER BY 1, 2";
  private static final String LETTERS =
      "SELECT kafka_partition, kafka_offset, repaired_at IS NOT NULL FROM ods.event_dead_letter ORDER BY 1, 2";

  @TempDir Path root;
  private MessageLake test;
  private final List<Row> sent = new ArrayList<>();

  /** Rows at 0:0, 0:1, 0:2, 1:0, 0:4; 0:3 is no JSON, 1:1 has no place. */
  private IngestSpec started() {
    test = new MessageLake(root, project -> release(project, JOB));
    IngestSpec job = test.ingest("ods_event");
    ingest(job, message(job, 0, "a", "p"), message(job, 0, "b", "p"), message(job, 0, "c", "p"));
    ingest(job, text(job, 0, "no JSON"), message(job, 1, "d", "p"), message(job, 0, "e", "p"));
    ingest(job, text(job, 1, event("f", "'x':1", MessageLake.TIME)));
    return job;
  }

  private void declare(String declaration) {
    test.declare(project -> release(project, declaration));
  }

  private static Project release(Project project, String job) {
    return project
        .with("jobs/a_ods.yml", job)
        .with("jobs/event.sql", "SELECT event_id, place, source.* FROM input")
        .with(
            "jobs/c_dws.yml",
            "job: dws_event_1d\ninput: dwd.event\nwindow: 1 day\nlateness: unlimited\nmetrics: { pv: { count: \"*\" } }\noutput: dws.event_1d\n");
  }

  private Row message(IngestSpec job, int partition, String id, String place) {
    return text(job, partition, event(id, "'place':'%s'".formatted(place), MessageLake.TIME));
  }

  private Row text(IngestSpec job, int partition, String value) {
    Row message = test.message(job, partition, value);
    sent.add(message);
    return message;
  }

  private void ingest(IngestSpec job, Row... messages) {
    test.ingest(job, messages);
  }

  private static String event(String id, String more, Instant time) {
    return "{'event_id':'%s','event_time':%d,%s}"
        .formatted(id, time.toEpochMilli(), more)
        .replace('\'', '"');
  }

  private OdsReplay replay(IngestSpec job, MicroBatchListener listener) {
    return replay(job, message -> true, listener);
  }

  private OdsReplay replay(IngestSpec job, Predicate<Row> kept, MicroBatchListener listener) {
    return new OdsReplay(
        test.lake,
        test.jobs,
        test.tables,
        job,
        new Memory(sent.stream().filter(kept).toList()),
        listener);
  }

  /** What brokers have of the messages that were sent. */
  private final class Memory implements ReplaySource {
    private final List<Row> messages;

    Memory(List<Row> messages) {
      this.messages = messages;
    }

    @Override
    public Optional<String> topicId() {
      return Optional.empty();
    }

    @Override
    public KafkaOffsets earliest() {
      return first(message -> true);
    }

    @Override
    public KafkaOffsets at(Instant time) {
      return first(message -> !message.<Instant>getAs(5).isBefore(time));
    }

    private KafkaOffsets first(Predicate<Row> wanted) {
      SortedMap<Integer, Long> next = new TreeMap<>();
      for (Row message : messages) {
        next.merge(message.getInt(3), message.getLong(4) + 1, Math::max);
      }
      for (int i = messages.size() - 1; i >= 0; i--) {
        Row message = messages.get(i);
        if (wanted.test(message)) {
          next.merge(message.getInt(3), message.getLong(4), Math::min);
        }
      }
      return new KafkaOffsets("event", next);
    }

    @Override
    public Optional<Instant> oldest(int partition) {
      return messages.stream()
          .filter(message -> message.getInt(3) == partition)
          .map(message -> message.<Instant>getAs(5))
          .min(Instant::compareTo);
    }

    @Override
    public Dataset<Row> read(OffsetParts parts) {
      return test.lake
          .spark()
          .createDataFrame(messages, MessageLake.MESSAGE)
          .withColumn("headers", lit(null).cast("array<struct<key: string, value: binary>>"));
    }
  }

  private static Day day(LocalDate day, long rows, long come, long change, long go) {
    return new Day(day, rows, come, change, go);
  }

  @Test
  void lostChangedAndDoubledRowsAreAsTheyWereReceived() {
    IngestSpec job = started();
    List<String> before = test.rows(ROWS);
    assertThat(replay(job, MicroBatchListener.SILENT).show(ALL).isNothing()).isTrue();
    Table ods = test.lake.load(job.output());
    Seals.seal(ods, new Range(DAY, DAY));
    test.lake.spark().sql("DELETE FROM ods.event WHERE event_id = 'b'");
    test.lake.spark().sql("UPDATE ods.event SET place = 'q' WHERE event_id = 'd'");
    test.lake.spark().sql("INSERT INTO ods.event SELECT * FROM ods.event WHERE event_id = 'e'");

    OdsReplay replay = replay(job, MicroBatchListener.SILENT);
    Difference shown = replay.show(ALL);

    assertThat(shown.messages()).isEqualTo(7);
    assertThat(shown.days()).containsExactly(day(DAY, 5, 1, 1, 1));
    assertThat(shown.newLetters() + shown.goneLetters() + shown.unknown()).isZero();
    assertThat(test.rows(ROWS)).isNotEqualTo(before);
    assertThat(replay.publish(ALL, ORDER)).isEqualTo(shown);
    assertThat(test.rows(ROWS)).isEqualTo(before);
    ods.refresh();
    assertThat(ods.currentSnapshot().operation()).isEqualTo("overwrite");
    assertThat(ods.currentSnapshot().summary().get(OdsReplay.PROPERTY))
        .contains("\"reason\":\"by hand\"", "\"by\":\"me\"");
    assertThat(test.rows("SELECT event_id FROM ods.event WHERE pending"))
        .as("what comes behind the cut")
        .containsExactly("[b]");
    long head = ods.currentSnapshot().snapshotId();
    assertThat(replay.publish(ALL, ORDER).isNothing()).isTrue();
    ods.refresh();
    assertThat(ods.currentSnapshot().snapshotId()).isEqualTo(head);
    assertThat(InputRange.after(ods, null, 1).map(InputRange::to))
        .as("a stream that begins now reads the rows that were replaced")
        .contains(head);
    assertThat(Seals.sealAgain(ods, new Range(DAY, DAY))).containsExactly(new Range(DAY, DAY));
    assertThat(Seals.sealAgain(ods, new Range(DAY, DAY))).isEmpty();
  }

  @Test
  void aTableThatLostEverythingIsFilledByACommitThatStreamsPass() {
    IngestSpec job = started();
    List<String> before = test.rows(ROWS);
    Table ods = test.lake.load(job.output());
    Seals.seal(ods, new Range(DAY, DAY));
    test.lake.spark().sql("DELETE FROM ods.event");

    replay(job, MicroBatchListener.SILENT).publish(ALL, ORDER);

    assertThat(test.rows(ROWS)).as("with their numbers, by the cut").isEqualTo(before);
    ods.refresh();
    assertThat(ods.currentSnapshot().operation()).isEqualTo("overwrite");
  }

  @Test
  void aMistakenDeclarationIsMended() {
    IngestSpec job = started();
    test.repair(job, MicroBatchListener.SILENT).repair(Choice.ALL, "me", ORDER.at());
    LocalDate other = DAY.minusDays(3);
    ingest(
        job,
        text(
            job,
            0,
            event(
                "g",
                "'place':'p','sent':%d"
                    .formatted(MessageLake.TIME.minusSeconds(3 * 86_400).toEpochMilli()),
                MessageLake.TIME)));
    declare(JOB.replace("place: { type: string, required: true }", "place: string"));
    IngestSpec mended = test.ingest("ods_event");

    Difference found = replay(mended, MicroBatchListener.SILENT).publish(ALL, ORDER);

    assertThat(found.days()).containsExactly(day(DAY, 6, 1, 0, 0));
    assertThat(found.goneLetters()).isEqualTo(1);
    assertThat(test.rows(LETTERS)).containsExactly("[0,3,false]", "[1,1,true]");
    assertThat(test.rows("SELECT event_id FROM ods.event ORDER BY 1"))
        .containsExactly("[a]", "[b]", "[c]", "[d]", "[e]", "[f]", "[g]");
    assertThat(test.repair(mended, MicroBatchListener.SILENT).dryRun(Choice.ALL).repaired())
        .isZero();

    declare(
        JOB.replace("place: { type: string, required: true }", "place: string")
            .replace("event_id: string", "event_id: { type: string, required: true }")
            .replace(
                "event_time: { type: timestamp, required: true }",
                "event_time: { type: timestamp, path: sent, required: true }"));
    IngestSpec stricter = test.ingest("ods_event");
    Difference strict = replay(stricter, MicroBatchListener.SILENT).publish(ALL, ORDER);
    assertThat(strict.days())
        .as("one has a time of another day, the others none")
        .containsExactly(day(other, 0, 1, 0, 0), day(DAY, 7, 0, 0, 7));
    assertThat(strict.newLetters()).isEqualTo(6);
    assertThat(test.rows(LETTERS))
        .as("the repaired one is no repaired one any more")
        .containsExactly(
            "[0,0,false]",
            "[0,1,false]",
            "[0,2,false]",
            "[0,3,false]",
            "[0,4,false]",
            "[1,0,false]",
            "[1,1,false]");
    assertThat(test.rows("SELECT event_id, dt FROM ods.event"))
        .containsExactly("[g," + other + "]");
  }

  @Test
  void oneThatIsKilledAnywhereIsRunAgain() {
    IngestSpec job = started();
    List<String> before = test.rows(ROWS);
    test.lake.spark().sql("DELETE FROM ods.event WHERE kafka_partition = 0");
    test.lake.spark().sql("DELETE FROM ods.event_dead_letter WHERE kafka_partition = 0");
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
      if (phase == Phase.FINISHED) {
        test.lake.spark().sql("DELETE FROM ods.event WHERE event_id = 'c'");
      }
      assertThatThrownBy(() -> replay(job, killer).publish(ALL, ORDER))
          .hasMessage("killed at " + phase);
      boolean committed = phase.compareTo(Phase.COMMITTED) >= 0;
      assertThat(test.rows("SELECT DISTINCT kafka_partition, kafka_offset FROM ods.event"))
          .as("at %s", phase)
          .hasSize(committed ? 5 : 1);
    }

    replay(job, MicroBatchListener.SILENT).publish(ALL, ORDER);

    assertThat(test.rows(ROWS)).hasSameSizeAs(before);
    assertThat(test.rows(LETTERS)).containsExactly("[0,3,false]", "[1,1,false]");
    assertThat(replay(job, MicroBatchListener.SILENT).show(ALL).isNothing()).isTrue();
  }

  @Test
  void theJobAndAnotherReplayMayComeInBetween() {
    IngestSpec job = started();
    test.lake.spark().sql("DELETE FROM ods.event WHERE event_id IN ('a', 'd')");
    List<String> phases = new ArrayList<>();
    MicroBatchListener meanwhile =
        new MicroBatchListener() {
          @Override
          public void reached(String name, long attempt, Phase at) {
            phases.add(at + " " + attempt);
            if (at == Phase.FILES_WRITTEN && attempt == 0) {
              ingest(job, message(job, 0, "g", "p"));
            }
          }
        };

    replay(job, meanwhile).publish(ALL, ORDER);

    assertThat(phases)
        .as("what the job appends is no reason to look again")
        .containsExactly("STARTED 0", "FILES_WRITTEN 0", "COMMITTED 0", "FINISHED 0");
    assertThat(test.rows("SELECT event_id FROM ods.event ORDER BY 1"))
        .containsExactly("[a]", "[b]", "[c]", "[d]", "[e]", "[g]");

    test.lake.spark().sql("DELETE FROM ods.event WHERE event_id IN ('a', 'd')");
    phases.clear();
    MicroBatchListener another =
        new MicroBatchListener() {
          @Override
          public void reached(String name, long attempt, Phase at) {
            phases.add(at + " " + attempt);
            if (at == Phase.FILES_WRITTEN && attempt == 0) {
              replay(job, SILENT).publish(ALL, ORDER);
            }
          }
        };
    replay(job, another).publish(ALL, ORDER);
    assertThat(phases).containsExactly("STARTED 0", "FILES_WRITTEN 0", "STARTED 1");
    assertThat(test.rows("SELECT event_id FROM ods.event ORDER BY 1"))
        .containsExactly("[a]", "[b]", "[c]", "[d]", "[e]", "[g]");
  }

  @Test
  void whatKafkaNoLongerHasIsRefusedOrStays() {
    IngestSpec job = started();
    test.lake.spark().sql("DELETE FROM ods.event WHERE event_id = 'a'");
    List<String> damaged = test.rows(ROWS);

    assertThatThrownBy(
            () ->
                replay(
                        job,
                        message -> message.getInt(3) != 0 || message.getLong(4) > 1,
                        MicroBatchListener.SILENT)
                    .publish(ALL, ORDER))
        .isInstanceOf(ReplayRefusedException.class)
        .hasMessageContaining("partition 0 lacks 1 to 1");
    assertThat(test.rows(ROWS)).isEqualTo(damaged);

    Difference found =
        replay(
                job,
                message -> message.getInt(3) != 0 || message.getLong(4) != 1,
                MicroBatchListener.SILENT)
            .publish(ALL, ORDER);
    assertThat(found.unknown()).as("a topic that is compacted").isEqualTo(1);
    assertThat(test.rows("SELECT event_id FROM ods.event ORDER BY 1"))
        .containsExactly("[a]", "[b]", "[c]", "[d]", "[e]");
  }
}
