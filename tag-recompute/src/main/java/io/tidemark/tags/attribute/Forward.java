package io.tidemark.tags.attribute;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.tags.attribute.Attribution.Question;
import io.tidemark.tags.attribute.Attribution.Sources;
import io.tidemark.tags.attribute.BringTogether.Comparison;
import io.tidemark.tags.attribute.ServingTable.Served;
import io.tidemark.tags.attribute.TagVectors.Found;
import io.tidemark.tags.attribute.plan.BucketTags;
import io.tidemark.tags.attribute.plan.Dictionary;
import io.tidemark.tags.attribute.plan.DimensionSet;
import io.tidemark.tags.attribute.plan.RecomputeRecord;
import io.tidemark.tags.attribute.plan.ResultShape;
import io.tidemark.tags.kernel.UserGroups;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.CollectionAccumulator;
import scala.Tuple2;

/**
 * What is read to bring earlier results forward: the tags they were made by, and their rows. It is
 * kept until this is closed.
 */
final class Forward implements AutoCloseable {
  private final Lakehouse lake;
  private final PinnedHistory history;
  private final Question question;
  private final Attribution attribution;
  private final List<ServingTable> serving;
  private final EarlierResults earlier;

  private TaggedUsers before;
  private boolean ownsBefore;
  private List<Dictionary> dictionaries;
  private final List<JavaRDD<OldRows.Part>> rows = new ArrayList<>();
  private final List<String> altered = new ArrayList<>();
  private CollectionAccumulator<String> found;

  Forward(
      Lakehouse lake,
      PinnedHistory history,
      Question question,
      Attribution attribution,
      List<ServingTable> serving,
      EarlierResults earlier) {
    this.lake = lake;
    this.history = history;
    this.question = question;
    this.attribution = attribution;
    this.serving = serving;
    this.earlier = earlier;
  }

  /** The results. */
  EarlierResults earlier() {
    return earlier;
  }

  /**
   * Reads the tags of then.
   *
   * @return the share of the users whose groups are others now
   * @throws TagsRefusedException when there is a user several times, whom the history did not have
   *     then
   */
  double readTags(TaggedUsers now) {
    ownsBefore = !earlier.sameTags();
    before =
        ownsBefore
            ? TaggedUsers.read(lake, history, earlier.tags(), question.tags(), Optional.empty())
            : now;
    dictionaries = now.dictionaries(before, question.tags());
    if (!ownsBefore) {
      return 0;
    }
    List<DimensionSet> sets = attribution.sets();
    List<Dictionary> all = List.copyOf(dictionaries);
    ArrayList<Dictionary> known = new ArrayList<>(all);
    ArrayList<DimensionSet> wanted = new ArrayList<>(sets);
    long changed =
        now.vectors()
            .zip(before.vectors())
            .map(pair -> changed(wanted, known, pair._1().tags(), pair._2().tags()))
            .fold(0L, Long::sum);
    return (double) changed / Math.max(1, now.users());
  }

  private static long changed(
      List<DimensionSet> sets, List<Dictionary> dictionaries, BucketTags now, BucketTags before) {
    List<UserGroups> groupsNow = now.groups(sets, dictionaries);
    List<UserGroups> groupsBefore = before.groups(sets, dictionaries);
    BitSet users = new BitSet();
    for (int set = 0; set < sets.size(); set++) {
      users.or(groupsNow.get(set).differing(groupsBefore.get(set)));
    }
    return users.cardinality();
  }

  /**
   * Reads the rows of the results.
   *
   * @return sets whose rows are not those that their commits tell of
   */
  List<String> readRows() {
    List<DimensionSet> sets = attribution.sets();
    List<Integer> sizes = attribution.sizes(dictionaries);
    for (int set = 0; set < sets.size(); set++) {
      ResultShape shape = question.shape(sets.get(set).name());
      List<Dictionary> own = sets.get(set).tags().stream().map(dictionaries::get).toList();
      Served served = earlier.served().get(set);
      JavaRDD<OldRows.Part> parts =
          lake.readAsOf(serving.get(set).name(), served.snapshot())
              .select(
                  shape.columns().keySet().stream()
                      .map(column -> functions.col("`" + column + "`"))
                      .toArray(Column[]::new))
              .toJavaRDD()
              .mapPartitions(
                  new OldRows(
                      set, shape, own, sizes.get(set), earlier.stale(), attribution.meter()))
              .persist(StorageLevel.MEMORY_AND_DISK());
      rows.add(parts);
      RecomputeRecord record = served.record();
      long[] counted =
          parts
              .map(part -> new long[] {part.rows(), part.hash()})
              .fold(new long[2], (one, other) -> new long[] {one[0] + other[0], one[1] + other[1]});
      if (counted[0] != record.rows()
          || !RecomputeRecord.checksum(counted[1]).equals(record.checksum())) {
        altered.add(record.set());
      }
    }
    return List.copyOf(altered);
  }

  /** What results are made of when they are brought forward, or held to that. */
  Sources sources(TaggedUsers now, boolean verified) {
    JavaPairRDD<Found, Found> both = now.vectors().zip(before.vectors());
    JavaRDD<Tuple2<Found, Found>> tasks =
        attribution.tasks(JavaRDD.fromRDD(both.rdd(), both.classTag()));
    found = new CollectionAccumulator<>();
    lake.spark().sparkContext().register(found);
    return new Sources(
        dictionaries,
        (work, pass, done) ->
            tasks.mapPartitionsWithIndex(
                new AddChanges(work, pass, earlier.stale(), verified, attribution.meter(), done),
                true),
        // Of everybody, of those who have changed, and of the same before.
        attribution.room() / 3,
        rows.stream().map(parts -> cells(parts, verified)).toList(),
        verified ? Optional.of(new Comparison(earlier.stale().kept(), found)) : Optional.empty());
  }

  private static JavaRDD<Tuple2<CellKey, byte[]>> cells(
      JavaRDD<OldRows.Part> parts, boolean compared) {
    return parts
        .filter(part -> part.cells().length > 0)
        .map(
            part ->
                new Tuple2<>(
                    new CellKey(part.key().set(), part.key().chunk(), compared, part.key().task()),
                    part.cells()));
  }

  /** Where a set's result differs from what bringing forward gives, some of the places. */
  List<String> differences(String set) {
    String own = "set " + set + ", ";
    List<String> all = new ArrayList<>();
    earlier.served().stream()
        .filter(each -> altered.contains(set) && each.record().set().equals(set))
        .forEach(
            each ->
                all.add(
                    own
                        + "its rows in snapshot %d are not those that its commit tells of"
                            .formatted(each.snapshot())));
    found.value().stream().filter(each -> each.startsWith(own)).sorted().forEach(all::add);
    return all;
  }

  @Override
  public void close() {
    rows.forEach(JavaRDD::unpersist);
    if (ownsBefore && before != null) {
      before.close();
    }
  }
}
