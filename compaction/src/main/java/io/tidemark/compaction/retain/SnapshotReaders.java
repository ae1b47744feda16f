package io.tidemark.compaction.retain;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.compaction.retain.plan.CommitRecords;
import io.tidemark.compaction.retain.plan.ExpiryPlan;
import io.tidemark.compaction.retain.plan.SnapshotNeeds;
import io.tidemark.compaction.retain.plan.TableLog;
import io.tidemark.jobs.run.DimensionVersions;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/** Asks everybody who reads tables by their snapshots what they need, and plans what may go. */
final class SnapshotReaders {
  private final Lakehouse lake;
  private final Instant cutoff;
  private final SnapshotNeeds needs = new SnapshotNeeds();
  private final StreamReaders streams;
  private final SinkReaders sinks;

  /**
   * Asks all of them.
   *
   * @param catalog every table, because each may be written by a reader of others
   * @param cutoff when the retention begins
   */
  SnapshotReaders(Lakehouse lake, JobCatalog jobs, CatalogTables catalog, Instant cutoff) {
    this.lake = lake;
    this.cutoff = cutoff;
    this.streams = new StreamReaders(jobs, needs);
    catalog
        .unreadable()
        .forEach(
            (name, why) ->
                needs.everything(
                    "table %s cannot be loaded, so it is not known what its writer has read (%s): mend it, or drop it from the catalog"
                        .formatted(name, why)));
    catalog.tables().forEach(streams::add);
    this.sinks =
        new SinkReaders(
            jobs.sinks(), needs, sink -> SinkReaders.position(sink, lake.environment()));
    sinks.add();
    new OpenDays(jobs, needs).add(catalog, Comparison.all(lake));
    OldCommits old = new OldCommits(lake, jobs, needs, cutoff);
    catalog.tables().forEach(old::add);
    catalog.tables().forEach(this::addDimensions);
  }

  /** Versions of dimensions by which rows were made whose commits stay: causes are told by them. */
  private void addDimensions(String name, Table table) {
    Set<Long> kept = new HashSet<>();
    decide(name, table).kept().forEach(each -> kept.add(each.entry().id()));
    for (Snapshot snapshot : table.snapshots()) {
      if (kept.contains(snapshot.snapshotId())) {
        try {
          DimensionVersions.of(snapshot.summary())
              .snapshots()
              .values()
              .forEach(id -> needs.alone(id, "rows of table " + name + ", looked up in it"));
        } catch (IllegalStateException unreadable) {
          needs.everything("table %s: %s".formatted(name, unreadable.getMessage()));
        }
      }
    }
  }

  /**
   * Plans what may go of a table, just refreshed. Its own readers are asked once more, because one
   * may have begun to read meanwhile.
   */
  ExpiryPlan plan(String name, Table table) {
    for (JobSpec reader : streams.readersOf(name)) {
      if (lake.exists(reader.output())) {
        streams.add(reader.output().toString(), lake.load(reader.output()));
      }
    }
    sinks.add(name);
    return decide(name, table);
  }

  private ExpiryPlan decide(String name, Table table) {
    Set<Long> carriers = new HashSet<>();
    for (Snapshot snapshot : table.snapshots()) {
      if (CommitRecords.carriesState(snapshot)) {
        carriers.add(snapshot.snapshotId());
      }
    }
    return ExpiryPlan.of(name, TableLog.of(table, carriers), needs, cutoff);
  }
}
