package io.tidemark.tags.attribute;

import io.tidemark.tags.attribute.RowSinks.Sink;
import io.tidemark.tags.attribute.plan.CellDifferences;
import io.tidemark.tags.attribute.plan.CellShape;
import io.tidemark.tags.attribute.plan.CellSums;
import io.tidemark.tags.attribute.plan.Dictionary;
import io.tidemark.tags.attribute.plan.ResultParts;
import io.tidemark.tags.attribute.plan.ResultRows;
import io.tidemark.tags.attribute.plan.ResultShape;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.util.CollectionAccumulator;
import scala.Tuple2;

/**
 * One task of the second half: takes the cells of neighbouring groups of a set, as tasks have found
 * them, sorted by group, and turns their sums into rows.
 *
 * @param <R> what becomes of a part's rows
 */
final class BringTogether<R extends Serializable>
    implements Function2<Integer, Iterator<Tuple2<CellKey, byte[]>>, Iterator<R>> {
  private static final long serialVersionUID = 1L;

  /**
   * A set's result.
   *
   * @param shape its columns
   * @param dictionaries of its tags
   * @param groups how many groups it has
   */
  record SetResult(ResultShape shape, ArrayList<Dictionary> dictionaries, int groups)
      implements Serializable {}

  private final ResultParts parts;
  private final ArrayList<SetResult> sets;

  /**
   * What results are held to: other cells of the same groups.
   *
   * @param days by day, whether it is compared
   * @param found told what differs, once for each part of a result
   */
  record Comparison(boolean[] days, CollectionAccumulator<String> found) implements Serializable {}

  private final RowSinks<R> sinks;
  private final RunMeter meter;

  /** Null where nothing is compared. */
  private final Comparison comparison;

  BringTogether(
      ResultParts parts,
      List<SetResult> sets,
      RowSinks<R> sinks,
      RunMeter meter,
      Optional<Comparison> comparison) {
    this.parts = parts;
    this.sets = new ArrayList<>(sets);
    this.sinks = sinks;
    this.meter = meter;
    this.comparison = comparison.orElse(null);
  }

  @Override
  public Iterator<R> call(Integer part, Iterator<Tuple2<CellKey, byte[]>> cells) {
    long begun = System.nanoTime();
    int set = parts.parts().get(part).set();
    SetResult result = sets.get(set);
    CellShape shape = result.shape().cells();
    ResultRows rows = new ResultRows(result.shape(), result.dictionaries());
    CellDifferences differences = new CellDifferences(result.shape(), result.dictionaries());
    try (Sink<R> sink = sinks.open(set)) {
      Tuple2<CellKey, byte[]> next = cells.hasNext() ? cells.next() : null;
      while (next != null) {
        int chunk = next._1().chunk();
        int first = chunk * shape.chunkGroups();
        int groups = Math.min(shape.chunkGroups(), result.groups() - first);
        CellSums sums = new CellSums(shape, groups);
        CellSums compared = comparison == null ? sums : new CellSums(shape, groups);
        while (next != null && next._1().chunk() == chunk) {
          (next._1().compared() ? compared : sums).add(next._2());
          next = cells.hasNext() ? cells.next() : null;
        }
        rows.forEach(sums, first, groups, sink::take);
        if (comparison != null) {
          differences.compare(sums, compared, first, groups, comparison.days());
        }
      }
      differences.named().forEach(each -> comparison.found().add(each));
      R done = sink.finish();
      meter.serve().add(System.nanoTime() - begun);
      return List.of(done).iterator();
    }
  }
}
