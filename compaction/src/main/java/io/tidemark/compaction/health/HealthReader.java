package io.tidemark.compaction.health;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.table.PartitionTerm;
import io.tidemark.compaction.retain.plan.Place;
import io.tidemark.compaction.spec.CompactionPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.Pair;
import org.apache.iceberg.util.PartitionMap;
import org.apache.iceberg.util.PropertyUtil;

/**
 * Reads how the files of a table are: every manifest of one snapshot once, file by file, and no
 * data. Memory grows with partitions, not with files.
 */
public final class HealthReader {
  private static final List<String> COLUMNS =
      List.of(
          "content", "file_path", "file_format", "partition", "record_count", "file_size_in_bytes");
  private static final List<String> BOUNDS = List.of("lower_bounds", "upper_bounds");
  private static final List<String> VECTORS = List.of("content_offset", "content_size_in_bytes");

  private final Table table;
  private final CompactionPolicy policy;
  private final Optional<SortColumn> sort;

  /** Nothing where files stay where they are. */
  private final Optional<Place> coldFolder;

  private final PartitionMap<PartitionTally> partitions;
  private final SizeHistogram sizes = new SizeHistogram();

  private HealthReader(Table table, CompactionPolicy policy) {
    this.table = table;
    this.policy = policy;
    this.sort = SortColumn.of(table);
    this.coldFolder =
        Optional.ofNullable(policy.cold())
            .map(cold -> Place.of(cold.folderOf(policy.table(), table.uuid())));
    this.partitions = PartitionMap.create(table.specs());
  }

  /**
   * Reads a branch.
   *
   * @param table the table, just loaded
   * @param policy of the table; its sizes say which files are small
   * @throws NoSuchBranchException when the table has no such branch
   */
  public static TableHealth read(Table table, String branch, CompactionPolicy policy) {
    return new HealthReader(table, policy).read(branch);
  }

  private TableHealth read(String branch) {
    Optional<Snapshot> head = head(branch);
    List<ManifestFile> manifests =
        head.map(snapshot -> snapshot.allManifests(table.io())).orElse(List.of());
    List<TrendPoint> trend = List.of();
    boolean deleting = false;
    if (head.isPresent()) {
      CommitLog log = new CommitLog(table, head.get());
      manifests.forEach(manifest -> read(manifest, log));
      trend = log.trend();
      deleting = log.isDeleting();
    }
    return new TableHealth(
        policy.table(),
        branch,
        head.map(Snapshot::snapshotId).orElse(null),
        head.map(snapshot -> Instant.ofEpochMilli(snapshot.timestampMillis())).orElse(null),
        policy.targetFileSize(),
        sizes.median(),
        inOrder(),
        stats(manifests),
        snapshots(),
        trend,
        deleting);
  }

  private Optional<Snapshot> head(String branch) {
    SnapshotRef ref = table.refs().get(branch);
    if (ref == null && branch.equals(SnapshotRef.MAIN_BRANCH)) {
      return Optional.empty();
    }
    if (ref == null || !ref.isBranch()) {
      throw new NoSuchBranchException(policy.table(), branch, branches());
    }
    return Optional.of(table.snapshot(ref.snapshotId()));
  }

  private List<String> branches() {
    return table.refs().entrySet().stream()
        .filter(ref -> ref.getValue().isBranch())
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  private void read(ManifestFile manifest, CommitLog log) {
    switch (manifest.content()) {
      case DATA -> readData(manifest, log);
      case DELETES -> readDeletes(manifest, log);
    }
  }

  private void readData(ManifestFile manifest, CommitLog log) {
    List<String> columns = new ArrayList<>(COLUMNS);
    sort.ifPresent(column -> columns.addAll(BOUNDS));
    try (CloseableIterable<DataFile> files =
        ManifestFiles.read(manifest, table.io(), table.specs()).select(columns)) {
      for (DataFile file : files) {
        sizes.add(file.fileSizeInBytes());
        PartitionTally tally = tally(file.specId(), file.partition(), log);
        sort.ifPresentOrElse(column -> tally.add(file, column), () -> tally.add(file));
        if (coldFolder.isPresent()
            && !Place.of(file.location()).isWithin(coldFolder.get())) {
          tally.addWarm(file);
        }
      }
    } catch (IOException e) {
      throw unreadable(manifest, e);
    }
  }

  private void readDeletes(ManifestFile manifest, CommitLog log) {
    List<String> columns = new ArrayList<>(COLUMNS);
    columns.addAll(VECTORS);
    try (CloseableIterable<DeleteFile> files =
        ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs()).select(columns)) {
      for (DeleteFile file : files) {
        tally(file.specId(), file.partition(), log).add(file);
      }
    } catch (IOException e) {
      throw unreadable(manifest, e);
    }
  }

  private UncheckedIOException unreadable(ManifestFile manifest, IOException cause) {
    return new UncheckedIOException(
        "cannot read manifest " + manifest.path() + " of " + policy.table(), cause);
  }

  private PartitionTally tally(int spec, StructLike partition, CommitLog log) {
    return partitions.computeIfAbsent(
        spec, partition, () -> new PartitionTally(log, policy.smallBytes()));
  }

  private List<PartitionHealth> inOrder() {
    List<PartitionHealth> all = new ArrayList<>();
    ZoneId zone = coldFolder.isPresent() ? zone() : null;
    for (Map.Entry<Pair<Integer, StructLike>, PartitionTally> entry : partitions.entrySet()) {
      PartitionSpec spec = table.specs().get(entry.getKey().first());
      StructLike partition = entry.getKey().second();
      all.add(
          entry.getValue().health(spec.partitionToPath(partition), dayOf(spec, partition), zone));
    }
    all.sort(Comparator.comparing(PartitionHealth::path));
    return all;
  }

  /** Of whose days the table's are; of UTC's where it does not say. */
  private ZoneId zone() {
    String zone = table.properties().get(Lakehouse.TIME_ZONE);
    return zone == null ? ZoneOffset.UTC : ZoneId.of(zone);
  }

  private static LocalDate dayOf(PartitionSpec spec, StructLike partition) {
    for (int i = 0; i < spec.fields().size(); i++) {
      PartitionField field = spec.fields().get(i);
      boolean isDay =
          field.transform().isIdentity()
              && field.name().equals(PartitionTerm.DT.column())
              && spec.partitionType().fields().get(i).type().equals(Types.DateType.get());
      Integer day = isDay ? partition.get(i, Integer.class) : null;
      if (day != null) {
        return LocalDate.ofEpochDay(day);
      }
    }
    return null;
  }

  private ManifestStats stats(List<ManifestFile> manifests) {
    long target =
        PropertyUtil.propertyAsLong(
            table.properties(),
            TableProperties.MANIFEST_TARGET_SIZE_BYTES,
            TableProperties.MANIFEST_TARGET_SIZE_BYTES_DEFAULT);
    long ofData = manifests.stream().filter(each -> each.content() == ManifestContent.DATA).count();
    return new ManifestStats(
        ofData,
        manifests.size() - ofData,
        manifests.stream().mapToLong(ManifestFile::length).sum(),
        target);
  }

  private SnapshotStats snapshots() {
    List<Snapshot> all = StreamSupport.stream(table.snapshots().spliterator(), false).toList();
    long branches = table.refs().values().stream().filter(SnapshotRef::isBranch).count();
    return new SnapshotStats(
        all.size(),
        all.stream()
            .map(snapshot -> Instant.ofEpochMilli(snapshot.timestampMillis()))
            .min(Comparator.naturalOrder())
            .orElse(null),
        branches,
        table.refs().size() - branches);
  }
}
