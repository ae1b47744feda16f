package io.tidemark.reconciliation.ends;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.ChangeColumns;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.reconciliation.ends.plan.NamedRanges;
import io.tidemark.reconciliation.ends.plan.OffsetRange;
import io.tidemark.reconciliation.ends.plan.PlaceTally;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The places in a topic that tables have rows and dead letters of. Three columns are read, and each
 * {@link PlaceTally#BUCKET} offsets become one bitmap before anything is moved.
 */
final class TablePlaces {
  private static final String PARTITION = "partition";
  private static final String OFFSET = "offset";
  private static final String KIND = "kind";
  private static final String BUCKET = "bucket";
  private static final int BUCKETS_LOOKED_INTO = 100;
  private static final int COPIES_NAMED = 1_000;

  private final Lakehouse lake;
  private final Dataset<Row> places;

  TablePlaces(Lakehouse lake, List<TopicReader> readers) {
    this.lake = lake;
    Dataset<Row> all = null;
    for (int number = 0; number < readers.size(); number++) {
      TopicReader reader = readers.get(number);
      Dataset<Row> own = rows(reader, number);
      all = all == null ? own : all.unionByName(own);
      // Loaded after the rows: letters are committed first, so none of theirs is missing.
      Optional<Dataset<Row>> dead = letters(reader.job().deadLetters(), number);
      all = dead.isPresent() ? all.unionByName(dead.get()) : all;
    }
    this.places = all;
  }

  private Dataset<Row> rows(TopicReader reader, int number) {
    Column change =
        reader.job().payload().isChangeLog()
            ? least(coalesce(col(ChangeColumns.NUMBER), lit(0)), lit(PlaceTally.LAST_TOLD))
            : lit(0);
    return place(lake.readAsOf(reader.job().output(), reader.snapshot()), change, number);
  }

  private Optional<Dataset<Row>> letters(TableName table, int number) {
    if (!lake.exists(table)) {
      return Optional.empty();
    }
    Snapshot head = lake.load(table).currentSnapshot();
    return head == null
        ? Optional.empty()
        : Optional.of(
            place(lake.readAsOf(table, head.snapshotId()), lit(PlaceTally.LETTER), number));
  }

  private static Dataset<Row> place(Dataset<Row> rows, Column kind, int number) {
    Column valid = col(SystemColumns.PARTITION).geq(0).and(col(SystemColumns.OFFSET).geq(0));
    return rows.select(
        when(valid, col(SystemColumns.PARTITION)).as(PARTITION),
        when(valid, col(SystemColumns.OFFSET)).as(OFFSET),
        kind.plus(number * PlaceTally.KINDS).as(KIND));
  }

  /**
   * Counts them.
   *
   * @return rows that name no place
   */
  long countInto(PlaceTally tally) {
    Iterator<Row> bitmaps =
        bucketed()
            .groupBy(PARTITION, BUCKET, KIND)
            .agg(
                expr(
                    "bitmap_construct_agg(coalesce(%s, 0) %% %d)"
                        .formatted(OFFSET, PlaceTally.BUCKET)),
                count(lit(1)))
            .orderBy(PARTITION, BUCKET, KIND)
            .toLocalIterator();
    long withoutPlace = 0;
    while (bitmaps.hasNext()) {
      Row row = bitmaps.next();
      if (row.isNullAt(0) || row.isNullAt(1)) {
        withoutPlace += row.getLong(4);
        continue;
      }
      int kind = row.getInt(2);
      tally.add(
          row.getInt(0),
          row.getLong(1),
          kind / PlaceTally.KINDS,
          kind % PlaceTally.KINDS,
          row.getAs(3),
          row.getLong(4));
    }
    tally.finish();
    return withoutPlace;
  }

  private Dataset<Row> bucketed() {
    return places.withColumn(BUCKET, expr(OFFSET + " div " + PlaceTally.BUCKET));
  }

  /** Looks for the offsets that have more rows than one, in the buckets that have such. */
  NamedRanges copies(Map<Integer, List<Long>> buckets) {
    NamedRanges found = new NamedRanges();
    buckets.forEach(
        (partition, numbers) ->
            bucketed()
                .where(col(PARTITION).equalTo(partition))
                .where(
                    col(BUCKET)
                        .isInCollection(
                            numbers.subList(0, Math.min(BUCKETS_LOOKED_INTO, numbers.size()))))
                .where(col(KIND).mod(PlaceTally.KINDS).notEqual(PlaceTally.LAST_TOLD))
                .groupBy(OFFSET, KIND)
                .count()
                .where(col("count").gt(1))
                .select(OFFSET)
                .distinct()
                .orderBy(OFFSET)
                .limit(COPIES_NAMED)
                .collectAsList()
                .forEach(
                    row ->
                        found.add(partition, new OffsetRange(row.getLong(0), row.getLong(0) + 1))));
    return found;
  }
}
