package io.tidemark.reconciliation.compare;

import java.io.Serializable;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.Tuple2;

/**
 * Adds the hashes of rows up by groups of keys, those of the stream with a plus and those of the
 * batch with a minus: a group whose sum is not 0 differs. Sums neither mind the order of rows nor
 * let two equal rows cancel out, as an exclusive or would.
 *
 * <p>A task holds the sums of all groups in one array, whatever the number of rows: an aggregation
 * of the engine would hold a row for each group, and many times the memory. Arrays are added up
 * slice by slice.
 *
 * @param bits how many bits number the groups
 * @param rows about how many rows the larger side has
 */
record GroupSums(int bits, long rows) implements Serializable {
  private static final int SLICE_BITS = 14;

  /**
   * So many hashes are added at once. Most groups are in no cache; with nothing else between them
   * the processor waits for several at the same time.
   */
  private static final int AT_ONCE = 1024;

  /** A slice of the sums; the first slice of a task has what the task's rows add up to as well. */
  private record Part(long[] sums, SideSums stream, SideSums batch) implements Serializable {}

  /** The differing groups of a slice, and what the rows add up to where it is the first. */
  record Found(int slice, BitSet apart, SideSums stream, SideSums batch) implements Serializable {
    /** The number of the slice's first group. */
    int start() {
      return slice << SLICE_BITS;
    }
  }

  /**
   * Adds up.
   *
   * @param stream rows of a key's hash, the row's hash and the columns of the totals
   * @param batch the same of the other side
   * @param none sums of no rows
   * @return one for each slice of which there are rows, or the first
   */
  List<Found> of(JavaRDD<InternalRow> stream, JavaRDD<InternalRow> batch, SideSums none) {
    int tasks = tasks(stream.context().defaultParallelism());
    JavaPairRDD<Integer, Part> parts =
        side(stream.coalesce(tasks), none, 1).union(side(batch.coalesce(tasks), none, -1));
    return parts
        .partitionBy(new HashPartitioner(Math.min(tasks, slices())))
        .mapPartitions(GroupSums::found)
        .collect();
  }

  /**
   * How many tasks a side is read by at most: as many as run at once, or as many as there are rows
   * for each group, so that what they send is about 8 bytes a row. Where executors come as they are
   * needed, none may be there yet, and the engine then says that 2 tasks run at once.
   */
  int tasks(int parallelism) {
    return (int) Math.min(Integer.MAX_VALUE, Math.max(parallelism, rows >> bits));
  }

  private int slices() {
    return 1 << Math.max(0, bits - SLICE_BITS);
  }

  private JavaPairRDD<Integer, Part> side(JavaRDD<InternalRow> rows, SideSums none, int sign) {
    return rows.mapPartitionsToPair(some -> parts(some, none, sign));
  }

  private Iterator<Tuple2<Integer, Part>> parts(
      Iterator<InternalRow> rows, SideSums sums, int sign) {
    long[] groups = new long[1 << bits];
    int[] at = new int[AT_ONCE];
    long[] hashes = new long[AT_ONCE];
    int waiting = 0;
    while (rows.hasNext()) {
      InternalRow row = rows.next();
      at[waiting] = DifferingGroups.of(row.getLong(0), bits);
      hashes[waiting] = sign * row.getLong(1);
      sums.add(row);
      waiting++;
      if (waiting == AT_ONCE) {
        addUp(groups, at, hashes, waiting);
        waiting = 0;
      }
    }
    addUp(groups, at, hashes, waiting);
    int size = 1 << Math.min(bits, SLICE_BITS);
    return IntStream.range(0, groups.length / size)
        .mapToObj(
            slice ->
                new Tuple2<>(
                    slice,
                    new Part(
                        Arrays.copyOfRange(groups, slice * size, (slice + 1) * size),
                        slice == 0 && sign > 0 ? sums : null,
                        slice == 0 && sign < 0 ? sums : null)))
        .iterator();
  }

  private static void addUp(long[] groups, int[] at, long[] hashes, int count) {
    for (int i = 0; i < count; i++) {
      groups[at[i]] += hashes[i];
    }
  }

  private static Iterator<Found> found(Iterator<Tuple2<Integer, Part>> parts) {
    Map<Integer, Part> slices = new HashMap<>();
    parts.forEachRemaining(part -> slices.merge(part._1(), part._2(), GroupSums::sum));
    return slices.entrySet().stream()
        .map(
            slice ->
                new Found(
                    slice.getKey(),
                    apart(slice.getValue().sums()),
                    slice.getValue().stream(),
                    slice.getValue().batch()))
        .iterator();
  }

  private static Part sum(Part a, Part b) {
    for (int i = 0; i < a.sums().length; i++) {
      a.sums()[i] += b.sums()[i];
    }
    return new Part(a.sums(), either(a.stream(), b.stream()), either(a.batch(), b.batch()));
  }

  private static SideSums either(SideSums a, SideSums b) {
    if (a != null && b != null) {
      a.add(b);
    }
    return a != null ? a : b;
  }

  private static BitSet apart(long[] sums) {
    BitSet apart = new BitSet(sums.length);
    for (int i = 0; i < sums.length; i++) {
      if (sums[i] != 0) {
        apart.set(i);
      }
    }
    return apart;
  }
}
