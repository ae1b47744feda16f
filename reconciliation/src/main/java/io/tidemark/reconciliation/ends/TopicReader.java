package io.tidemark.reconciliation.ends;

import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.jobs.run.MicroBatchReport;
import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.reconciliation.ends.plan.OffsetRange;
import io.tidemark.reconciliation.ends.plan.ReadSteps.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * An ingest job as of one snapshot of its table: how far it has read, and by which steps.
 *
 * @param job the job
 * @param ods its table
 * @param snapshot the snapshot
 * @param position the next offset of each partition
 * @param first where it began, by partition; empty where the snapshots that tell it have expired
 * @param steps the micro-batches whose snapshots are left
 */
record TopicReader(
    IngestSpec job,
    Table ods,
    long snapshot,
    Map<Integer, Long> position,
    Map<Integer, Long> first,
    List<Step> steps) {

  /** The job as of a snapshot; nothing when it had not run by then. */
  static Optional<TopicReader> asOf(IngestSpec job, Table ods, long snapshot) {
    Optional<KafkaOffsets> position =
        TableState.asOf(ods, snapshot)
            .marker(job.name())
            .map(marker -> position(job, marker))
            .filter(offsets -> !offsets.next().isEmpty());
    return position.map(offsets -> of(job, ods, snapshot, offsets));
  }

  private static KafkaOffsets position(IngestSpec job, Marker marker) {
    return KafkaOffsets.parse(job.topic(), marker.position());
  }

  private static TopicReader of(IngestSpec job, Table ods, long snapshot, KafkaOffsets position) {
    Deque<Snapshot> oldestFirst = new ArrayDeque<>();
    SnapshotUtil.ancestorsOf(snapshot, ods::snapshot).forEach(oldestFirst::addFirst);
    boolean whole = oldestFirst.getFirst().parentId() == null;
    Map<Integer, Long> first = new TreeMap<>();
    List<Step> steps = new ArrayList<>();
    Map<Integer, Long> before = null;
    for (Snapshot each : oldestFirst) {
      Optional<Marker> marker = TableState.in(each).flatMap(state -> state.marker(job.name()));
      if (marker.isEmpty()) {
        continue;
      }
      Map<Integer, Long> after = position(job, marker.get()).next();
      if (whole) {
        // A partition that was added since is read from its first message.
        boolean began = before != null;
        after.forEach((partition, offset) -> first.putIfAbsent(partition, began ? 0L : offset));
      }
      Optional<MicroBatchReport> report = MicroBatchReport.of(job.name(), 0, each);
      if (before != null && report.isPresent()) {
        Map<Integer, OffsetRange> ranges = between(before, after);
        if (!ranges.isEmpty()) {
          steps.add(new Step(ranges, report.get().read(), report.get().ignored()));
        }
      }
      before = after;
    }
    return new TopicReader(job, ods, snapshot, position.next(), first, steps);
  }

  private static Map<Integer, OffsetRange> between(
      Map<Integer, Long> before, Map<Integer, Long> after) {
    Map<Integer, OffsetRange> ranges = new TreeMap<>();
    after.forEach(
        (partition, to) -> {
          long from = before.getOrDefault(partition, 0L);
          if (to > from) {
            ranges.put(partition, new OffsetRange(from, to));
          }
        });
    return ranges;
  }
}
