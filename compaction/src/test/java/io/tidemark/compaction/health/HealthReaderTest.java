package io.tidemark.compaction.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tidemark.catalog.TableName;
import io.tidemark.compaction.spec.CompactionPolicy;
import io.tidemark.compaction.spec.CompactionPolicy.Cold;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

class HealthReaderTest {
  private static final TableName NAME = TableName.parse("dwd.event");
  private static final CompactionPolicy POLICY = CompactionPolicy.defaultFor(NAME);
  private static final long MIB = 1 << 20;
  private static final LocalDate DAY = LocalDate.of(2026, 1, 15);
  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "dt", Types.DateType.get()));
  private static final PartitionSpec BY_DAY =
      PartitionSpec.builderFor(SCHEMA).identity("dt").build();

  private final Table table = create(BY_DAY, SortOrder.unsorted());
  private int files;

  @Test
  void aTableThatNobodyHasWrittenHasNothing() {
    TableHealth health = read(table, "main");

    assertThat(health.snapshot()).isNull();
    assertThat(health.partitions()).isEmpty();
    assertThat(health.fileAmplification()).isEqualTo(1);
    assertThat(health.byteAmplification()).isEqualTo(1);
  }

  @Test
  void filesAreAddedUpByPartition() {
    append(
        file(DAY, MIB), file(DAY, 3 * MIB), file(DAY, 300 * MIB), file(DAY.plusDays(1), 2 * MIB));
    append(file(DAY, 2 * MIB));

    TableHealth health = read(table, "main");

    PartitionHealth first = health.partitions().get(0);
    assertThat(health.partitions()).hasSize(2);
    assertThat(first.path()).isEqualTo("dt=2026-01-15");
    assertThat(first.day()).isEqualTo(DAY);
    assertThat(first.data().files()).isEqualTo(4);
    assertThat(first.data().bytes()).isEqualTo(306 * MIB);
    assertThat(first.data().records()).isEqualTo(400);
    assertThat(first.data().averageBytes()).isEqualTo(306 * MIB / 4);
    assertThat(first.data().smallFiles()).isEqualTo(3);
    assertThat(first.data().smallBytes()).isEqualTo(6 * MIB);
    assertThat((double) first.data().medianBytes()).isCloseTo(2 * MIB, within(0.1 * 2 * MIB));
    assertThat(first.idealFiles(POLICY.targetFileSize())).isEqualTo(2);
    assertThat(health.idealFiles()).isEqualTo(3);
    assertThat(health.fileAmplification()).isCloseTo(5 / 3.0, within(1e-9));
    assertThat(health.manifests().data()).isEqualTo(2);
    assertThat(health.snapshots().count()).isEqualTo(2);
    assertThat(health.trend()).extracting(TrendPoint::dataFiles).containsExactly(4L, 5L);
  }

  @Test
  void deletesAreToldApart() {
    DataFile data = file(DAY, 100 * MIB);
    append(data);
    RowDelta delta = table.newRowDelta();
    delta.addDeletes(deletes(DAY, 10, 5, false));
    delta.addDeletes(deletes(DAY, 20, 7, true));
    delta.commit();

    TableHealth health = read(table, "main");

    assertThat(health.partitions().get(0).deletes())
        .isEqualTo(new DeleteStats(1, 5, 1, 7, 0, 0, 30));
    assertThat(health.partitions().get(0).deletedShare()).isCloseTo(0.12, within(1e-9));
    assertThat(health.partitions().get(0).idealBytes()).isEqualTo(88 * MIB);
    assertThat(health.manifests().deletes()).isEqualTo(1);
    assertThat(health.deleting()).isTrue();
  }

  @Test
  void whoWroteLastIsKnownFromTheCommitsThatPutFilesThere() {
    DataFile old = file(DAY, MIB);
    append(old);
    Instant first = head();
    append(file(DAY.plusDays(1), MIB));
    Instant second = head();
    append(file(DAY, MIB));
    Instant third = head();
    table.newRewrite().rewriteFiles(Set.of(old), Set.of(file(DAY, MIB))).commit();

    TableHealth health = read(table, "main");

    assertThat(health.partitions().get(0).writes()).containsExactly(third);
    assertThat(health.partitions().get(0).lastWrite()).isEqualTo(third);
    assertThat(health.partitions().get(1).writes()).containsExactly(second);
    assertThat(first).isBeforeOrEqualTo(third);
    assertThat(health.deleting()).isFalse();
  }

  @Test
  void aPartitionOfWhichOnlyRewrittenFilesAreLeftWasWrittenBeforeTheRewrite() {
    DataFile old = file(DAY, MIB);
    append(old);
    table.newRewrite().rewriteFiles(Set.of(old), Set.of(file(DAY, MIB))).commit();

    PartitionHealth partition = read(table, "main").partitions().get(0);

    assertThat(partition.writes()).isEmpty();
    assertThat(partition.lastWrite()).isEqualTo(head());
  }

  @Test
  void filesOfExpiredCommitsCountAsWrittenWhenTheOldestIsLeft() {
    append(file(DAY, MIB));
    append(file(DAY.plusDays(1), MIB));
    Instant left = head();
    table.expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();

    assertThat(read(table, "main").partitions())
        .extracting(PartitionHealth::lastWrite)
        .containsExactly(left, left);
  }

  @Test
  void sixteenWritesAreKeptAtMost() {
    for (int i = 0; i < 20; i++) {
      append(file(DAY, MIB));
    }

    List<Instant> writes = read(table, "main").partitions().get(0).writes();

    assertThat(writes).hasSizeLessThanOrEqualTo(16).isSortedAccordingTo((a, b) -> b.compareTo(a));
    assertThat(writes.get(0)).isEqualTo(head());
  }

  @Test
  void aBranchIsLookedAtAlone() {
    append(file(DAY, MIB));
    table.manageSnapshots().createBranch("offline").commit();
    table.newAppend().appendFile(file(DAY, MIB)).toBranch("offline").commit();

    assertThat(read(table, "main").total(partition -> partition.data().files())).isEqualTo(1);
    assertThat(read(table, "offline").total(partition -> partition.data().files())).isEqualTo(2);
    assertThat(read(table, "offline").snapshots().branches()).isEqualTo(2);
    assertThatThrownBy(() -> read(table, "ofline"))
        .isInstanceOf(NoSuchBranchException.class)
        .hasMessage("table dwd.event has no branch 'ofline'; it has: main, offline");
  }

  @Test
  void filesOfAnEarlierPartitioningAreAPartitionOfTheirOwn() {
    append(file(DAY, MIB));
    table.updateSpec().removeField("dt").commit();
    DataFile whole =
        DataFiles.builder(table.spec())
            .withPath("/whole.parquet")
            .withFileSizeInBytes(MIB)
            .withRecordCount(100)
            .build();
    append(whole);

    assertThat(read(table, "main").partitions())
        .extracting(PartitionHealth::day)
        .contains(DAY)
        .hasSize(2);
  }

  @Test
  void overlapIsInHowManyFilesAValueMayBe() {
    Table sorted = create(BY_DAY, SortOrder.builderFor(SCHEMA).asc("id").build());
    AppendFiles append = sorted.newAppend();
    // Side by side on the first day; each over the whole range on the second.
    for (long i = 0; i < 10; i++) {
      append.appendFile(file(DAY, MIB, i * 100, i * 100 + 99));
      append.appendFile(file(DAY.plusDays(1), MIB, 0, 1000));
    }
    append.appendFile(file(DAY.plusDays(2), MIB));
    append.commit();

    List<PartitionHealth> partitions = read(sorted, "main").partitions();

    assertThat(partitions.get(0).overlap()).isCloseTo(990 / 999.0, within(1e-9));
    assertThat(partitions.get(1).overlap()).isEqualTo(10);
    assertThat(partitions.get(2).overlap()).isNull();
  }

  @Test
  void filesThatAreNotAtTheColdLocationAreCounted() {
    table.updateProperties().set("tidemark.time-zone", "Asia/Shanghai").commit();
    CompactionPolicy policy = cold("file:/cold");
    String folder = policy.cold().folderOf(NAME, table.uuid());
    append(file(DAY, MIB), at(folder.replace("file:/", "/") + "/x.parquet", 2 * MIB));
    append(at(folder + "s/x.parquet", 4 * MIB), at("/cold/dwd/event/x.parquet", 8 * MIB));

    TableHealth health = HealthReader.read(table, "main", policy);

    PartitionHealth partition = health.partitions().get(0);
    Instant end = Instant.parse("2026-01-15T16:00:00Z");
    assertThat(partition.cold()).isEqualTo(new ColdStats(end, 3, 13 * MIB));
    assertThat(partition.coldBytes()).isEqualTo(2 * MIB);
    assertThat(health.coldBytes()).isEqualTo(2 * MIB);
    assertThat(read(table, "main").partitions().get(0).cold()).isNull();
    assertThat(read(table, "main").coldBytes()).isNull();
  }

  @Test
  void aPartitionWithoutADayAgesFromItsLastWrite() {
    table.updateSpec().removeField("dt").commit();
    append(
        DataFiles.builder(table.spec())
            .withPath("/whole.parquet")
            .withFileSizeInBytes(MIB)
            .withRecordCount(100)
            .build());

    TableHealth health = HealthReader.read(table, "main", cold("/cold"));

    assertThat(health.partitions().get(0).cold()).isEqualTo(new ColdStats(head(), 1, MIB));
  }

  private static CompactionPolicy cold(String location) {
    return new CompactionPolicy(
        NAME,
        POLICY.targetFileSize(),
        POLICY.smallFile(),
        POLICY.groupSize(),
        POLICY.due(),
        POLICY.hot(),
        POLICY.budget(),
        POLICY.rate(),
        POLICY.lease(),
        POLICY.zOrder(),
        POLICY.maintenance(),
        new Cold(Duration.ofDays(90), location, 12, MIB, 512 * MIB));
  }

  private static DataFile at(String path, long bytes) {
    return DataFiles.builder(BY_DAY)
        .withPath(path)
        .withPartitionPath("dt=" + DAY)
        .withFileSizeInBytes(bytes)
        .withRecordCount(100)
        .build();
  }

  @Test
  void aMedianIsWithinATenthWhateverTheSizes() {
    Random random = new Random(3);
    for (int round = 0; round < 200; round++) {
      long[] sizes =
          LongStream.range(0, 1 + random.nextInt(300))
              .map(i -> 1 + (random.nextLong() >>> 1 + random.nextInt(62)))
              .sorted()
              .toArray();
      SizeHistogram histogram = new SizeHistogram();
      LongStream.of(sizes).forEach(histogram::add);
      long exact = sizes[(sizes.length - 1) / 2];
      assertThat((double) histogram.median()).isCloseTo(exact, within(Math.max(1, 0.1 * exact)));
    }
  }

  @Test
  void recentWritesAreTheNewestWhateverTheirOrder() {
    Random random = new Random(5);
    for (int round = 0; round < 200; round++) {
      RecentWrites recent = new RecentWrites();
      List<Long> all = new ArrayList<>();
      for (int i = 0; i < random.nextInt(60); i++) {
        long sequence = 1 + random.nextInt(40);
        all.add(sequence);
        recent.add(sequence);
      }
      assertThat(recent.newestFirst())
          .containsExactly(
              all.stream()
                  .distinct()
                  .sorted((a, b) -> Long.compare(b, a))
                  .limit(RecentWrites.MOST)
                  .mapToLong(Long::longValue)
                  .toArray());
    }
  }

  private static Table create(PartitionSpec spec, SortOrder order) {
    InMemoryCatalog catalog = new InMemoryCatalog();
    catalog.initialize("memory", Map.of());
    catalog.createNamespace(Namespace.of("dwd"));
    return catalog
        .buildTable(TableIdentifier.of("dwd", "event"), SCHEMA)
        .withPartitionSpec(spec)
        .withSortOrder(order)
        .create();
  }

  private static TableHealth read(Table table, String branch) {
    table.refresh();
    return HealthReader.read(table, branch, POLICY);
  }

  private void append(DataFile... added) {
    AppendFiles append = table.newAppend();
    for (DataFile file : added) {
      append.appendFile(file);
    }
    append.commit();
  }

  private Instant head() {
    Snapshot head = table.currentSnapshot();
    return Instant.ofEpochMilli(head.timestampMillis());
  }

  private DataFile file(LocalDate day, long bytes) {
    return builder(day, bytes).withRecordCount(100).build();
  }

  private DataFile file(LocalDate day, long bytes, long least, long most) {
    return builder(day, bytes)
        .withMetrics(
            new Metrics(
                100L, null, null, null, null, Map.of(1, bound(least)), Map.of(1, bound(most))))
        .build();
  }

  private DataFiles.Builder builder(LocalDate day, long bytes) {
    return DataFiles.builder(BY_DAY)
        .withPath("/data/" + files++ + ".parquet")
        .withPartitionPath("dt=" + day)
        .withFileSizeInBytes(bytes);
  }

  private static ByteBuffer bound(long value) {
    return Conversions.toByteBuffer(Types.LongType.get(), value);
  }

  private DeleteFile deletes(LocalDate day, long bytes, long rows, boolean equality) {
    FileMetadata.Builder builder =
        FileMetadata.deleteFileBuilder(BY_DAY)
            .withPath("/deletes/" + files++ + ".parquet")
            .withFormat(FileFormat.PARQUET)
            .withPartitionPath("dt=" + day)
            .withFileSizeInBytes(bytes)
            .withRecordCount(rows);
    return (equality ? builder.ofEqualityDeletes(1) : builder.ofPositionDeletes()).build();
  }
}
