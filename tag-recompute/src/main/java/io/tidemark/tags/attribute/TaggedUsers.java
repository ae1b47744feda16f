package io.tidemark.tags.attribute;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.tags.attribute.TagVectors.Found;
import io.tidemark.tags.attribute.plan.Dictionary;
import io.tidemark.tags.attribute.plan.SetSql;
import io.tidemark.tags.spec.HistorySpec.UserType;
import io.tidemark.tags.spec.TagTable.Tag;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;

/**
 * The tags of all users by their numbers, and what the groups of each tag stand for. The vectors
 * are kept by the executors until this is closed.
 */
final class TaggedUsers implements AutoCloseable {
  private static final String BUCKET = "bucket";

  /** More buckets than these are brought together on the way to the driver. */
  private static final int AT_ONCE = 256;

  /** What the driver has to know of buckets. */
  private record Summary(
      ArrayList<HashSet<Object>> values,
      long users,
      long rows,
      long known,
      ArrayList<String> repeated)
      implements Serializable {
    static Summary of(Found found) {
      ArrayList<HashSet<Object>> values = new ArrayList<>();
      found.tags().tags().forEach(tag -> values.add(new HashSet<>(tag.values())));
      return new Summary(
          values,
          found.tags().users(),
          found.rows(),
          found.known(),
          new ArrayList<>(found.repeated()));
    }

    Summary and(Summary other) {
      ArrayList<HashSet<Object>> both = new ArrayList<>();
      for (int tag = 0; tag < values.size(); tag++) {
        HashSet<Object> all = new HashSet<>(values.get(tag));
        all.addAll(other.values.get(tag));
        both.add(all);
      }
      ArrayList<String> some = new ArrayList<>(repeated);
      some.addAll(other.repeated);
      return new Summary(
          both,
          users + other.users,
          rows + other.rows,
          known + other.known,
          new ArrayList<>(some.subList(0, Math.min(TagVectors.NAMED, some.size()))));
    }
  }

  private final JavaRDD<Found> vectors;
  private final List<Dictionary> dictionaries;
  private final Summary summary;

  private TaggedUsers(JavaRDD<Found> vectors, List<Dictionary> dictionaries, Summary summary) {
    this.vectors = vectors;
    this.dictionaries = dictionaries;
    this.summary = summary;
  }

  /**
   * Reads tags.
   *
   * @param where a condition on the rows of tags; users without a row that meets it are in no group
   * @throws TagsRefusedException when a user has several rows, or there is none
   */
  static TaggedUsers read(
      Lakehouse lake,
      PinnedHistory history,
      TagRows pinned,
      Map<String, Tag> tags,
      Optional<String> where) {
    int buckets = history.buckets();
    Dataset<Row> rows = pinned.read(tags, where);
    List<Column> columns = new ArrayList<>();
    columns.add(
        functions
            .call_function(
                lake.environment().catalog().name() + ".system.bucket",
                functions.lit(buckets),
                functions.col(SetSql.USER))
            .as(BUCKET));
    for (String column : rows.columns()) {
      columns.add(functions.col("`" + column + "`"));
    }
    JavaRDD<InternalRow> plain =
        ((org.apache.spark.sql.classic.Dataset<Row>) rows.select(columns.toArray(Column[]::new)))
            .queryExecution()
            .toRdd()
            .toJavaRDD();
    boolean textUsers = history.spec().userType() == UserType.STRING;
    List<Tag> all = List.copyOf(tags.values());
    JavaRDD<Found> vectors =
        plain
            .mapPartitionsToPair(new TagChunks(buckets, textUsers, all))
            .partitionBy(new HashPartitioner(buckets))
            .values()
            .mapPartitionsWithIndex(
                new TagVectors(history.directory(), textUsers, all, where.isPresent()), true)
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      Summary summary =
          vectors.map(Summary::of).treeReduce(Summary::and, buckets > AT_ONCE ? 2 : 1);
      check(pinned, summary, where);
      List<Dictionary> dictionaries = new ArrayList<>();
      List<Tag> types = List.copyOf(tags.values());
      for (int tag = 0; tag < types.size(); tag++) {
        dictionaries.add(Dictionary.of(types.get(tag).type(), summary.values().get(tag)));
      }
      return new TaggedUsers(vectors, dictionaries, summary);
    } catch (RuntimeException e) {
      vectors.unpersist();
      throw e;
    }
  }

  private static void check(TagRows pinned, Summary summary, Optional<String> where) {
    if (summary.rows() == 0 && where.isEmpty()) {
      throw new TagsRefusedException(
          "the tag table %s has no row%s; load it"
              .formatted(
                  pinned.spec().tags().table(),
                  pinned
                      .day()
                      .map(day -> " of " + day)
                      .orElse(" in snapshot " + pinned.snapshot())));
    }
    if (!summary.repeated().isEmpty()) {
      throw new TagsRefusedException(
          "the tag table %s has several rows of a user, for example %s; it has to have one of each%s. Load it again, as an array where a user has several values"
              .formatted(
                  pinned.spec().tags().table(),
                  String.join(", ", summary.repeated()),
                  pinned.day().map(day -> " and day").orElse("")));
    }
  }

  /** The vectors, a partition for each bucket. */
  JavaRDD<Found> vectors() {
    return vectors;
  }

  /** By tag, what its groups stand for. */
  List<Dictionary> dictionaries() {
    return dictionaries;
  }

  /** By tag, what its groups stand for when those of others are among them. */
  List<Dictionary> dictionaries(TaggedUsers others, Map<String, Tag> tags) {
    List<Dictionary> all = new ArrayList<>();
    int place = 0;
    for (Tag tag : tags.values()) {
      HashSet<Object> values = new HashSet<>(summary.values().get(place));
      values.addAll(others.summary.values().get(place++));
      all.add(Dictionary.of(tag.type(), values));
    }
    return all;
  }

  /** Users of the history, those included whose number is free by now. */
  long users() {
    return summary.users();
  }

  /** Tag rows. */
  long rows() {
    return summary.rows();
  }

  /** Tag rows of users whom the history does not have. */
  long unknown() {
    return summary.rows() - summary.known();
  }

  @Override
  public void close() {
    vectors.unpersist();
  }
}
