package io.tidemark.reconciliation.explain;

import io.tidemark.jobs.plan.Sql;
import io.tidemark.reconciliation.compare.Numbers;
import io.tidemark.reconciliation.plan.Cause;
import io.tidemark.reconciliation.plan.KeyDifference;
import io.tidemark.reconciliation.plan.MetricResult;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Brings the causes of the keys that are kept to where they are kept. */
final class KeptKeys {
  private static final String KEPT = "explain_kept_keys";

  private final SparkSession spark;
  private final Explained explained;
  private final List<String> keys;

  KeptKeys(SparkSession spark, Explained explained, List<String> keys) {
    this.spark = spark;
    this.explained = explained;
    this.keys = keys;
  }

  /** The metrics with causes and evidence of their keys. */
  List<MetricResult> of(List<MetricResult> metrics) {
    Map<List<String>, Row> found = found(metrics);
    List<MetricResult> explainedMetrics = new ArrayList<>();
    for (int i = 0; i < metrics.size(); i++) {
      List<KeyDifference> kept = new ArrayList<>();
      for (KeyDifference key : metrics.get(i).worst()) {
        Row row = found.get(text(key));
        kept.add(
            row == null
                ? key
                : key.explained(
                    causes(row.getJavaMap(keys.size() + i)), row.getString(row.length() - 1)));
      }
      explainedMetrics.add(metrics.get(i).withWorst(kept));
    }
    return explainedMetrics;
  }

  private Map<List<String>, Row> found(List<MetricResult> metrics) {
    Map<List<String>, Row> found = new HashMap<>();
    for (Row row : rows(metrics)) {
      List<String> key = new ArrayList<>();
      for (int i = 0; i < keys.size(); i++) {
        key.add(row.getString(i));
      }
      found.put(key, row);
    }
    return found;
  }

  /** Of few keys all; of many those that are kept. */
  private List<Row> rows(List<MetricResult> metrics) {
    String select =
        "SELECT %s, %s, e.evidence FROM (%s) e"
            .formatted(
                Sql.list(keys, key -> "CAST(e.%s AS STRING)".formatted(Sql.name(key))),
                IntStream.range(0, metrics.size())
                    .mapToObj(i -> "e.causes__" + i)
                    .collect(Collectors.joining(", ")),
                explained.keys());
    if (explained.frames().areFew()) {
      return explained.frames().ask(select);
    }
    showKept(metrics);
    List<String> same = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      same.add("CAST(e.%s AS STRING) <=> k.kept__%d".formatted(Sql.name(keys.get(i)), i));
    }
    return explained
        .frames()
        .ask("%s LEFT SEMI JOIN %s k ON %s".formatted(select, KEPT, String.join(" AND ", same)));
  }

  private void showKept(List<MetricResult> metrics) {
    Set<List<String>> kept = new LinkedHashSet<>();
    metrics.forEach(metric -> metric.worst().forEach(key -> kept.add(text(key))));
    StructType schema = new StructType();
    for (int i = 0; i < keys.size(); i++) {
      schema = schema.add("kept__" + i, DataTypes.StringType);
    }
    spark
        .createDataFrame(
            kept.stream().map(key -> RowFactory.create(key.toArray())).toList(), schema)
        .createOrReplaceTempView(KEPT);
  }

  private List<String> text(KeyDifference key) {
    List<String> values = new ArrayList<>();
    keys.forEach(name -> values.add(key.key().get(name)));
    return values;
  }

  private static Map<Cause, BigDecimal> causes(Map<String, String> parts) {
    Map<Cause, BigDecimal> causes = new EnumMap<>(Cause.class);
    parts.forEach((cause, part) -> causes.put(Cause.of(cause), Numbers.of(part)));
    return causes;
  }
}
