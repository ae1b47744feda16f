package io.tidemark.reconciliation.compare;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Frames of few rows. A query over some rows costs what planning it costs; over a chain of frames
 * that is the plan of the whole chain, anew for every query, and code to compile for each. So the
 * rows of a frame that has few are brought to the driver, and what follows begins with them.
 */
public final class FewRows {
  /** A frame of more rows stays where the engine has it: the driver's memory is bounded. */
  public static final int LIMIT = 10_000;

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
   * The same rows in a frame that is computed from no other; nothing when there are too many.
   *
   * @param limit so many are not too many
   */
  public static Optional<Dataset<Row>> of(Dataset<Row> frame, int limit) {
    List<Row> rows = frame.limit(limit + 1).collectAsList();
    return rows.size() > limit
        ? Optional.empty()
        : Optional.of(frame.sparkSession().createDataFrame(rows, frame.schema()).coalesce(1));
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
