package io.tidemark.reconciliation.explain;

import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.jobs.run.CommitFacts;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.reconciliation.plan.WrittenBy;
import io.tidemark.reconciliation.plan.WrittenBy.Entry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Which commit of a stream a row of ODS went through. A commit says how far its roots had been
 * read, so it covers the snapshots of ODS between that and what the commit before it says; and a
 * snapshot of ODS has the receive order of its rows in the bounds of its files. All of it is
 * metadata, and no more of it is read than where what commits say changes.
 */
final class Coverage {
  private final Table output;
  private final String job;
  private final Table ods;
  private final String odsName;

  /**
   * The coverage of a job's table.
   *
   * @param ods the root
   * @param odsName the root's name in markers
   */
  Coverage(Table output, String job, Table ods, String odsName) {
    this.output = output;
    this.job = job;
    this.ods = ods;
    this.odsName = odsName;
  }

  /**
   * What commits say, by the receive order of the rows that they were made from.
   *
   * @param head the last commit looked at
   * @param says what a commit says; nothing when it is like today's
   */
  WrittenBy by(Optional<Long> head, Function<Snapshot, Optional<String>> says) {
    List<Snapshot> commits = withRoots(head);
    if (commits.stream().allMatch(commit -> says.apply(commit).isEmpty())) {
      return WrittenBy.ALIKE;
    }
    List<Snapshot> arrivals = arrivals();
    List<Entry> entries = new ArrayList<>();
    String before = null;
    Long read = null;
    for (Snapshot commit : commits) {
      Long reached = roots(commit);
      String said = says.apply(commit).orElse(null);
      if (entries.isEmpty() || !Objects.equals(said, before)) {
        Optional<Long> from = firstReceived(arrivals, read, reached);
        if (entries.isEmpty()) {
          entries.add(new Entry(from.orElse(Long.MIN_VALUE), said));
        } else {
          from.ifPresent(first -> entries.add(new Entry(first, said)));
        }
        before = from.isPresent() || entries.size() == 1 ? said : before;
      }
      read = reached;
    }
    entries.sort(Comparator.comparingLong(Entry::from));
    return new WrittenBy(entries);
  }

  /** Commits that hold rows of ODS, oldest first; a takeover or a mark holds none. */
  private List<Snapshot> withRoots(Optional<Long> head) {
    List<Snapshot> commits = new ArrayList<>();
    for (Snapshot snapshot :
        head.map(id -> SnapshotUtil.ancestorsOf(id, output::snapshot)).orElse(List.of())) {
      if (CommitFacts.definition(snapshot).isPresent()) {
        commits.add(0, snapshot);
      }
    }
    return commits;
  }

  private Long roots(Snapshot commit) {
    return TableState.asOf(output, commit.snapshotId())
        .marker(job)
        .map(Marker::roots)
        .map(roots -> roots.get(odsName))
        .orElse(null);
  }

  private List<Snapshot> arrivals() {
    List<Snapshot> arrivals = new ArrayList<>();
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(ods)) {
      if (DataOperations.APPEND.equals(snapshot.operation())) {
        arrivals.add(0, snapshot);
      }
    }
    return arrivals;
  }

  /** The first receive order behind one snapshot of ODS, up to another. */
  private Optional<Long> firstReceived(List<Snapshot> arrivals, Long read, Long reached) {
    long after = sequence(read, Long.MIN_VALUE);
    long upTo = sequence(reached, Long.MAX_VALUE);
    return arrivals.stream()
        .filter(s -> s.sequenceNumber() > after && s.sequenceNumber() <= upTo)
        .map(this::firstReceived)
        .flatMap(Optional::stream)
        .findFirst();
  }

  private long sequence(Long snapshot, long otherwise) {
    Snapshot found = snapshot == null ? null : ods.snapshot(snapshot);
    return found == null ? otherwise : found.sequenceNumber();
  }

  private Optional<Long> firstReceived(Snapshot arrival) {
    Types.NestedField column = ods.schema().findField(SystemColumns.INGEST_BATCH);
    Long first = null;
    for (DataFile file :
        SnapshotChanges.builderFor(ods).snapshot(arrival).build().addedDataFiles()) {
      ByteBuffer bound =
          file.lowerBounds() == null ? null : file.lowerBounds().get(column.fieldId());
      if (bound != null) {
        Long lowest = Conversions.fromByteBuffer(column.type(), bound);
        first = first == null || lowest < first ? lowest : first;
      }
    }
    return Optional.ofNullable(first);
  }
}
