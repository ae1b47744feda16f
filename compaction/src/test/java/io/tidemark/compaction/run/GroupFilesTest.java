package io.tidemark.compaction.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.compaction.plan.Group;
import io.tidemark.compaction.plan.Reason;
import io.tidemark.compaction.plan.Reason.Kind;
import io.tidemark.compaction.plan.Rewrite;
import io.tidemark.compaction.plan.Scope;
import io.tidemark.compaction.spec.CompactionPolicy;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which files of a partition a rewrite takes, and which delete files it may drop. */
@Tag("any-zone")
class GroupFilesTest {
  private static final TableName NAME = TableName.parse("dwd.event");
  private static final CompactionPolicy POLICY = CompactionPolicy.defaultFor(NAME);
  private static final LocalDate DAY = LocalDate.of(2026, 1, 15);
  private static final String PARTITION = "dt=" + DAY;
  private static final long MIB = 1 << 20;
  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "dt", Types.DateType.get()));
  private static final PartitionSpec BY_DAY =
      PartitionSpec.builderFor(SCHEMA).identity("dt").build();

  private final Table table = create(BY_DAY);
  private int files;

  @Test
  void aSmallFileThatLacksNothingIsNotRewrittenByItself() {
    append(data(DAY, MIB), data(DAY, POLICY.targetFileSize()));

    assertThat(groups(Scope.ALL_FILES, Kind.DELETE_FILES, 1)).isEmpty();
    assertThat(groups(Scope.ALL_FILES, Kind.OVERLAP, 1)).hasSize(1);

    append(data(DAY, MIB));

    assertThat(groups(Scope.ALL_FILES, Kind.DELETE_FILES, 1))
        .singleElement()
        .satisfies(group -> assertThat(group).hasSize(2));
  }

  @Test
  void aFileWithDeletesIsRewrittenByItself() {
    append(data(DAY, POLICY.targetFileSize()));
    table.newRowDelta().addDeletes(positions(DAY)).commit();

    assertThat(groups(Scope.ALL_FILES, Kind.DELETES, 1))
        .singleElement()
        .satisfies(group -> assertThat(group).hasSize(1));
  }

  @Test
  void filesCountByTheTimeThatTheyTakeAndNotByTheirBytesAlone() {
    DataFile[] tiny = new DataFile[1000];
    for (int i = 0; i < tiny.length; i++) {
      tiny[i] = data(DAY, 10 << 10);
    }
    append(tiny);
    append(data(DAY, POLICY.smallBytes() - 1));

    // A thousand of them have 10 MiB, and take as long as 320 MiB.
    assertThat(groups(Scope.SMALL_FILES, Kind.SMALL_FILES, 2))
        .hasSize(2)
        .allSatisfy(group -> assertThat(group).hasSizeBetween(150, 850));
  }

  /** Smallest first, whatever a budget left unsorted would never have its turn. */
  @Test
  void whatIsSortedBeginsWithTheOldestFiles() {
    DataFile unsorted = data(DAY, 200 * MIB);
    append(unsorted);
    append(data(DAY, 100 * MIB));

    assertThat(groups(Scope.ALL_FILES, Kind.OVERLAP, 2).get(0))
        .singleElement()
        .satisfies(task -> assertThat(task.file().location()).isEqualTo(unsorted.location()));
  }

  /** As whoever is killed between the last group and the drop leaves them. */
  @Test
  void deletesThatNoFileOfThePartitionNeedsAreFound() {
    DataFile before = data(DAY, MIB);
    append(before, data(DAY.plusDays(1), MIB));
    DeleteFile left = positions(DAY);
    table
        .newRowDelta()
        .addDeletes(left)
        .addDeletes(equality(DAY))
        .addDeletes(positions(DAY.plusDays(1)))
        .commit();

    assertThat(unused()).as("what the file needs").isEmpty();

    rewritten(before);

    assertThat(unused()).hasSize(2).contains(left.location());
  }

  /** Deletes by value of a table that had no partitions once hold for all of them. */
  @Test
  void deletesByValueOfAnotherPartitioningAreNobodysToDrop() {
    DataFile before = data(DAY, MIB);
    append(before);
    DeleteFile left = positions(DAY);
    table.newRowDelta().addDeletes(left).addDeletes(equality(DAY)).commit();
    rewritten(before);

    table.updateSpec().addField("id").commit();

    assertThat(unused()).containsExactly(left.location());
  }

  /** Iceberg's rule would drop those without a partition while files of partitions need them. */
  @Test
  void deletesByValueWithoutAPartitionMayHoldForFilesOfPartitions() {
    Table whole = create(PartitionSpec.unpartitioned());
    assertThat(DeletesByValue.mayBeOfAnyPartition(whole)).isFalse();
    whole.updateSpec().addField("dt").commit();
    assertThat(DeletesByValue.mayBeOfAnyPartition(whole)).isTrue();

    assertThat(DeletesByValue.mayBeOfAnyPartition(table)).isFalse();
    table.updateSpec().addField("id").commit();
    assertThat(DeletesByValue.mayBeOfAnyPartition(table)).isFalse();
  }

  @Test
  void filesOfAnOlderPartitioningAreWrittenAnewUnlessRowsOfThemAreDeletedByValue() {
    append(data(DAY, MIB));
    table.updateSpec().addField("id").commit();
    assertThat(DeletesByValue.meetOlderFiles(table, there())).isFalse();

    table.newRowDelta().addDeletes(positions(DAY)).commit();
    assertThat(DeletesByValue.meetOlderFiles(table, there())).isFalse();
    table.newRowDelta().addDeletes(equality(DAY)).commit();
    assertThat(DeletesByValue.meetOlderFiles(table, there())).isTrue();
  }

  private List<List<FileScanTask>> groups(Scope scope, Kind why, int groups) {
    Rewrite rewrite =
        new Rewrite(
            NAME,
            PARTITION,
            DAY,
            scope,
            List.of(new Reason(why, "as planned")),
            List.of(new Group(1, 2, 1, MIB, 0, 1)),
            groups,
            false);
    GroupFiles chosen = GroupFiles.of(rewrite, there(), POLICY, task -> false);
    List<List<FileScanTask>> found = new ArrayList<>();
    for (List<FileScanTask> next = chosen.next(); !next.isEmpty(); next = chosen.next()) {
      found.add(next);
    }
    return found;
  }

  private List<String> unused() {
    return there().unusedDeletes(table, PARTITION).stream().map(DeleteFile::location).toList();
  }

  private PartitionFiles there() {
    table.refresh();
    return PartitionFiles.of(table, PARTITION, DAY);
  }

  private static Table create(PartitionSpec spec) {
    InMemoryCatalog catalog = new InMemoryCatalog();
    catalog.initialize("memory", Map.of());
    catalog.createNamespace(Namespace.of("dwd"));
    return catalog
        .buildTable(TableIdentifier.of("dwd", "event"), SCHEMA)
        .withPartitionSpec(spec)
        .withProperty(TableProperties.FORMAT_VERSION, "2")
        .create();
  }

  private void append(DataFile... added) {
    var append = table.newAppend();
    for (DataFile file : added) {
      append.appendFile(file);
    }
    append.commit();
  }

  /** A file without its deletes, as whoever rewrites it from the snapshot of now commits it. */
  private void rewritten(DataFile before) {
    table
        .newRewrite()
        .validateFromSnapshot(table.currentSnapshot().snapshotId())
        .deleteFile(before)
        .addFile(data(DAY, MIB))
        .commit();
  }

  private DataFile data(LocalDate day, long bytes) {
    return DataFiles.builder(BY_DAY)
        .withPath("/data/" + files++ + ".parquet")
        .withPartitionPath("dt=" + day)
        .withFileSizeInBytes(bytes)
        .withRecordCount(100)
        .build();
  }

  private DeleteFile positions(LocalDate day) {
    return deletes(day).ofPositionDeletes().build();
  }

  private DeleteFile equality(LocalDate day) {
    return deletes(day).ofEqualityDeletes(1).build();
  }

  private FileMetadata.Builder deletes(LocalDate day) {
    return FileMetadata.deleteFileBuilder(BY_DAY)
        .withPath("/deletes/" + files++ + ".parquet")
        .withFormat(FileFormat.PARQUET)
        .withPartitionPath("dt=" + day)
        .withFileSizeInBytes(1000)
        .withRecordCount(1);
  }
}
