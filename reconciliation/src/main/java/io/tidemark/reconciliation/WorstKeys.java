package io.tidemark.reconciliation;

import io.tidemark.reconciliation.compare.Numbers;
import io.tidemark.reconciliation.plan.DimensionDifference;
import io.tidemark.reconciliation.plan.KeyDifference;
import io.tidemark.reconciliation.plan.SideBySide;
import io.tidemark.reconciliation.plan.TransformComparison;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The keys, and the values of dimensions, in which a metric differs most. */
final class WorstKeys {
  private static final String WORST = "worst_keys";

  private final SparkSession spark;
  private final long kept;

  WorstKeys(SparkSession spark, long kept) {
    this.spark = spark;
    this.kept = kept;
  }

  /**
   * The worst keys of one metric, worst first.
   *
   * @param view the keys that differ
   * @param rows how a transform's columns are compared
   */
  List<KeyDifference> of(
      SideBySide comparison, String view, int metric, Optional<TransformComparison> rows) {
    String sql = comparison.worst(view, metric, kept);
    if (rows.isPresent()
        && comparison.metricNames().get(metric).equals(TransformComparison.CONTENT)) {
      spark.sql(comparison.worstRows(view, metric, kept)).createOrReplaceTempView(WORST);
      sql = rows.get().differences(WORST, Sides.STREAM, Sides.BATCH);
    }
    return spark.sql(sql).collectAsList().stream()
        .map(row -> difference(row, comparison.keys(), rows.isPresent()))
        .toList();
  }

  private static KeyDifference difference(Row row, List<String> keys, boolean nullIsAbsent) {
    Map<String, String> key = new LinkedHashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      if (!(nullIsAbsent && row.isNullAt(i))) {
        key.put(keys.get(i), row.getString(i));
      }
    }
    return new KeyDifference(key, row.getString(keys.size()), row.getString(keys.size() + 1));
  }

  /** The worst values of each dimension in one metric, worst first. */
  List<DimensionDifference> dimensions(
      SideBySide comparison, String view, int metric, List<String> dimensions) {
    String name = comparison.metricNames().get(metric);
    return spark.sql(comparison.dimensions(view, metric, dimensions)).collectAsList().stream()
        .map(
            row ->
                new DimensionDifference(
                    name,
                    row.getString(0),
                    row.getString(1),
                    Numbers.of(row.getString(2)),
                    Numbers.of(row.getString(3)),
                    Numbers.of(row.getString(4)),
                    row.getLong(5)))
        .toList();
  }
}
