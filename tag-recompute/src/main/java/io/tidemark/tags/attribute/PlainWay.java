package io.tidemark.tags.attribute;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.jobs.plan.Sql;
import io.tidemark.tags.attribute.Recompute.Way;
import io.tidemark.tags.attribute.plan.ResultShape;
import io.tidemark.tags.attribute.plan.RowHash;
import io.tidemark.tags.attribute.plan.SetSql;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.kernel.Window;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tags.spec.TagTable.Tag;
import io.tidemark.tags.table.DayStates;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;

/**
 * The result of a dimension set by plain SQL: over the rows of users, exploded, or over the daily
 * tables themselves. Slow, and what the fast way is held to.
 */
final class PlainWay {
  /**
   * A result.
   *
   * @param files its rows in data files that no commit names yet
   * @param rows how many
   * @param hash the sum of their hashes
   */
  record Result(StagedFiles files, long rows, long hash) {}

  private final Lakehouse lake;
  private final HistorySpec spec;

  /** SQL over a history. */
  PlainWay(Lakehouse lake, HistorySpec spec) {
    // Views of its own.
    this.lake = lake.newSession();
    this.spec = spec;
  }

  /** Computes a set's result and writes it into files of its table. */
  Result compute(Way way, ResultShape shape, TagRows tags, Map<String, Tag> declared, Table table) {
    Dataset<Row> rows =
        rows(way, shape, tags, declared, Optional.empty(), shape.cells().window())
            .persist(StorageLevel.DISK_ONLY());
    try {
      String[] order = shape.order().stream().map(Sql::name).toArray(String[]::new);
      long hash = rows.toJavaRDD().map(PlainWay::hash).fold(0L, Long::sum);
      StagedFiles files =
          StagedFiles.write(
              table,
              rows.repartitionByRange(1, columns(order)).sortWithinPartitions(columns(order)),
              StagedFiles.Layout.AS_THEY_COME);
      return new Result(files, rows.count(), hash);
    } finally {
      rows.unpersist();
    }
  }

  private static long hash(Row row) {
    Object[] values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.get(i);
    }
    return RowHash.of(values);
  }

  private static Column[] columns(String... names) {
    return Arrays.stream(names).map(functions::col).toArray(Column[]::new);
  }

  /** The rows of a set's result, in no order. */
  Dataset<Row> rows(
      Way way,
      ResultShape shape,
      TagRows tags,
      Map<String, Tag> declared,
      Optional<String> where,
      Window window) {
    tags.in(lake).read(declared, where).createOrReplaceTempView(SetSql.TAGS);
    (way == Way.ROWS ? fromRows() : fromDays())
        .where(
            functions
                .col("dt")
                .between(
                    functions.lit(LocalDate.ofEpochDay(window.firstDay())),
                    functions.lit(
                        LocalDate.ofEpochDay(window.firstDay() + (long) window.days() - 1))))
        .createOrReplaceTempView(SetSql.USER_DAYS);
    Set<String> multiple =
        shape.tags().keySet().stream()
            .filter(tag -> declared.get(tag).multiple())
            .collect(Collectors.toSet());
    return lake.spark().sql(new SetSql(shape, multiple, where.isPresent()).text());
  }

  /** A row per user-day from the view that has one row per user. */
  private Dataset<Row> fromRows() {
    List<String> metrics = List.copyOf(spec.metrics().keySet());
    return lake.spark()
        .sql(
            "SELECT user_id, inline(arrays_zip(days%s)) AS (dt%1$s) FROM %s"
                .formatted(
                    metrics.stream()
                        .map(metric -> ", " + Sql.name(metric))
                        .collect(Collectors.joining()),
                    lake.identifier(spec.view())));
  }

  /** The same from the daily tables, of which a published day has a row per user. */
  private Dataset<Row> fromDays() {
    List<String> built =
        new DayStates(lake)
            .of(spec.name()).values().stream()
                .filter(state -> state.isRead())
                .map(state -> "DATE'" + state.date() + "'")
                .toList();
    List<String> parts = new ArrayList<>();
    spec.inputs()
        .forEach(
            (table, metrics) ->
                parts.add(
                    "SELECT CAST(%s AS %s) AS user_id, dt%s FROM %s WHERE %1$s IS NOT NULL"
                        .formatted(
                            Sql.name(spec.user()),
                            spec.userType(),
                            ownMetrics(metrics),
                            lake.identifier(table))));
    return lake.spark()
        .sql(
            "SELECT user_id, dt%s FROM (%s) WHERE dt IN (%s) GROUP BY user_id, dt"
                .formatted(
                    spec.metrics().keySet().stream()
                        .map(metric -> ", max(%1$s) AS %1$s".formatted(Sql.name(metric)))
                        .collect(Collectors.joining()),
                    String.join(" UNION ALL ", parts),
                    built.isEmpty() ? "NULL" : String.join(", ", built)));
  }

  /** The metrics of all inputs: those of one table, and NULL for the others'. */
  private String ownMetrics(Map<String, MetricType> own) {
    return spec.metrics().entrySet().stream()
        .map(
            metric ->
                ", CAST(%s AS %s) AS %s"
                    .formatted(
                        own.containsKey(metric.getKey()) ? Sql.name(metric.getKey()) : "NULL",
                        metric.getValue(),
                        Sql.name(metric.getKey())))
        .collect(Collectors.joining());
  }
}
