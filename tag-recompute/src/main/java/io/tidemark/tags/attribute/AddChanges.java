package io.tidemark.tags.attribute;

import io.tidemark.tags.attribute.TagVectors.Found;
import io.tidemark.tags.attribute.plan.BlockWalk.Wanted;
import io.tidemark.tags.attribute.plan.CellEncoder;
import io.tidemark.tags.attribute.plan.CellPart;
import io.tidemark.tags.attribute.plan.CellShape;
import io.tidemark.tags.attribute.plan.GroupRange;
import io.tidemark.tags.attribute.plan.Patches.Corrected;
import io.tidemark.tags.attribute.plan.Selection;
import io.tidemark.tags.attribute.plan.StaleDays;
import io.tidemark.tags.codec.BlockDecoder;
import io.tidemark.tags.kernel.Aggregation;
import io.tidemark.tags.kernel.GroupTotals;
import io.tidemark.tags.kernel.UserGroups;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import scala.Tuple2;

/**
 * One task of a pass that brings results forward: adds up stale days for everybody, and the other
 * days for users whose groups have changed, whose old groups are taken away. To verify, all days
 * are added up for everybody, and the rest is what they are compared with.
 */
final class AddChanges
    implements Function2<
        Integer, Iterator<Tuple2<Found, Found>>, Iterator<Tuple2<CellKey, byte[]>>> {
  private static final long serialVersionUID = 1L;

  private final Broadcast<AddUp.Work> work;
  private final ArrayList<GroupRange> ranges;
  private final StaleDays stale;
  private final boolean verified;
  private final RunMeter meter;
  private final LongAccumulator bucketsDone;

  /**
   * @param stale the days that are added up for everybody
   * @param verified whether all days are
   * @param meter told what is done
   */
  AddChanges(
      Broadcast<AddUp.Work> work,
      List<GroupRange> ranges,
      StaleDays stale,
      boolean verified,
      RunMeter meter,
      LongAccumulator bucketsDone) {
    this.work = work;
    this.ranges = new ArrayList<>(ranges);
    this.stale = stale;
    this.verified = verified;
    this.meter = meter;
    this.bucketsDone = bucketsDone;
  }

  @Override
  public Iterator<Tuple2<CellKey, byte[]>> call(
      Integer task, Iterator<Tuple2<Found, Found>> buckets) {
    AddUp.Work own = work.value();
    Sums sums = new Sums(own);
    while (buckets.hasNext()) {
      Tuple2<Found, Found> bucket = buckets.next();
      if (bucket._1().tags().users() > 0) {
        sums.add(bucket._1(), bucket._2());
      }
      bucketsDone.add(1);
    }
    return IntStream.range(0, ranges.size())
        .boxed()
        .flatMap(range -> sums.chunks(range, task))
        .iterator();
  }

  /** What a task has added up: of everybody, and of those who have changed, now and before. */
  private final class Sums {
    private final AddUp.Work work;
    private final CellShape cells;
    private final Aggregation everybody;
    private final Aggregation changed;
    private final BlockDecoder decoder;

    Sums(AddUp.Work work) {
      this.work = work;
      cells = work.cells();
      List<Integer> sizes = ranges.stream().map(GroupRange::size).toList();
      everybody = aggregation(sizes);
      List<Integer> twice = new ArrayList<>(sizes);
      twice.addAll(sizes);
      changed = aggregation(twice);
      decoder = new BlockDecoder(cells.types());
    }

    private Aggregation aggregation(List<Integer> sizes) {
      return new Aggregation(cells.window(), cells.types(), cells.measures(), sizes);
    }

    void add(Found now, Found before) {
      RunMeter.Bucket watch = new RunMeter.Bucket(meter);
      List<UserGroups> groupsNow = work.groups(now);
      List<UserGroups> groupsBefore = now == before ? groupsNow : work.groups(before);
      BitSet users = new BitSet();
      List<BitSet> differing = new ArrayList<>();
      for (int set = 0; set < groupsNow.size(); set++) {
        differing.add(groupsNow.get(set).differing(groupsBefore.get(set)));
        users.or(differing.get(set));
      }
      everybody.startBucket(
          ranges.stream().map(range -> range.narrow(groupsNow.get(range.set()))).toList());
      List<UserGroups> both = new ArrayList<>();
      for (List<UserGroups> side : List.of(groupsNow, groupsBefore)) {
        for (GroupRange range : ranges) {
          both.add(range.narrow(side.get(range.set()).only(differing.get(range.set()))));
        }
      }
      changed.startBucket(both);
      work.reader()
          .read(
              now.tags().bucket(),
              decoder,
              verified ? Wanted.ALL : Selection.wanted(stale, users),
              block -> add(block, users, watch));
      watch.add(
          0,
          () -> {
            everybody.endBucket();
            changed.endBucket();
          });
      watch.end();
    }

    private void add(Corrected block, BitSet users, RunMeter.Bucket watch) {
      watch.read(block.days().count());
      Corrected ofAll = verified ? block : Selection.ofNeeded(block, stale);
      if (ofAll.days().count() > 0) {
        watch.add(ofAll.days().count(), () -> everybody.add(ofAll.days(), ofAll.values()));
      }
      if (Selection.isAny(users, block.days().firstUser(), block.days().users())) {
        Corrected own = Selection.ofUsers(block, users);
        if (own.days().count() > 0) {
          watch.add(2 * own.days().count(), () -> changed.add(own.days(), own.values()));
        }
      }
    }

    Stream<Tuple2<CellKey, byte[]>> chunks(int place, int task) {
      CellPart onAll = verified ? CellPart.WHOLE : new CellPart(stale.stale(), false);
      return Stream.of(
              chunks(place, task, everybody.totals(place), onAll, false),
              chunks(
                  place, task, changed.totals(place), new CellPart(stale.kept(), false), verified),
              chunks(
                  place,
                  task,
                  changed.totals(ranges.size() + place),
                  new CellPart(stale.kept(), true),
                  verified))
          .flatMap(each -> each);
    }

    private Stream<Tuple2<CellKey, byte[]>> chunks(
        int place, int task, GroupTotals totals, CellPart part, boolean compared) {
      GroupRange range = ranges.get(place);
      CellEncoder encoder = new CellEncoder(totals, cells, part);
      int size = cells.chunkGroups();
      return IntStream.iterate(0, first -> first < range.size(), first -> first + size)
          .mapToObj(
              first ->
                  new Tuple2<>(
                      new CellKey(range.set(), (range.first() + first) / size, compared, task),
                      encoder.encode(first, Math.min(size, range.size() - first))))
          .filter(chunk -> chunk._2().length > 0);
    }
  }
}
