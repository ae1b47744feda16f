package io.tidemark.compaction;

import io.tidemark.compaction.health.PartitionHealth;
import io.tidemark.compaction.health.TableHealth;
import io.tidemark.compaction.plan.DueCheck;
import io.tidemark.compaction.plan.Reason;
import io.tidemark.compaction.spec.CompactionPolicy;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** What is due of one table, and why. */
final class Verdicts {
  private final TableHealth health;
  private final DueCheck check;

  Verdicts(TableHealth health, CompactionPolicy policy, Instant now) {
    this.health = health;
    this.check = new DueCheck(policy, now);
  }

  List<Reason> of(PartitionHealth partition) {
    return check.reasons(partition);
  }

  List<Reason> ofManifests() {
    return check.reasons(health.manifests());
  }

  /** {@code null} for a partition that is due. */
  String whyNot(PartitionHealth partition) {
    return of(partition).isEmpty() ? check.whyNot(partition) : null;
  }

  /** In a line, whether it is due or not. */
  String text(PartitionHealth partition) {
    List<Reason> reasons = of(partition);
    return reasons.isEmpty()
        ? "no: " + check.whyNot(partition)
        : "due: " + reasons.stream().map(Reason::text).collect(Collectors.joining("; "));
  }

  long duePartitions() {
    return health.partitions().stream().filter(each -> !of(each).isEmpty()).count();
  }

  /** The partitions that cost their readers most: those with the most files too many. */
  List<PartitionHealth> worst(int most) {
    return health.partitions().stream()
        .sorted(
            Comparator.comparingLong(this::filesTooMany)
                .reversed()
                .thenComparing(PartitionHealth::path, Comparator.reverseOrder()))
        .limit(most)
        .toList();
  }

  private long filesTooMany(PartitionHealth partition) {
    return partition.filesOpened() - partition.idealFiles(health.targetFileSize());
  }
}
