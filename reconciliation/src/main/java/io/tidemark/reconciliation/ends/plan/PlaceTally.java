package io.tidemark.reconciliation.ends.plan;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts what tables hold of a topic's offsets, from bitmaps of {@link #BUCKET} offsets each, which
 * come in the order of partitions and buckets. Never more than one bucket is held.
 */
public final class PlaceTally {
  /** Offsets of a bitmap. */
  public static final int BUCKET = 32_768;

  /** Places of bitmaps kept for one job: rows by the number of their change, then letters. */
  public static final int KINDS = 17;

  /** Rows of a message behind its first ones are told apart up to this number. */
  public static final int LAST_TOLD = KINDS - 2;

  /** The kind of dead letters. */
  public static final int LETTER = KINDS - 1;

  /** Takes offsets for which there is neither row nor dead letter. */
  public interface Holes {
    /** A hole; of one partition they come in order. */
    void hole(int partition, OffsetRange range);
  }

  private final Map<Integer, Long> first;
  private final List<Map<Integer, Long>> positions;
  private final Map<Integer, Long> common;
  private final Holes holes;

  private final Map<Integer, Long> next = new TreeMap<>();
  private final Map<Integer, Map<Integer, BitSet>> current = new TreeMap<>();
  private int partition = -1;
  private long bucket = -1;

  private long withRows;
  private long letters;
  private long repaired;
  private long copies;
  private final Map<Integer, List<Long>> bucketsWithCopies = new TreeMap<>();
  private final NamedRanges inTwoTables = new NamedRanges();
  private final NamedRanges partly = new NamedRanges();
  private final NamedRanges notRead = new NamedRanges();

  /**
   * @param first where the jobs began, by partition; a partition that is not named begins at its
   *     first row or dead letter
   * @param positions how far each job has read, by partition
   */
  public PlaceTally(Map<Integer, Long> first, List<Map<Integer, Long>> positions, Holes holes) {
    this.first = Map.copyOf(first);
    this.positions = List.copyOf(positions);
    this.holes = holes;
    this.common = new TreeMap<>(positions.get(0));
    positions.forEach(
        other -> {
          common.keySet().retainAll(other.keySet());
          common.replaceAll((number, offset) -> Math.min(offset, other.get(number)));
        });
  }

  /** Up to where all jobs have read: what is behind it is not held against anything. */
  public Map<Integer, Long> common() {
    return Map.copyOf(common);
  }

  /**
   * Takes one bitmap.
   *
   * @param job place of the job among the positions
   * @param kind number of the change, at most {@link #LAST_TOLD}, or {@link #LETTER}
   * @param bits the offsets there are, the bucket's first one in the lowest bit
   * @param rows how many rows have them
   */
  public void add(int partition, long bucket, int job, int kind, byte[] bits, long rows) {
    if (partition != this.partition || bucket != this.bucket) {
      flush();
      this.partition = partition;
      this.bucket = bucket;
    }
    BitSet offsets = BitSet.valueOf(bits);
    if (kind != LAST_TOLD && rows > offsets.cardinality()) {
      copies += rows - offsets.cardinality();
      List<Long> known = bucketsWithCopies.computeIfAbsent(partition, p -> new ArrayList<>());
      if (known.isEmpty() || known.get(known.size() - 1) != bucket) {
        known.add(bucket);
      }
    }
    current.computeIfAbsent(job, number -> new TreeMap<>()).put(kind, offsets);
  }

  /** Ends the last bucket, and finds what is missing behind it. */
  public void finish() {
    flush();
    common.forEach(
        (number, end) -> {
          Long from = next.getOrDefault(number, first.get(number));
          if (from != null && from < end) {
            holes.hole(number, new OffsetRange(from, end));
          }
        });
  }

  private void flush() {
    if (current.isEmpty()) {
      return;
    }
    long start = bucket * BUCKET;
    BitSet rows = new BitSet();
    BitSet dead = new BitSet();
    current.forEach(
        (job, kinds) -> {
          long position = positions.get(job).getOrDefault(partition, 0L);
          BitSet own = rowsOf(kinds, start);
          ranges(behind(own, position, start), start, notRead);
          ranges(and(rows, own), start, inTwoTables);
          rows.or(own);
          BitSet ownDead = kinds.getOrDefault(LETTER, new BitSet());
          behind(ownDead, position, start); // committed before the rows of a micro-batch: in flight
          dead.or(ownDead);
        });
    current.clear();
    long end = common.getOrDefault(partition, 0L);
    behind(rows, end, start);
    behind(dead, end, start);
    BitSet both = and(rows, dead);
    withRows += rows.cardinality();
    repaired += both.cardinality();
    letters += dead.cardinality() - both.cardinality();
    rows.or(dead);
    findHoles(rows, start, end);
  }

  /** Where a message's rows are; one without its first row has lost it. */
  private BitSet rowsOf(Map<Integer, BitSet> kinds, long start) {
    BitSet firsts = kinds.getOrDefault(0, new BitSet());
    BitSet all = (BitSet) firsts.clone();
    kinds.forEach(
        (kind, offsets) -> {
          if (kind != LETTER) {
            all.or(offsets);
          }
        });
    BitSet headless = (BitSet) all.clone();
    headless.andNot(firsts);
    ranges(headless, start, partly);
    return all;
  }

  private void findHoles(BitSet there, long start, long end) {
    Long known = next.getOrDefault(partition, first.get(partition));
    if (known == null && there.isEmpty()) {
      return;
    }
    long at = known == null ? start + there.nextSetBit(0) : known;
    long stop = Math.min(start + BUCKET, end);
    if (at < Math.min(start, stop)) {
      holes.hole(partition, new OffsetRange(at, Math.min(start, stop)));
      at = Math.min(start, stop);
    }
    while (at < stop) {
      long from = start + there.nextClearBit((int) (at - start));
      if (from >= stop) {
        break;
      }
      int set = there.nextSetBit((int) (from - start));
      long to = set < 0 ? stop : Math.min(start + set, stop);
      holes.hole(partition, new OffsetRange(from, to));
      at = to;
    }
    next.put(partition, Math.max(at, stop));
  }

  /** Takes the offsets from {@code position} on out of a bitmap. */
  private static BitSet behind(BitSet offsets, long position, long start) {
    BitSet behind = (BitSet) offsets.clone();
    int kept = (int) Math.max(0, Math.min(BUCKET, position - start));
    behind.clear(0, kept);
    offsets.clear(kept, BUCKET);
    return behind;
  }

  private static BitSet and(BitSet one, BitSet other) {
    BitSet both = (BitSet) one.clone();
    both.and(other);
    return both;
  }

  private void ranges(BitSet offsets, long start, NamedRanges into) {
    for (int from = offsets.nextSetBit(0); from >= 0; ) {
      int to = offsets.nextClearBit(from);
      into.add(partition, new OffsetRange(start + from, start + to));
      from = offsets.nextSetBit(to);
    }
  }

  /** Messages with rows. */
  public long withRows() {
    return withRows;
  }

  /** Dead letters without rows. */
  public long letters() {
    return letters;
  }

  /** Messages with rows that are dead letters too, because they were repaired. */
  public long repaired() {
    return repaired;
  }

  /** Rows and dead letters beyond one for each place. */
  public long copies() {
    return copies;
  }

  /** Where to look for {@link #copies()}: buckets by partition. */
  public Map<Integer, List<Long>> bucketsWithCopies() {
    return bucketsWithCopies;
  }

  /** Messages of a split that are rows of two tables. */
  public NamedRanges inTwoTables() {
    return inTwoTables;
  }

  /** Messages whose first row is missing and a later one is there. */
  public NamedRanges partly() {
    return partly;
  }

  /** Rows of messages that their job has not read yet, and would write again. */
  public NamedRanges notRead() {
    return notRead;
  }
}
