package io.tidemark.reconciliation.compare;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.StructType;

/**
 * Frames of few rows. A query over some rows costs what planning it costs; over a chain of frames
 * that is the plan of the whole chain, anew for every query, and code to compile for each. So the
 * rows of a frame that has few are brought to the driver, and what follows begins with them.
 */
public final class FewRows {
  /** A frame of more rows stays where the engine has it: the driver's memory is bounded. */
  public static final int LIMIT = 10_000;

  /** So does one of more bytes: rows may be as long as texts in them are. */
  static final long MOST_BYTES = 32 << 20;

  /** One task, joined by sorting, and no code that takes longer to compile than to do without. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "spark.sql.adaptive.enabled", "false",
          "spark.sql.autoBroadcastJoinThreshold", "-1",
          "spark.sql.codegen.factoryMode", "NO_CODEGEN",
          "spark.sql.codegen.wholeStage", "false",
          "spark.sql.shuffle.partitions", "1",
          "spark.sql.ui.explainMode", "simple");

  private FewRows() {}

  /**
   * The same rows in a frame that is computed from no other; nothing when there are too many, or
   * they are too large.
   *
   * @param limit so many are not too many
   */
  public static Optional<Dataset<Row>> of(Dataset<Row> frame, int limit) {
    return of(frame, limit, MOST_BYTES);
  }

  /**
   * The same with another bound.
   *
   * @param bytes so many are not too large, as the engine holds them
   */
  static Optional<Dataset<Row>> of(Dataset<Row> frame, int limit, long bytes) {
    // Cut off before they move: in each partition, then in the one they are brought together in.
    // What is collected comes to the driver whole.
    JavaRDD<InternalRow> cut =
        frame.queryExecution().toRdd().toJavaRDD().mapPartitions(rows -> upTo(limit, bytes, rows));
    List<InternalRow> found =
        cut.getNumPartitions() == 1
            ? cut.collect()
            : cut.coalesce(1, true).mapPartitions(rows -> upTo(limit, bytes, rows)).collect();
    if (found.size() > limit || bytes(found) > bytes) {
      return Optional.empty();
    }
    StructType schema = frame.schema();
    List<Row> rows =
        found.stream()
            .map(row -> (Row) CatalystTypeConverters.convertToScala(row, schema))
            .toList();
    return Optional.of(frame.sparkSession().createDataFrame(rows, schema).coalesce(1));
  }

  /** Rows until there are more of them, or of bytes, than that, with the one that is too much. */
  private static Iterator<InternalRow> upTo(int limit, long bytes, Iterator<InternalRow> rows) {
    List<InternalRow> taken = new ArrayList<>();
    long sum = 0;
    while (sum <= bytes && taken.size() <= limit && rows.hasNext()) {
      InternalRow row = rows.next().copy(); // the engine fills one object anew for each row
      taken.add(row);
      sum += bytes(row);
    }
    return taken.iterator();
  }

  private static long bytes(List<InternalRow> rows) {
    return rows.stream().mapToLong(FewRows::bytes).sum();
  }

  private static long bytes(InternalRow row) {
    return ((UnsafeRow) row).getSizeInBytes();
  }

  /**
   * Asks what looks at few rows only.
   *
   * @param spark a session that nobody else uses meanwhile
   */
  public static <T> T ask(SparkSession spark, Supplier<T> queries) {
    Map<String, Optional<String>> before = new HashMap<>();
    SETTINGS.forEach(
        (key, value) -> {
          before.put(key, Optional.ofNullable(spark.conf().get(key, null)));
          spark.conf().set(key, value);
        });
    try {
      return queries.get();
    } finally {
      before.forEach(
          (key, value) ->
              value.ifPresentOrElse(
                  text -> spark.conf().set(key, text), () -> spark.conf().unset(key)));
    }
  }
}
