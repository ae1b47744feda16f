package io.tidemark.compaction.plan;

import io.tidemark.catalog.config.ByteSizes;
import io.tidemark.compaction.health.DataFileStats;
import io.tidemark.compaction.health.ManifestStats;
import io.tidemark.compaction.health.PartitionHealth;
import io.tidemark.compaction.plan.Reason.Kind;
import io.tidemark.compaction.spec.CompactionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Holds what is there against the thresholds of a policy. */
public final class DueCheck {
  private static final long AGED_SMALL_FILES = 2;

  private final CompactionPolicy policy;
  private final Instant now;

  /**
   * Checks by a policy.
   *
   * @param now by which the age of a partition counts
   */
  public DueCheck(CompactionPolicy policy, Instant now) {
    this.policy = policy;
    this.now = now;
  }

  /** Why a partition is due; empty when it is not. */
  public List<Reason> reasons(PartitionHealth partition) {
    List<Reason> reasons = new ArrayList<>();
    if (partition.data().files() == 0) {
      return reasons;
    }
    addSmallFiles(partition, reasons);
    addDeletes(partition, reasons);
    // In z-order a value of any one column is in many files, as it is meant to be.
    Double overlap = policy.zOrder().isEmpty() ? partition.overlap() : null;
    if (overlap != null && overlap >= overlapDue(partition) && partition.data().files() > 1) {
      add(
          reasons,
          Kind.OVERLAP,
          "a value of the sort column may be in %.1f files (due from %.0f)",
          overlap,
          overlapDue(partition));
    }
    if (isCold(partition) && partition.cold().warmFiles() > 0) {
      add(
          reasons,
          Kind.COLD,
          "%s %s ago (cold after %s), and %d files of %s are not at the cold location",
          partition.day() == null ? "last written" : "its day ended",
          Spans.text(Duration.between(partition.cold().since(), now)),
          Spans.text(policy.cold().after()),
          partition.cold().warmFiles(),
          ByteSizes.shown(partition.cold().warmBytes()));
    }
    return reasons;
  }

  /** Whether the files of a partition belong to the cold location, wherever they are now. */
  boolean isCold(PartitionHealth partition) {
    return partition.cold() != null
        && !partition.cold().since().plus(policy.cold().after()).isAfter(now);
  }

  /** Groups are sorted one by one: a value is in a file of each, however often that is repeated. */
  private double overlapDue(PartitionHealth partition) {
    long groups = PartitionHealth.filesFor(partition.data().bytes(), policy.groupSize());
    return Math.max(policy.due().overlap(), 2.0 * groups);
  }

  private void addSmallFiles(PartitionHealth partition, List<Reason> reasons) {
    DataFileStats data = partition.data();
    if (data.smallFiles() <= smallFilesAfter(data)) {
      return;
    }
    if (data.smallFiles() >= policy.due().smallFiles()) {
      add(
          reasons,
          Kind.SMALL_FILES,
          "%d small files (due from %d)",
          data.smallFiles(),
          policy.due().smallFiles());
    } else if (data.smallFiles() >= AGED_SMALL_FILES && isAged(partition)) {
      add(
          reasons,
          Kind.AGE,
          "%d small files, and nothing was written for %s (due after %s)",
          data.smallFiles(),
          Spans.text(Duration.between(partition.lastWrite(), now)),
          Spans.text(policy.due().age()));
    }
  }

  private void addDeletes(PartitionHealth partition, List<Reason> reasons) {
    long rows = partition.deletes().rows();
    if (rows > 0 && partition.deletedShare() >= policy.due().deletes()) {
      add(
          reasons,
          Kind.DELETES,
          "%.1f%% of the rows are deleted (due from %.1f%%)",
          partition.deletedShare() * 100,
          policy.due().deletes() * 100);
    }
    if (partition.deletes().files() >= policy.due().deleteFiles()) {
      add(
          reasons,
          Kind.DELETE_FILES,
          "%d delete files (due from %d)",
          partition.deletes().files(),
          policy.due().deleteFiles());
    }
  }

  /** Why a table's manifests are due; empty when they are not. */
  public List<Reason> reasons(ManifestStats manifests) {
    List<Reason> reasons = new ArrayList<>();
    // A rewrite that leaves most of them would be due again at once.
    boolean helps = manifests.ideal() * 2 <= manifests.count();
    if (manifests.count() >= policy.due().manifests() && helps) {
      add(
          reasons,
          Kind.MANIFESTS,
          "%d manifests (due from %d)",
          manifests.count(),
          policy.due().manifests());
    }
    return reasons;
  }

  /** What a partition has that is not enough to be due, for a person. */
  public String whyNot(PartitionHealth partition) {
    DataFileStats data = partition.data();
    if (data.files() == 0) {
      return "no data file";
    }
    if (data.smallFiles() > 1 && data.smallFiles() <= smallFilesAfter(data)) {
      return "%d small files, which would not become fewer".formatted(data.smallFiles());
    }
    return "%d small files (due from %d), %d delete files (due from %d)"
        .formatted(
            data.smallFiles(),
            policy.due().smallFiles(),
            partition.deletes().files(),
            policy.due().deleteFiles());
  }

  private long smallFilesAfter(DataFileStats data) {
    return PartitionHealth.filesFor(data.smallBytes(), policy.targetFileSize());
  }

  private boolean isAged(PartitionHealth partition) {
    return !partition.lastWrite().plus(policy.due().age()).isAfter(now);
  }

  private static void add(List<Reason> reasons, Kind kind, String text, Object... values) {
    reasons.add(new Reason(kind, String.format(Locale.ROOT, text, values)));
  }
}
