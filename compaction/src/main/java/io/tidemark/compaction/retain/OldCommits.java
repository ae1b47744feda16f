package io.tidemark.compaction.retain;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.compaction.retain.plan.CommitRecords;
import io.tidemark.compaction.retain.plan.SnapshotNeeds;
import io.tidemark.jobs.run.UnwrittenRecords;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * Old commits that are still the only record of something: whoever made them was killed before it
 * was tagged or written elsewhere, or they say what this version does not understand.
 */
final class OldCommits {
  private final Lakehouse lake;
  private final JobCatalog jobs;
  private final SnapshotNeeds needs;
  private final Instant cutoff;

  OldCommits(Lakehouse lake, JobCatalog jobs, SnapshotNeeds needs, Instant cutoff) {
    this.lake = lake;
    this.jobs = jobs;
    this.needs = needs;
    this.cutoff = cutoff;
  }

  /** Adds what is needed of a table, just loaded. */
  void add(String name, Table table) {
    List<Snapshot> old = new ArrayList<>();
    for (Snapshot snapshot : table.snapshots()) {
      if (snapshot.timestampMillis() < cutoff.toEpochMilli()) {
        old.add(snapshot);
      }
    }
    for (Snapshot snapshot : old) {
      addUntagged(table, snapshot);
      Set<String> unknown = CommitRecords.unknown(snapshot);
      if (!unknown.isEmpty()) {
        needs.since(
            snapshot.snapshotId(),
            "%s in its summary, of which this version knows nothing"
                .formatted(String.join(", ", unknown)));
      }
    }
    try {
      addUnwritten(name, table, old);
    } catch (RuntimeException unreadable) {
      // A record of another version, or a table beside it that was dropped: who knows what it says.
      needs.whole(
          name, "moves or repairs whose records cannot be read: " + unreadable.getMessage());
    }
  }

  private void addUnwritten(String name, Table table, List<Snapshot> old) {
    if (old.stream().anyMatch(says(CommitRecords.MOVE))) {
      new UnwrittenRecords(lake, table)
          .moves()
          .forEach(id -> needs.alone(id, "a move of a job's position, not in ops.offset_move yet"));
    }
    if (old.stream().anyMatch(says(CommitRecords.REPAIR))) {
      addRepairs(name, table);
    }
  }

  private static Predicate<Snapshot> says(String property) {
    return snapshot -> CommitRecords.of(snapshot, property).isPresent();
  }

  private void addUntagged(Table table, Snapshot snapshot) {
    boolean tagged =
        table.refs().values().stream()
            .anyMatch(ref -> ref.isTag() && ref.snapshotId() == snapshot.snapshotId());
    if (tagged) {
      return;
    }
    if (says(CommitRecords.SEAL).test(snapshot)) {
      needs.alone(snapshot.snapshotId(), "a seal that has no tag yet");
    }
    if (says(CommitRecords.PUBLISH).test(snapshot)) {
      String who = "a publication that has no tag yet";
      needs.alone(snapshot.snapshotId(), who);
      if (snapshot.parentId() != null) {
        needs.alone(snapshot.parentId(), who + ", and its undo");
      }
    }
  }

  private void addRepairs(String name, Table table) {
    Optional<IngestSpec> job =
        jobs.jobs().stream()
            .filter(each -> each.output().toString().equals(name))
            .filter(IngestSpec.class::isInstance)
            .map(IngestSpec.class::cast)
            .findFirst();
    if (job.isEmpty()) {
      needs.whole(name, "repairs of dead letters by a job that is no longer declared");
      return;
    }
    for (long repair : new UnwrittenRecords(lake, table).repairs(job.get())) {
      Long before = table.snapshot(repair).parentId();
      needs.since(
          before == null ? repair : before,
          "a repair of dead letters that are not marked yet: retry them again");
    }
  }
}
