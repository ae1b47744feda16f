package io.tidemark.jobs.run;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * What one micro-batch did. The same counts stand in the summary of its snapshot.
 *
 * @param job name of the job
 * @param batch number of the micro-batch
 * @param read messages or rows read
 * @param written rows written to the output
 * @param deadLetters messages that could not be read as declared
 * @param dropped rows that the SQL filtered out or whose key was there before; of a mirror, changes
 *     that a newer one of the micro-batch made superfluous
 * @param ignored messages of a change log that rightly hold no row of the table
 * @param late rows left to the batch
 * @param pending rows of days whose cut is fixed
 * @param lookups of each lookup of a transform, by its name, how many rows found something
 */
public record MicroBatchReport(
    String job,
    long batch,
    long read,
    long written,
    long deadLetters,
    long dropped,
    long ignored,
    long late,
    long pending,
    SortedMap<String, LookupCounts> lookups) {

  private static final String READ = "tidemark.rows-read";
  private static final String DEAD_LETTERS = "tidemark.dead-letters";
  private static final String DROPPED = "tidemark.dropped";
  private static final String IGNORED = "tidemark.ignored";
  private static final String LATE = "tidemark.late";
  private static final String PENDING = "tidemark.pending";

  public MicroBatchReport {
    lookups = Collections.unmodifiableSortedMap(new TreeMap<>(lookups));
  }

  /** Of a job that looks nothing up. */
  public MicroBatchReport(
      String job,
      long batch,
      long read,
      long written,
      long deadLetters,
      long dropped,
      long ignored,
      long late,
      long pending) {
    this(
        job,
        batch,
        read,
        written,
        deadLetters,
        dropped,
        ignored,
        late,
        pending,
        Collections.emptySortedMap());
  }

  /** No micro-batch of a job. */
  public static MicroBatchReport none(String job) {
    return new MicroBatchReport(job, -1, 0, 0, 0, 0, 0, 0, 0);
  }

  /** All micro-batches of a job, by the snapshots that its output still has. */
  public static MicroBatchReport of(String job, Table output) {
    MicroBatchReport total = none(job);
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(output)) {
      Optional<MicroBatchReport> one = of(job, total.batch + 1, snapshot);
      total = one.isPresent() ? one.get().plus(total) : total;
    }
    return total;
  }

  /**
   * The micro-batch that a snapshot committed; nothing when it was no micro-batch's.
   *
   * @param batch what to number it as
   */
  public static Optional<MicroBatchReport> of(String job, long batch, Snapshot snapshot) {
    Map<String, String> summary = snapshot.summary();
    return summary.containsKey(READ)
        ? Optional.of(ofSnapshot(job, batch, summary))
        : Optional.empty();
  }

  /**
   * The snapshot of the micro-batch that was committed last.
   *
   * @param output refreshed since
   */
  static long snapshotIn(Table output) {
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(output)) {
      if (snapshot.summary().containsKey(READ)) {
        return snapshot.snapshotId();
      }
    }
    throw new IllegalStateException("table " + output.name() + " holds no micro-batch");
  }

  private static MicroBatchReport ofSnapshot(String job, long batch, Map<String, String> summary) {
    return new MicroBatchReport(
        job,
        batch,
        count(summary, READ),
        count(summary, SnapshotSummary.ADDED_RECORDS_PROP),
        count(summary, DEAD_LETTERS),
        count(summary, DROPPED),
        count(summary, IGNORED),
        count(summary, LATE),
        count(summary, PENDING),
        LookupCounts.of(summary));
  }

  private static long count(Map<String, String> summary, String property) {
    return Long.parseLong(summary.getOrDefault(property, "0"));
  }

  /** This micro-batch and those before it, together. */
  public MicroBatchReport plus(MicroBatchReport earlier) {
    return new MicroBatchReport(
        job,
        batch,
        read + earlier.read,
        written + earlier.written,
        deadLetters + earlier.deadLetters,
        dropped + earlier.dropped,
        ignored + earlier.ignored,
        late + earlier.late,
        pending + earlier.pending,
        LookupCounts.sum(lookups, earlier.lookups));
  }

  /** The counts as properties of a snapshot's summary. */
  Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(READ, Long.toString(read));
    facts.put(DEAD_LETTERS, Long.toString(deadLetters));
    facts.put(DROPPED, Long.toString(dropped));
    facts.put(IGNORED, Long.toString(ignored));
    facts.put(LATE, Long.toString(late));
    facts.put(PENDING, Long.toString(pending));
    facts.putAll(LookupCounts.facts(lookups));
    return facts;
  }
}
