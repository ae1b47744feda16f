package io.tidemark.compaction.plan;

import io.tidemark.compaction.health.DataFileStats;
import io.tidemark.compaction.health.ManifestStats;
import io.tidemark.compaction.health.PartitionHealth;
import io.tidemark.compaction.spec.CompactionPolicy;
import java.util.List;

/**
 * What could be rewritten of a partition, before it is cut into groups.
 *
 * @param scope which files
 * @param reasons why
 * @param files files that go
 * @param filesFewer by how many files a query opens less
 * @param bytes bytes of the data files that go
 * @param bytesFewer by how many bytes a query reads less
 */
record Work(
    Scope scope, List<Reason> reasons, long files, long filesFewer, long bytes, long bytesFewer) {

  /** What a partition that nobody writes to needs. */
  static Work whole(PartitionHealth partition, List<Reason> reasons, CompactionPolicy policy) {
    boolean all =
        reasons.stream()
            .anyMatch(
                reason ->
                    switch (reason.kind()) {
                      case DELETES, DELETE_FILES, OVERLAP -> true;
                      case SMALL_FILES, AGE, MANIFESTS -> false;
                    });
    DataFileStats data = partition.data();
    if (!all) {
      return smallFiles(Scope.SMALL_FILES, reasons, data.smallFiles(), data, policy);
    }
    long fewer = partition.filesOpened() - partition.idealFiles(policy.targetFileSize());
    boolean sorts = reasons.stream().anyMatch(reason -> reason.kind() == Reason.Kind.OVERLAP);
    // Whoever looks one value up opens the files that overlap, and one when they no longer do.
    long found = sorts ? Math.round(partition.overlap()) - 1 : 0;
    return new Work(
        Scope.ALL_FILES,
        reasons,
        partition.filesOpened(),
        Math.max(fewer, found),
        data.bytes(),
        partition.bytesRead() - partition.idealBytes());
  }

  /**
   * What a hot partition whose writers only append needs: so many of its smallest files that half
   * of what it may have is left. They count as if all small files were alike, which is more than
   * they have.
   */
  static Work ofHot(PartitionHealth partition, List<Reason> reasons, CompactionPolicy policy) {
    DataFileStats data = partition.data();
    long tooMany = data.files() - policy.hot().maxFiles() / 2;
    long smallest = Math.min(tooMany, data.smallFiles());
    return smallFiles(Scope.SMALLEST_FILES, reasons, smallest, data, policy);
  }

  static Work manifests(ManifestStats manifests, List<Reason> reasons) {
    return new Work(
        Scope.MANIFESTS,
        reasons,
        manifests.count(),
        manifests.count() - manifests.ideal(),
        manifests.bytes(),
        0);
  }

  private static Work smallFiles(
      Scope scope, List<Reason> reasons, long files, DataFileStats data, CompactionPolicy policy) {
    long bytes =
        files <= 0 ? 0 : Math.round((double) data.smallBytes() * files / data.smallFiles());
    long after = PartitionHealth.filesFor(bytes, policy.targetFileSize());
    return new Work(scope, reasons, files, files - after, bytes, 0);
  }

  /** Whether anything is gained by it. */
  boolean isWorthIt() {
    return files > 0 && (filesFewer > 0 || bytesFewer > 0);
  }
}
