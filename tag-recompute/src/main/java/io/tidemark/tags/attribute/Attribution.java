package io.tidemark.tags.attribute;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.spec.ColumnType;
import io.tidemark.tags.attribute.BringTogether.SetResult;
import io.tidemark.tags.attribute.TagVectors.Found;
import io.tidemark.tags.attribute.plan.CellShape;
import io.tidemark.tags.attribute.plan.Dictionary;
import io.tidemark.tags.attribute.plan.DimensionSet;
import io.tidemark.tags.attribute.plan.GroupRange;
import io.tidemark.tags.attribute.plan.ResultParts;
import io.tidemark.tags.attribute.plan.ResultShape;
import io.tidemark.tags.spec.TagTable.Tag;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import scala.Option;
import scala.Tuple2;

/**
 * Adds a history up by dimension sets, all of them in one pass over the blocks; in several where
 * memory does not hold the cells of all groups at once. It works in two halves: tasks add up whole
 * buckets of users, then cells of the same groups are brought together and become rows.
 */
final class Attribution {
  /** A task has about so many bytes of blocks, where there are more than cores have to do. */
  private static final long TASK_BYTES = 256L << 20;

  /** A file of a result has about so many cells. */
  private static final long PART_CELLS = 500_000;

  /**
   * What is asked for.
   *
   * @param tags by name, all that sets are made of
   * @param sets by name, their tags
   * @param metrics names of the metrics
   * @param cells what is to be known of a group on a day
   * @param where a condition on rows of tags
   * @param valued whether users with a value of each metric are counted
   */
  record Question(
      Map<String, Tag> tags,
      Map<String, List<String>> sets,
      List<String> metrics,
      CellShape cells,
      Optional<String> where,
      boolean valued) {
    /** A question that does not count users with a value. */
    Question(
        Map<String, Tag> tags,
        Map<String, List<String>> sets,
        List<String> metrics,
        CellShape cells,
        Optional<String> where) {
      this(tags, sets, metrics, cells, where, false);
    }

    /** What the result of a set looks like. */
    ResultShape shape(String set) {
      Map<String, ColumnType> types = new LinkedHashMap<>();
      sets.get(set).forEach(tag -> types.put(tag, tags.get(tag).type()));
      return new ResultShape(set, types, metrics, cells, valued);
    }
  }

  /** Adds up the groups of a pass. */
  interface Adder {
    JavaRDD<Tuple2<CellKey, byte[]>> add(
        Broadcast<AddUp.Work> work, List<GroupRange> pass, LongAccumulator bucketsDone);
  }

  /**
   * What results are made of.
   *
   * @param dictionaries by tag, what the groups stand for
   * @param adder adds up what the history has
   * @param room bytes that the cells of a task may take, by {@link CellShape#bytesOfGroup}
   * @param others cells that are there already
   * @param comparison what the results are held to
   */
  record Sources(
      List<Dictionary> dictionaries,
      Adder adder,
      long room,
      List<JavaRDD<Tuple2<CellKey, byte[]>>> others,
      Optional<BringTogether.Comparison> comparison) {}

  private final Lakehouse lake;
  private final PinnedHistory history;
  private final Question question;
  private final Room room;
  private final RunMeter meter;

  /** A pass over a history. */
  Attribution(Lakehouse lake, PinnedHistory history, Question question, Room room) {
    this.lake = lake;
    this.history = history;
    this.question = question;
    this.room = room;
    this.meter = RunMeter.of(lake.spark().sparkContext());
  }

  /** What was done. */
  RunMeter meter() {
    return meter;
  }

  /** Bytes that the cells of a task may take. */
  long room() {
    return room.bytesOfTask(lake.spark());
  }

  /**
   * Adds up.
   *
   * @param users whose tags they are
   * @param sinks where rows go
   * @return what became of each part of the results
   */
  <R extends Serializable> List<R> run(
      TaggedUsers users, RowSinks<R> sinks, BucketProgress progress) {
    JavaRDD<Found> tasks = tasks(users.vectors());
    Sources sources =
        new Sources(
            users.dictionaries(),
            (work, pass, done) ->
                tasks.mapPartitionsWithIndex(new AddUp(work, pass, meter, done), true),
            room(),
            List.of(),
            Optional.empty());
    return run(sources, sinks, progress);
  }

  /** Brings together what results are made of. */
  <R extends Serializable> List<R> run(
      Sources sources, RowSinks<R> sinks, BucketProgress progress) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(lake.spark().sparkContext());
    List<DimensionSet> sets = sets();
    List<Integer> sizes = sizes(sources.dictionaries());
    ResultParts parts = ResultParts.of(sizes, question.cells(), PART_CELLS);
    List<List<GroupRange>> passes = GroupRange.passes(sizes, question.cells(), sources.room());
    Broadcast<AddUp.Work> work = spark.broadcast(work(sources.dictionaries()));
    try (BucketProgress.Watch watch =
        progress.watch(spark.sc(), (long) passes.size() * history.buckets())) {
      List<JavaRDD<Tuple2<CellKey, byte[]>>> cells = new ArrayList<>();
      for (List<GroupRange> pass : passes) {
        cells.add(sources.adder().add(work, pass, watch.done()));
      }
      cells.addAll(sources.others());
      return JavaPairRDD.fromJavaRDD(united(cells))
          .repartitionAndSortWithinPartitions(new PartPartitioner(parts))
          .mapPartitionsWithIndex(
              new BringTogether<>(
                  parts,
                  results(sets, sizes, sources.dictionaries()),
                  sinks,
                  meter,
                  sources.comparison()),
              true)
          .collect();
    } finally {
      work.destroy();
    }
  }

  /** What all tasks need. */
  AddUp.Work work(List<Dictionary> dictionaries) {
    return new AddUp.Work(
        reader(), new ArrayList<>(dictionaries), new ArrayList<>(sets()), question.cells());
  }

  /** By set, how many groups it has. */
  List<Integer> sizes(List<Dictionary> dictionaries) {
    return sets().stream().map(set -> size(set, dictionaries)).toList();
  }

  private static <T> JavaRDD<T> united(List<JavaRDD<T>> passes) {
    JavaRDD<T> all = passes.get(0);
    for (JavaRDD<T> pass : passes.subList(1, passes.size())) {
      all = all.union(pass);
    }
    return all;
  }

  /** The dimension sets, by the places of their tags. */
  List<DimensionSet> sets() {
    List<String> tags = List.copyOf(question.tags().keySet());
    return question.sets().entrySet().stream()
        .map(
            set ->
                new DimensionSet(set.getKey(), set.getValue().stream().map(tags::indexOf).toList()))
        .toList();
  }

  private static int size(DimensionSet set, List<Dictionary> dictionaries) {
    long size = 1;
    for (int tag : set.tags()) {
      size *= dictionaries.get(tag).size();
      if (size > Integer.MAX_VALUE) {
        throw new TagsRefusedException(
            "set %s has more than %,d groups; take fewer tags, or some with fewer values"
                .formatted(set.name(), Integer.MAX_VALUE));
      }
    }
    return (int) size;
  }

  private List<SetResult> results(
      List<DimensionSet> sets, List<Integer> sizes, List<Dictionary> dictionaries) {
    List<SetResult> results = new ArrayList<>();
    for (int i = 0; i < sets.size(); i++) {
      ArrayList<Dictionary> own = new ArrayList<>();
      sets.get(i).tags().forEach(tag -> own.add(dictionaries.get(tag)));
      results.add(new SetResult(question.shape(sets.get(i).name()), own, sizes.get(i)));
    }
    return results;
  }

  /** Reads the blocks. */
  BlockReader reader() {
    return new BlockReader(
        history.blocks(),
        question.metrics(),
        question.cells().types(),
        history.build().layout(),
        question.cells().window());
  }

  /** Whole buckets, as many as a task is to have. */
  <T> JavaRDD<T> tasks(JavaRDD<T> buckets) {
    long byBytes = history.blocks().bytes() / TASK_BYTES + 1;
    int cores = lake.spark().sparkContext().defaultParallelism();
    int tasks = (int) Math.min(history.buckets(), Math.max(cores, byBytes));
    return JavaRDD.fromRDD(
        buckets.rdd().coalesce(tasks, false, Option.apply(new WholeBuckets()), null),
        buckets.classTag());
  }
}
