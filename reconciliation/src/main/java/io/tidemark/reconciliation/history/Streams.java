package io.tidemark.reconciliation.history;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.commit.LostPositionException;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.reconciliation.report.JobFacts.Freshness;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * How far streams are, by the markers in their tables' commits. Every commit carries the marker on,
 * so a micro-batch is where it changes.
 */
final class Streams {
  private static final int MOST_SNAPSHOTS = 20_000;
  private static final Duration COUNTED = Duration.ofDays(1);
  private static final Freshness NEVER = new Freshness(null, 0, null);

  private final Lakehouse lake;

  Streams(Lakehouse lake) {
    this.lake = lake;
  }

  Freshness of(JobSpec job, Instant now) {
    if (!lake.exists(job.output())) {
      return NEVER;
    }
    Table table = lake.load(job.output());
    Snapshot head = table.currentSnapshot();
    if (head == null) {
      return NEVER;
    }
    Instant last = null;
    long microBatches = 0;
    int looked = 0;
    Snapshot newer = null;
    String after = null;
    for (Snapshot snapshot : SnapshotUtil.ancestorsOf(head.snapshotId(), table::snapshot)) {
      String position = position(table, snapshot, job.name());
      if (newer != null && !position.equals(after)) {
        Instant at = Instant.ofEpochMilli(newer.timestampMillis());
        last = last == null ? at : last;
        microBatches += at.isBefore(now.minus(COUNTED)) ? 0 : 1;
        if (at.isBefore(now.minus(COUNTED))) {
          break;
        }
      }
      newer = snapshot;
      after = position;
      if (++looked == MOST_SNAPSHOTS) {
        break;
      }
    }
    if (last == null && newer != null && !after.isEmpty()) {
      last = Instant.ofEpochMilli(newer.timestampMillis());
      microBatches = 1;
    }
    return last == null ? NEVER : new Freshness(last, microBatches, Duration.between(last, now));
  }

  /** Where the job stood; empty before its first micro-batch, or where nobody can tell. */
  private static String position(Table table, Snapshot snapshot, String job) {
    try {
      Optional<Marker> marker = TableState.asOf(table, snapshot.snapshotId()).marker(job);
      return marker.filter(each -> each.batch() >= 0).map(Marker::position).orElse("");
    } catch (LostPositionException e) {
      return "";
    }
  }
}
