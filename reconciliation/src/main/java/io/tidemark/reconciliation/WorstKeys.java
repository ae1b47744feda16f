package io.tidemark.reconciliation;

import io.tidemark.reconciliation.compare.DifferingKeys;
import io.tidemark.reconciliation.compare.Numbers;
import io.tidemark.reconciliation.plan.DimensionDifference;
import io.tidemark.reconciliation.plan.KeyDifference;
import io.tidemark.reconciliation.plan.SideBySide;
import io.tidemark.reconciliation.plan.TransformComparison;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The keys, and the values of dimensions, in which metrics differ most. */
final class WorstKeys {
  private static final String WORST = "worst_keys";

  private final SparkSession spark;
  private final long kept;

  WorstKeys(SparkSession spark, long kept) {
    this.spark = spark;
    this.kept = kept;
  }

  /**
   * The worst keys of each metric, worst first.
   *
   * @param metrics those that differ
   * @param rows how a transform's columns are compared
   */
  Map<Integer, List<KeyDifference>> of(
      SideBySide comparison,
      DifferingKeys differing,
      List<Integer> metrics,
      Optional<TransformComparison> rows) {
    Map<Integer, List<KeyDifference>> worst = new HashMap<>();
    List<Integer> byValue = new ArrayList<>(metrics);
    int content = comparison.metricNames().indexOf(TransformComparison.CONTENT);
    if (rows.isPresent() && byValue.remove((Integer) content)) {
      spark
          .sql(comparison.worstRows(differing.view(), content, kept))
          .createOrReplaceTempView(WORST);
      String sql = rows.get().differences(WORST, Sides.STREAM, Sides.BATCH);
      for (Row row : spark.sql(sql).collectAsList()) {
        add(worst, content, row, 0, comparison.keys(), true);
      }
    }
    if (!byValue.isEmpty()) {
      for (Row row : differing.ask(comparison.worst(differing.view(), byValue, kept))) {
        add(worst, row.getInt(0), row, 1, comparison.keys(), rows.isPresent());
      }
    }
    return worst;
  }

  private static void add(
      Map<Integer, List<KeyDifference>> worst,
      int metric,
      Row row,
      int first,
      List<String> keys,
      boolean nullIsAbsent) {
    Map<String, String> key = new LinkedHashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      if (!(nullIsAbsent && row.isNullAt(first + i))) {
        key.put(keys.get(i), row.getString(first + i));
      }
    }
    int values = first + keys.size();
    worst
        .computeIfAbsent(metric, m -> new ArrayList<>())
        .add(new KeyDifference(key, row.getString(values), row.getString(values + 1)));
  }

  /**
   * The worst values of each dimension in each metric, worst first.
   *
   * @param metrics those that differ
   */
  List<DimensionDifference> dimensions(
      SideBySide comparison,
      DifferingKeys differing,
      List<Integer> metrics,
      List<String> dimensions) {
    return differing.ask(comparison.dimensions(differing.view(), metrics, dimensions)).stream()
        .map(
            row ->
                new DimensionDifference(
                    comparison.metricNames().get(row.getInt(0)),
                    row.getString(1),
                    row.getString(2),
                    Numbers.of(row.getString(3)),
                    Numbers.of(row.getString(4)),
                    Numbers.of(row.getString(5)),
                    row.getLong(6)))
        .toList();
  }
}
