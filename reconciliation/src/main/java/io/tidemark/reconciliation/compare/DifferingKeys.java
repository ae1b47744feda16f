package io.tidemark.reconciliation.compare;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
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
  private final Dataset<Row> rows;
  private final boolean few;
  private final List<String> keys;
  private final List<String> metrics;
  private final String view;

  private DifferingKeys(
      Dataset<Row> rows, boolean few, String view, List<String> keys, List<String> metrics) {
    this.rows = rows;
    this.few = few;
    this.view = view;
    this.keys = List.copyOf(keys);
    this.metrics = List.copyOf(metrics);
    this.rows.createOrReplaceTempView(view);
  }

  /**
   * Computes them.
   *
   * @param atLeast there are about so many, or more
   * @param atMost there are no more than so many
   * @param limit so many are few
   */
  static DifferingKeys of(
      Dataset<Row> rows,
      long atLeast,
      long atMost,
      int limit,
      String view,
      List<String> keys,
      List<String> metrics) {
    // Where there may be many, they are kept first: looking twice must not compute them twice.
    if (atMost > limit) {
      rows.persist(StorageLevel.MEMORY_AND_DISK());
    }
    Optional<Dataset<Row>> few = atLeast > limit ? Optional.empty() : FewRows.of(rows, limit);
    if (few.isEmpty()) {
      return new DifferingKeys(rows, false, view, keys, metrics);
    }
    rows.unpersist();
    return new DifferingKeys(few.get(), true, view, keys, metrics);
  }

  /** The keys. */
  public Dataset<Row> rows() {
    return rows;
  }

  /** Whether they are few, and {@link #rows} is computed from nothing. */
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
    if (!few) {
      rows.unpersist();
    }
  }
}
