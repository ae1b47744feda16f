package io.tidemark.tags.build;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.tags.table.HistoryColumns;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/** The rows of the inputs in a task, by bucket and then by day. */
final class BucketRows {
  private static final String PLACE = "place";

  /** Columns before the metrics: place, user, input. */
  private static final int METRICS = 3;

  private final Iterator<InternalRow> rows;
  private final DataType[] types;
  private InternalRow next;

  /**
   * Rows of a task.
   *
   * @param types of {@link #columns}
   */
  BucketRows(Iterator<InternalRow> rows, DataType[] types) {
    this.rows = rows;
    this.types = types;
    advance();
  }

  /**
   * What is read of the inputs, with the bucket and day in one number, by which alone they are
   * sorted.
   */
  static Dataset<Row> columns(Dataset<Row> read, Collection<String> metrics) {
    List<Column> columns = new ArrayList<>();
    columns.add(
        expr("shiftleft(CAST(%s AS BIGINT), 32) + (unix_date(%s) + 2147483648L)"
                .formatted(HistoryColumns.BUCKET, SystemColumns.DT))
            .as(PLACE));
    columns.add(col(HistoryColumns.USER_ID));
    columns.add(col(InputDays.INPUT));
    metrics.forEach(metric -> columns.add(col(metric)));
    return read.select(columns.toArray(Column[]::new));
  }

  /**
   * Gathers rows of {@link #columns} by bucket: a task has those whose remainder is its number.
   * There are so many tasks, also when there is no row: pieces are to be made of what there was.
   */
  static JavaRDD<InternalRow> gather(Dataset<Row> rows, int tasks) {
    JavaRDD<InternalRow> gathered =
        rows.repartitionById(
                tasks, expr("CAST(shiftright(%s, 32) %% %d AS INT)".formatted(PLACE, tasks)))
            .sortWithinPartitions(PLACE)
            .queryExecution()
            .toRdd()
            .toJavaRDD();
    if (gathered.getNumPartitions() == tasks) {
      return gathered;
    }
    // Spark leaves a shuffle of nothing out.
    if (!gathered.isEmpty()) {
      throw new IllegalStateException(
          "rows are in %d partitions, not in %d".formatted(gathered.getNumPartitions(), tasks));
    }
    return JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext())
        .parallelize(List.of(), tasks);
  }

  /** The types of columns, for the tasks. */
  static DataType[] types(StructType columns) {
    return List.of(columns.fields()).stream().map(StructField::dataType).toArray(DataType[]::new);
  }

  private void advance() {
    next = rows.hasNext() ? rows.next() : null;
  }

  /**
   * Makes sure that no row was passed over.
   *
   * @param inputs their tables, in order, as messages name them
   */
  void requireNone(List<String> inputs) {
    if (next != null) {
      throw new IllegalStateException(
          "%s has rows of bucket %d on %s, and nothing was to be made of that bucket then"
              .formatted(inputs.get(next.getInt(2)), bucket(), LocalDate.ofEpochDay(day())));
    }
  }

  /** Whether the next row is of a bucket. */
  boolean isOf(int bucket) {
    return next != null && bucket() == bucket;
  }

  private int bucket() {
    return (int) (next.getLong(0) >>> Integer.SIZE);
  }

  /** The day of the next row, since 1970-01-01. */
  int day() {
    return (int) ((next.getLong(0) & 0xFFFF_FFFFL) - (1L << (Integer.SIZE - 1)));
  }

  /** Adds the next row to those of its day. */
  void moveTo(DayRows day) {
    int input = next.getInt(2);
    Object user =
        types[1].equals(DataTypes.LongType)
            ? (Object) next.getLong(1)
            : text(next.getUTF8String(1), input, day);
    Object[] values = new Object[types.length - METRICS];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(METRICS + i);
    }
    day.add(user, input, values);
    advance();
  }

  /** Bytes that are no text would become one and the same replacement, and several users one. */
  private static String text(UTF8String id, int input, DayRows day) {
    if (!id.isValid()) {
      throw new IllegalStateException(day.noText(input, id.getBytes()));
    }
    return id.toString();
  }

  private Object value(int column) {
    if (next.isNullAt(column)) {
      return null;
    }
    DataType type = types[column];
    if (type instanceof DecimalType decimal) {
      return next.getDecimal(column, decimal.precision(), decimal.scale()).toJavaBigDecimal();
    }
    if (type.equals(DataTypes.LongType)) {
      return next.getLong(column);
    }
    if (type.equals(DataTypes.IntegerType)) {
      return next.getInt(column);
    }
    return type.equals(DataTypes.FloatType)
        ? (Object) next.getFloat(column)
        : (Object) next.getDouble(column);
  }
}
