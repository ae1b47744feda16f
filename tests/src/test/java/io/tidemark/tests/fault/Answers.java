package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.SameRows;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What must hold of a lakehouse whatever its drivers went through. */
final class Answers {
  private Answers() {}

  /** Seals and recomputes both days; then no row of any job may be on one side alone. */
  static void assertMainEqualsBatch(LocalLakehouse house, String why) {
    assertMainEqualsBatch(house, FaultProject.LAST_DAY, why);
  }

  /** The same where messages belong to more days. */
  static void assertMainEqualsBatch(LocalLakehouse house, LocalDate lastDay, String why) {
    house.seal(FaultProject.FIRST_DAY, lastDay);
    house.batch(house.recomputed(), FaultProject.FIRST_DAY, lastDay);
    for (JobSpec job : house.recomputed()) {
      SameRows.assertSame(job.name() + ", " + why, house.main(job), house.offline(job));
    }
  }

  /**
   * Every message of a topic up to the position in the table is one row or one dead letter, after
   * every commit of ODS.
   *
   * @return commits that were looked at
   */
  static int assertEveryCutBalances(LocalLakehouse house, IngestSpec job) {
    Table ods = house.lake().load(job.output());
    Table deadLetters = house.lake().load(job.deadLetters());
    if (job.payload().isChangeLog()) {
      return assertEveryCutOfChangesBalances(house, job);
    }
    Map<Integer, List<Long>> rows = offsets(house.main(job));
    Map<Integer, List<Long>> dead =
        offsets(house.lake().spark().table(house.lake().identifier(job.deadLetters())));
    assertEachOnce(position(job, ods, ods.currentSnapshot()), rows, dead);

    int looked = 0;
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(ods)) {
      KafkaOffsets read = position(job, ods, snapshot);
      long letters = upTo(read, dead);
      assertThat(total(snapshot) + letters)
          .as("%s: rows and dead letters at offsets %s", job.name(), read.toJson())
          .isEqualTo(read.total());
      assertThat(totalAsOf(deadLetters, snapshot.timestampMillis()))
          .as("%s: dead letters there when offsets %s were reached", job.name(), read.toJson())
          .isGreaterThanOrEqualTo(letters);
      looked++;
    }
    return looked;
  }

  /**
   * The same for a change log, in which a message may have several rows or rightly none: every
   * message is one with rows, a dead letter, or was ignored.
   */
  private static int assertEveryCutOfChangesBalances(LocalLakehouse house, IngestSpec job) {
    Table ods = house.lake().load(job.output());
    Map<Integer, List<Long>> rows = offsets(house.main(job));
    Map<Integer, List<Long>> dead =
        offsets(house.lake().spark().table(house.lake().identifier(job.deadLetters())));
    Map<Integer, List<Long>> messages = new HashMap<>();
    rows.forEach((partition, all) -> messages.put(partition, all.stream().distinct().toList()));
    int looked = 0;
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(ods)) {
      KafkaOffsets read = position(job, ods, snapshot);
      long ignored = 0;
      for (Snapshot before : SnapshotUtil.ancestorsOf(snapshot.snapshotId(), ods::snapshot)) {
        ignored += Long.parseLong(before.summary().getOrDefault("tidemark.ignored", "0"));
      }
      assertThat(total(snapshot))
          .as("%s: rows at %s are those of the messages up to there", job.name(), read.toJson())
          .isEqualTo(upTo(read, rows));
      assertThat(upTo(read, messages) + upTo(read, dead) + ignored)
          .as("%s: messages with rows, dead and ignored at %s", job.name(), read.toJson())
          .isEqualTo(read.total());
      looked++;
    }
    return looked;
  }

  /** How many offsets lie before a position. */
  private static long upTo(KafkaOffsets read, Map<Integer, List<Long>> offsets) {
    return read.next().entrySet().stream()
        .mapToLong(
            partition ->
                offsets.getOrDefault(partition.getKey(), List.of()).stream()
                    .filter(offset -> offset < partition.getValue())
                    .count())
        .sum();
  }

  private static void assertEachOnce(
      KafkaOffsets read, Map<Integer, List<Long>> rows, Map<Integer, List<Long>> dead) {
    read.next()
        .forEach(
            (partition, next) -> {
              Set<Long> seen = new HashSet<>();
              for (Map<Integer, List<Long>> kind : List.of(rows, dead)) {
                for (long offset : kind.getOrDefault(partition, List.of())) {
                  assertThat(seen.add(offset))
                      .as("offset %d of partition %d is there once", offset, partition)
                      .isTrue();
                  assertThat(offset).isLessThan(next);
                }
              }
              assertThat((long) seen.size()).as("messages of %d", partition).isEqualTo(next);
            });
  }

  private static Map<Integer, List<Long>> offsets(Dataset<Row> rows) {
    Map<Integer, List<Long>> offsets = new HashMap<>();
    for (Row row : rows.select(SystemColumns.PARTITION, SystemColumns.OFFSET).collectAsList()) {
      offsets.computeIfAbsent(row.getInt(0), p -> new ArrayList<>()).add(row.getLong(1));
    }
    return offsets;
  }

  private static KafkaOffsets position(IngestSpec job, Table ods, Snapshot snapshot) {
    return TableState.asOf(ods, snapshot.snapshotId())
        .marker(job.name())
        .map(Marker::position)
        .map(text -> KafkaOffsets.parse(job.topic(), text))
        .orElse(new KafkaOffsets(job.topic(), new TreeMap<>()));
  }

  private static long totalAsOf(Table table, long millis) {
    Snapshot first = SnapshotUtil.oldestAncestor(table);
    return first == null || first.timestampMillis() > millis
        ? 0
        : total(table.snapshot(SnapshotUtil.snapshotIdAsOfTime(table, millis)));
  }

  private static long total(Snapshot snapshot) {
    return Long.parseLong(snapshot.summary().get(SnapshotSummary.TOTAL_RECORDS_PROP));
  }
}
