package io.tidemark.reconciliation.compare;

import io.tidemark.reconciliation.plan.SideBySide;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * All keys that differ between stream and batch in at least one metric: few of them as rows, many
 * kept by the engine until this is closed. Beside the key's own columns, in their own types, each
 * row has
 *
 * <ul>
 *   <li>{@code in_stream}, {@code in_batch}: which sides have the key
 *   <li>{@code stream__i}, {@code batch__i}: the values of metric {@code i}, in their own type;
 *       NULL where the side has none. Of a transform's {@code content} they are hashes
 *   <li>{@code differs__i}: whether the metric differs, never NULL
 *   <li>{@code stream_number__i}, {@code batch_number__i}: the values as they are added up, with 0
 *       for NULL, NaN and the infinities; NULL for a metric without numbers. Their difference over
 *       the keys that differ is the metric's net difference
 *   <li>{@code distance__i}: how far they are apart; for a metric without numbers 1 where it
 *       differs
 * </ul>
 */
public final class DifferingKeys implements AutoCloseable {
  private static final String VALUES = "_values";

  private final Dataset<Row> kept;
  private final boolean few;
  private final Dataset<Row> rows;
  private final List<String> keys;
  private final List<String> metrics;
  private final String view;

  private DifferingKeys(
      SparkSession spark, SideBySide sides, Dataset<Row> kept, boolean few, String view) {
    this.kept = kept;
    this.few = few;
    this.view = view;
    this.keys = sides.keys();
    this.metrics = sides.metricNames();
    kept.createOrReplaceTempView(view + VALUES);
    this.rows = spark.sql(sides.differing(view + VALUES));
    this.rows.createOrReplaceTempView(view);
  }

  /**
   * Computes them. Their values are kept; how far these are apart is less to compute than to keep.
   *
   * @param about so many there are at least, as far as is known
   * @param limit so many are few
   */
  static DifferingKeys of(
      SparkSession spark, SideBySide sides, long about, int limit, String view) {
    Dataset<Row> values = spark.sql(sides.rows());
    Optional<Dataset<Row>> few = about > limit ? Optional.empty() : FewRows.of(values, limit);
    return new DifferingKeys(
        spark,
        sides,
        few.orElseGet(() -> values.persist(StorageLevel.MEMORY_AND_DISK())),
        few.isPresent(),
        view);
  }

  /** The keys. */
  public Dataset<Row> rows() {
    return rows;
  }

  /** Whether they are few, and {@link #rows} is computed from rows at hand. */
  public boolean areFew() {
    return few;
  }

  /** What SQL over {@link #view} alone answers. */
  public List<Row> ask(String sql) {
    return few ? FewRows.ask(rows.sparkSession(), () -> answer(sql)) : answer(sql);
  }

  private List<Row> answer(String sql) {
    return rows.sparkSession().sql(sql).collectAsList();
  }

  /** The view of the keys, in the session that compared them. */
  public String view() {
    return view;
  }

  /** Names of the key's columns, in order. */
  public List<String> keys() {
    return keys;
  }

  /** Names of the metrics: {@code i} in the columns is the place in this list. */
  public List<String> metrics() {
    return metrics;
  }

  @Override
  public void close() {
    kept.unpersist();
  }
}
