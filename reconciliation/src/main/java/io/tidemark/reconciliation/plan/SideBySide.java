package io.tidemark.reconciliation.plan;

import io.tidemark.jobs.plan.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The comparison of two relations as SQL: stream and batch joined key by key, NULL meeting NULL.
 *
 * @param stream SQL of the stream's rows: the keys, {@code present__} and what the metrics name
 * @param batch SQL of the batch's rows, in the same columns
 * @param keys what the two are joined on
 * @param metrics what is compared
 */
public record SideBySide(
    String stream, String batch, List<String> keys, List<ComparedMetric> metrics) {
  /** How many of the worst keys a person is shown. */
  public static final int WORST = 5;

  /** The numbers of one metric in {@link #summary}, in this order, after the number of keys. */
  public static final int NUMBERS_PER_METRIC = 7;

  private static final String NO_ROW = "'(no row)'";

  public SideBySide {
    keys = List.copyOf(keys);
    metrics = List.copyOf(metrics);
  }

  /** Names of the metrics, in order. */
  public List<String> metricNames() {
    return metrics.stream().map(ComparedMetric::name).toList();
  }

  /** Whether a metric's values are numbers, in order of the metrics. */
  public List<Boolean> numeric() {
    return metrics.stream().map(ComparedMetric::numeric).toList();
  }

  /**
   * One row for the whole day: the number of keys, then for each metric both totals, its distance,
   * magnitude, and how many keys differ, differ silently, and are broken.
   */
  public String summary() {
    List<String> columns = new ArrayList<>(List.of("COUNT(*)"));
    for (ComparedMetric metric : metrics) {
      columns.add(metric.streamTotal());
      columns.add(metric.batchTotal());
      columns.add("SUM(" + metric.distance() + ")");
      columns.add("SUM(" + metric.magnitude() + ")");
      columns.add("COUNT_IF(" + metric.differs() + ")");
      columns.add("COUNT_IF(%s AND %s = 0)".formatted(metric.differs(), metric.distance()));
      columns.add("COUNT_IF(%s AND %s)".formatted(metric.differs(), metric.broken()));
    }
    List<String> named = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      named.add(columns.get(i) + " AS c" + i);
    }
    return "SELECT " + String.join(",\n  ", named) + "\nFROM " + joined();
  }

  /** The keys that differ in any metric, with what {@link #worst} needs; often none. */
  public String differing() {
    List<String> columns = new ArrayList<>();
    keys.forEach(key -> columns.add(key(key) + " AS " + Sql.name(key)));
    for (int i = 0; i < metrics.size(); i++) {
      ComparedMetric metric = metrics.get(i);
      columns.add(shown("m", metric.stream()) + " AS stream__" + i);
      columns.add(shown("o", metric.batch()) + " AS batch__" + i);
      columns.add(metric.differs() + " AS differs__" + i);
      columns.add(
          "CASE WHEN %s THEN DOUBLE('Infinity') ELSE CAST(%s AS DOUBLE) END AS distance__%d"
              .formatted(metric.broken(), metric.distance(), i));
    }
    return "SELECT %s\nFROM %s\nWHERE %s"
        .formatted(
            String.join(",\n  ", columns),
            joined(),
            metrics.stream().map(ComparedMetric::differs).collect(Collectors.joining(" OR ")));
  }

  /**
   * The keys with the largest distance in one metric, from a view of {@link #differing}: the keys
   * as text, then both values. Equal distances are ordered by key, so that a rerun shows the same.
   */
  public String worst(String view, int metric) {
    return "SELECT %s, stream__%d, batch__%d FROM (%s) ORDER BY distance__%d DESC, %s"
        .formatted(
            Sql.list(keys, key -> "CAST(%1$s AS STRING) AS %1$s".formatted(Sql.name(key))),
            metric,
            metric,
            worstRows(view, metric),
            metric,
            Sql.names(keys));
  }

  /** The same keys with their own types, to look them up on either side. */
  public String worstRows(String view, int metric) {
    return "SELECT * FROM %s WHERE differs__%d ORDER BY distance__%d DESC, %s LIMIT %d"
        .formatted(view, metric, metric, Sql.names(keys), WORST);
  }

  private String joined() {
    return "(%s) m FULL OUTER JOIN (%s) o ON %s"
        .formatted(stream, batch, Sql.sameKey(keys, "m", "o"));
  }

  /** Not COALESCE: a NULL in a key is a value of its own. */
  private static String key(String key) {
    return "CASE WHEN m.present__ IS NULL THEN o.%1$s ELSE m.%1$s END".formatted(Sql.name(key));
  }

  private static String shown(String side, String value) {
    return "CASE WHEN %s.present__ IS NULL THEN %s ELSE COALESCE(%s, 'NULL') END"
        .formatted(side, NO_ROW, value);
  }
}
