package io.tidemark.tags.build;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.publish.Publication;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tags.table.HistoryColumns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.spark.SparkSchemaUtil;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * The daily tables that a history is made of, pinned: what is published there, and its rows. Each
 * is read as of the snapshot that {@code main} had when this was made, whatever comes meanwhile.
 */
final class InputDays {
  /** Which input a row is of. */
  static final String INPUT = "input";

  private final Lakehouse lake;
  private final HistorySpec spec;
  private final Map<TableName, Table> tables = new LinkedHashMap<>();
  private final Map<TableName, Snapshot> pins = new HashMap<>();

  /**
   * Pins the inputs.
   *
   * @throws io.tidemark.catalog.MissingTableException when one is not there
   */
  InputDays(Lakehouse lake, HistorySpec spec) {
    this.lake = lake;
    this.spec = spec;
    for (TableName input : spec.inputs().keySet()) {
      Table table = lake.load(input);
      InputTypes.check(spec, input, table.schema());
      tables.put(input, table);
      pins.put(input, table.currentSnapshot());
    }
  }

  /** The days that all inputs have published, with the publication of each. */
  SortedMap<LocalDate, Map<String, Long>> published() {
    SortedMap<LocalDate, Map<String, Long>> published = new TreeMap<>();
    tables.forEach(
        (name, table) -> {
          Map<LocalDate, Publication> latest = new HashMap<>();
          Publication.all(table).forEach(each -> latest.put(each.record().date(), each));
          latest.values().stream()
              .filter(Publication::isPublished)
              .forEach(
                  each ->
                      published
                          .computeIfAbsent(each.record().date(), day -> new HashMap<>())
                          .put(name.toString(), each.snapshot()));
        });
    published.values().removeIf(inputs -> inputs.size() < tables.size());
    return published;
  }

  /** How many rows all inputs have of each day, by their files' partitions. */
  Map<LocalDate, Long> rows(SortedSet<LocalDate> days) {
    Map<LocalDate, Long> rows = new HashMap<>();
    days.forEach(day -> rows.put(day, 0L));
    if (!days.isEmpty()) {
      tables.forEach((input, table) -> count(table, pins.get(input), days, rows));
    }
    return rows;
  }

  private static void count(
      Table table, Snapshot pin, SortedSet<LocalDate> days, Map<LocalDate, Long> rows) {
    if (pin == null) {
      return;
    }
    try (CloseableIterable<FileScanTask> tasks =
        table
            .newScan()
            .useSnapshot(pin.snapshotId())
            .filter(
                Expressions.and(
                    Expressions.greaterThanOrEqual(SystemColumns.DT, days.first().toString()),
                    Expressions.lessThanOrEqual(SystemColumns.DT, days.last().toString())))
            .planFiles()) {
      int dt = table.schema().findField(SystemColumns.DT).fieldId();
      for (FileScanTask task : tasks) {
        int place =
            task.spec().fields().stream().map(PartitionField::sourceId).toList().indexOf(dt);
        LocalDate day = LocalDate.ofEpochDay(task.file().partition().get(place, Integer.class));
        rows.computeIfPresent(day, (each, sum) -> sum + task.file().recordCount());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the manifests of " + table.name(), e);
    }
  }

  /**
   * The rows of days that have a user: the bucket, the user, the day, the input, and all metrics of
   * the history, of which an input has its own.
   *
   * @param whole days that are read of all users
   * @param part days that are read of one bucket alone
   */
  Dataset<Row> read(SortedSet<LocalDate> whole, SortedSet<LocalDate> part, OptionalInt bucket) {
    List<LocalDate> days = new ArrayList<>(whole);
    days.addAll(part);
    Dataset<Row> all = null;
    int number = 0;
    for (TableName input : tables.keySet()) {
      Dataset<Row> rows = read(input, number++, days);
      all = all == null ? rows : all.union(rows);
    }
    Dataset<Row> withBucket =
        all.withColumn(
            HistoryColumns.BUCKET,
            functions.expr(
                "`%s`.system.bucket(%d, %s)"
                    .formatted(
                        lake.environment().catalog().name(),
                        spec.layout().buckets(),
                        HistoryColumns.USER_ID)));
    return bucket.isEmpty() || part.isEmpty()
        ? withBucket
        : withBucket.where(
            col(SystemColumns.DT)
                .isin(whole.toArray())
                .or(col(HistoryColumns.BUCKET).equalTo(bucket.getAsInt())));
  }

  private Dataset<Row> read(TableName input, int number, List<LocalDate> days) {
    Dataset<Row> rows =
        pins.get(input) == null
            ? lake.empty(input)
            : lake.readAsOf(input, pins.get(input).snapshotId());
    List<Column> columns = new ArrayList<>();
    columns.add(col(spec.user()).cast(HistoryColumns.userType(spec)).as(HistoryColumns.USER_ID));
    columns.add(col(SystemColumns.DT));
    columns.add(lit(number).as(INPUT));
    spec.inputs()
        .forEach(
            (table, metrics) ->
                metrics.forEach(
                    (metric, type) ->
                        columns.add(table.equals(input) ? col(metric) : absent(table, metric))));
    return rows.where(col(SystemColumns.DT).isin(days.toArray()))
        .where(col(spec.user()).isNotNull())
        .select(columns.toArray(Column[]::new));
  }

  /** A metric of another input: no value of the type that it has there. */
  private Column absent(TableName table, String metric) {
    return lit(null)
        .cast(SparkSchemaUtil.convert(tables.get(table).schema().findType(metric)))
        .as(metric);
  }

  /** The inputs, in order, as messages name them. */
  List<String> names() {
    return tables.keySet().stream().map(TableName::toString).toList();
  }
}
