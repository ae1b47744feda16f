package io.tidemark.compaction.plan;

import io.tidemark.catalog.TableName;
import io.tidemark.compaction.health.ColdStats;
import io.tidemark.compaction.health.DataFileStats;
import io.tidemark.compaction.health.DeleteStats;
import io.tidemark.compaction.health.ManifestStats;
import io.tidemark.compaction.health.PartitionHealth;
import io.tidemark.compaction.health.SnapshotStats;
import io.tidemark.compaction.health.TableHealth;
import io.tidemark.compaction.spec.CompactionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Tables as they may be, without any file. */
final class Shapes {
  static final Instant NOW = Instant.parse("2026-01-31T04:00:00Z");
  static final long MIB = 1 << 20;
  static final TableName TABLE = TableName.parse("dwd.event");
  static final CompactionPolicy POLICY = CompactionPolicy.defaultFor(TABLE);
  static final LocalDate DAY = LocalDate.of(2026, 1, 15);

  private Shapes() {}

  static DataFileStats files(long small, long smallBytes, long large, long largeBytes) {
    long files = small + large;
    long bytes = small * smallBytes + large * largeBytes;
    return new DataFileStats(files, bytes, files * 1000, smallBytes, small, small * smallBytes);
  }

  static DeleteStats positions(long files, long rows) {
    return new DeleteStats(files, rows, 0, 0, 0, 0, files * 1000);
  }

  /** A partition that was written last so long ago. */
  static PartitionHealth settled(LocalDate day, DataFileStats data, DeleteStats deletes) {
    return partition(day, data, deletes, null, Duration.ofHours(3), Duration.ofSeconds(10));
  }

  static PartitionHealth partition(
      LocalDate day,
      DataFileStats data,
      DeleteStats deletes,
      Double overlap,
      Duration quiet,
      Duration apart) {
    List<Instant> writes = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      writes.add(NOW.minus(quiet).minus(apart.multipliedBy(i)));
    }
    return new PartitionHealth(
        "dt=" + day, day, data, deletes, overlap, writes, writes.get(0), null);
  }

  /** The same partition with files that are not at the cold location. */
  static PartitionHealth warm(PartitionHealth partition, long files, long bytes) {
    return new PartitionHealth(
        partition.path(),
        partition.day(),
        partition.data(),
        partition.deletes(),
        partition.overlap(),
        partition.writes(),
        partition.lastWrite(),
        new ColdStats(
            partition.day().plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant(), files, bytes));
  }

  static TableHealth table(TableName name, boolean deleting, PartitionHealth... partitions) {
    return table(name, deleting, new ManifestStats(3, 0, MIB, 8 * MIB), List.of(partitions));
  }

  static TableHealth table(
      TableName name, boolean deleting, ManifestStats manifests, List<PartitionHealth> partitions) {
    return new TableHealth(
        name,
        "main",
        1L,
        NOW,
        POLICY.targetFileSize(),
        MIB,
        partitions,
        manifests,
        new SnapshotStats(10, NOW, 2, 0),
        List.of(),
        deleting);
  }

  /** A partition of any kind: settled or hot, with or without deletes, small or large files. */
  static PartitionHealth any(LocalDate day, Random random) {
    long small = random.nextInt(4) == 0 ? 0 : random.nextInt(400);
    DataFileStats data =
        files(
            small,
            1 + random.nextInt((int) (POLICY.smallBytes() - 1)),
            random.nextInt(30),
            POLICY.smallBytes() + random.nextInt((int) (100 * MIB)));
    DeleteStats deletes =
        random.nextBoolean() || data.files() == 0
            ? DeleteStats.NONE
            : positions(1 + random.nextInt(40), random.nextInt((int) data.records()));
    Double overlap = random.nextInt(3) > 0 ? null : random.nextDouble() * data.files();
    return partition(
        day,
        data,
        deletes,
        overlap,
        Duration.ofSeconds(random.nextInt(3) * 40_000L + random.nextInt(3000)),
        Duration.ofSeconds(1 + random.nextInt(4000)));
  }
}
