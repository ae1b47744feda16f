package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.tidemark.catalog.KnownTable;
import io.tidemark.catalog.cut.ChangedRange;
import io.tidemark.catalog.cut.ChangedRange.Overwritten;
import io.tidemark.catalog.cut.InputRange;
import io.tidemark.jobs.plan.SinkSql;
import io.tidemark.jobs.sink.SinkRow;
import io.tidemark.jobs.sink.SinkRow.Op;
import io.tidemark.jobs.sink.SinkRow.Source;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The rows that a sink has to write for a range of its input. They are computed once, and kept by
 * the executors, on disk, until they are written: how long the target takes, or how often it has to
 * be tried, does not matter. The driver fetches a partition of them at a time.
 */
final class SinkRows implements AutoCloseable {
  /** More partitions than this are not named to find files by. */
  private static final int MOST_NAMED = 1_000;

  private final Dataset<Row> rows;
  private final int keys;
  private final long count;

  private SinkRows(Dataset<Row> rows, int keys) {
    this.rows = rows.persist(StorageLevel.DISK_ONLY());
    this.keys = keys;
    try {
      this.count = this.rows.count();
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  /**
   * Computes them.
   *
   * @param input the table that the sink reads, in the session's own reading
   */
  static SinkRows compute(JobSession session, SinkPlan plan, KnownTable input, ChangedRange range) {
    return new SinkRows(frame(session, plan, input, range), plan.layout().key().size());
  }

  private static Dataset<Row> frame(
      JobSession session, SinkPlan plan, KnownTable input, ChangedRange range) {
    SinkSql sql = plan.sql();
    if (range.from() == null) {
      return session.over(Map.of("stored", input.readAsOf(range.to())), sql.whole());
    }
    Overwritten overwritten = range.overwritten();
    Dataset<Row> appended =
        input
            .read(new InputRange(range.from(), range.to(), range.rows()))
            .where(not(in(plan.partition(), overwritten)));
    Dataset<Row> changes =
        sql.appends()
            ? appended(session, sql, appended)
            : changed(session, plan, input, range, appended);
    if (overwritten.isEmpty()) {
      return changes;
    }
    Column there = in(plan.partition(), overwritten);
    return changes.unionAll(
        session.over(
            Map.of(
                "before", input.readAsOf(range.from()).where(there),
                "stored", input.readAsOf(range.to()).where(there)),
            sql.difference()));
  }

  private static Dataset<Row> appended(JobSession session, SinkSql sql, Dataset<Row> appended) {
    return session.over(Map.of("appended", appended), sql.appended());
  }

  private static Dataset<Row> changed(
      JobSession session,
      SinkPlan plan,
      KnownTable input,
      ChangedRange range,
      Dataset<Row> appended) {
    Dataset<Row> changed = session.over(Map.of("appended", appended), plan.sql().changedKeys());
    Dataset<Row> stored = input.readAsOf(range.to());
    List<Object> partitions =
        changed.select(plan.partition()).distinct().limit(MOST_NAMED + 1).collectAsList().stream()
            .map(row -> row.get(0))
            .toList();
    if (partitions.size() <= MOST_NAMED && !partitions.contains(null)) {
      stored = stored.where(in(plan.partition(), partitions));
    }
    return session.over(Map.of("changed", changed, "stored", stored), plan.sql().current());
  }

  /** Whether a row is in one of the partitions; never NULL. */
  private static Column in(String partition, Overwritten overwritten) {
    return overwritten.all() ? lit(true) : in(partition, overwritten.values());
  }

  private static Column in(String partition, Collection<Object> values) {
    return values.isEmpty()
        ? lit(false)
        : coalesce(col("`" + partition + "`").isin(values.toArray()), lit(false));
  }

  /** How many there are. */
  long count() {
    return count;
  }

  /** Gives each to somebody, in no order. */
  void forEach(Consumer<SinkRow> taker) {
    Iterator<Row> all = rows.toLocalIterator();
    while (all.hasNext()) {
      taker.accept(row(all.next()));
    }
  }

  private SinkRow row(Row row) {
    Op op = Op.valueOf(row.getString(0).toUpperCase(Locale.ROOT));
    Source source =
        row.isNullAt(1) ? null : new Source(row.getString(1), row.getInt(2), row.getLong(3));
    int firstKey = 1 + SinkSql.SOURCE.size();
    int firstValue = firstKey + keys;
    List<Object> values = op == Op.DELETE ? List.of() : values(row, firstValue, row.size());
    return new SinkRow(op, values(row, firstKey, firstValue), values, source);
  }

  private static List<Object> values(Row row, int from, int to) {
    List<Object> values = new ArrayList<>();
    for (int i = from; i < to; i++) {
      values.add(plain(row.get(i)));
    }
    return values;
  }

  /** Of Java's own types. */
  private static Object plain(Object value) {
    if (value instanceof Row row) {
      Map<String, Object> fields = new LinkedHashMap<>();
      for (int i = 0; i < row.size(); i++) {
        fields.put(row.schema().fieldNames()[i], plain(row.get(i)));
      }
      return fields;
    }
    if (value instanceof scala.collection.Seq<?> items) {
      List<Object> list = new ArrayList<>();
      CollectionConverters.asJava(items).forEach(item -> list.add(plain(item)));
      return list;
    }
    if (value instanceof scala.collection.Map<?, ?> entries) {
      Map<Object, Object> map = new LinkedHashMap<>();
      CollectionConverters.asJava(entries).forEach((key, item) -> map.put(key, plain(item)));
      return map;
    }
    return value;
  }

  @Override
  public void close() {
    rows.unpersist(false);
  }
}
