package io.tidemark.tags.attribute;

import io.tidemark.tags.attribute.TagVectors.Found;
import io.tidemark.tags.attribute.plan.CellEncoder;
import io.tidemark.tags.attribute.plan.CellShape;
import io.tidemark.tags.attribute.plan.Dictionary;
import io.tidemark.tags.attribute.plan.DimensionSet;
import io.tidemark.tags.attribute.plan.GroupRange;
import io.tidemark.tags.codec.BlockDecoder;
import io.tidemark.tags.kernel.Aggregation;
import io.tidemark.tags.kernel.UserGroups;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import scala.Tuple2;

/** One task of a pass over the history: adds up whole buckets, and passes on what is not empty. */
final class AddUp
    implements Function2<Integer, Iterator<Found>, Iterator<Tuple2<CellKey, byte[]>>> {
  private static final long serialVersionUID = 1L;

  /**
   * What all tasks need.
   *
   * @param reader of blocks
   * @param dictionaries by tag
   * @param sets the dimension sets
   * @param cells what is known of a group on a day
   */
  record Work(
      BlockReader reader,
      ArrayList<Dictionary> dictionaries,
      ArrayList<DimensionSet> sets,
      CellShape cells)
      implements Serializable {
    /** The groups of a bucket's users by each set. */
    List<UserGroups> groups(Found bucket) {
      return bucket.tags().groups(sets, dictionaries);
    }
  }

  private final Broadcast<Work> work;
  private final ArrayList<GroupRange> ranges;
  private final RunMeter meter;
  private final LongAccumulator bucketsDone;

  /**
   * @param meter told what is done; of the task, and not of what all tasks need, as a broadcast
   *     comes to an executor once, and its accumulators tell of the first task alone
   */
  AddUp(
      Broadcast<Work> work, List<GroupRange> ranges, RunMeter meter, LongAccumulator bucketsDone) {
    this.work = work;
    this.ranges = new ArrayList<>(ranges);
    this.meter = meter;
    this.bucketsDone = bucketsDone;
  }

  @Override
  public Iterator<Tuple2<CellKey, byte[]>> call(Integer task, Iterator<Found> buckets) {
    Work own = work.value();
    CellShape cells = own.cells();
    Aggregation sums =
        new Aggregation(
            cells.window(),
            cells.types(),
            cells.measures(),
            ranges.stream().map(GroupRange::size).toList());
    BlockDecoder decoder = new BlockDecoder(cells.types());
    while (buckets.hasNext()) {
      Found bucket = buckets.next();
      if (bucket.tags().users() > 0) {
        sums.startBucket(groups(own, bucket));
        RunMeter.Bucket watch = new RunMeter.Bucket(meter);
        own.reader()
            .read(
                bucket.tags().bucket(),
                decoder,
                block -> {
                  watch.read(block.days().count());
                  watch.add(block.days().count(), () -> sums.add(block.days(), block.values()));
                });
        watch.add(0, sums::endBucket);
        watch.end();
      }
      bucketsDone.add(1);
    }
    return IntStream.range(0, ranges.size())
        .boxed()
        .flatMap(range -> chunks(cells, sums, range, task))
        .iterator();
  }

  private List<UserGroups> groups(Work own, Found bucket) {
    List<DimensionSet> sets =
        ranges.stream().map(range -> own.sets().get(range.set())).distinct().toList();
    List<UserGroups> whole = bucket.tags().groups(sets, own.dictionaries());
    return ranges.stream()
        .map(range -> range.narrow(whole.get(sets.indexOf(own.sets().get(range.set())))))
        .toList();
  }

  private Stream<Tuple2<CellKey, byte[]>> chunks(
      CellShape cells, Aggregation sums, int place, int task) {
    GroupRange range = ranges.get(place);
    CellEncoder encoder = new CellEncoder(sums.totals(place), cells);
    int size = cells.chunkGroups();
    return IntStream.iterate(0, first -> first < range.size(), first -> first + size)
        .mapToObj(
            first ->
                new Tuple2<>(
                    new CellKey(range.set(), (range.first() + first) / size, task),
                    encoder.encode(first, Math.min(size, range.size() - first))))
        .filter(chunk -> chunk._2().length > 0);
  }
}
