package io.tidemark.reconciliation.plan;

import io.tidemark.jobs.plan.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The comparison of two relations as SQL: stream and batch joined key by key, NULL meeting NULL.
 *
 * @param stream SQL of the stream's rows: the keys, their hash {@code kh__}, {@code present__},
 *     {@code rows__} and what the metrics name
 * @param batch SQL of the batch's rows, in the same columns
 * @param keys what the two are joined on
 * @param metrics what is compared
 */
public record SideBySide(
    String stream, String batch, List<String> keys, List<ComparedMetric> metrics) {
  /** How many of the worst keys a person is shown. */
  public static final int WORST = 5;

  /** How many values of a dimension are kept of each metric. */
  public static final int WORST_VALUES = 10;

  /** The numbers of one metric in {@link #summary}, in this order, after those of the keys. */
  public static final int NUMBERS_PER_METRIC = 5;

  /** The numbers of the keys in {@link #summary}. */
  public static final int NUMBERS_OF_KEYS = 5;

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
   * The keys that differ in any metric: the keys, {@code in_stream}, {@code in_batch}, how many
   * rows each side has of them, and each metric's values. They meet by their hashes, which are
   * sorted faster than the keys themselves, and are then compared.
   */
  public String rows() {
    List<String> columns = new ArrayList<>();
    keys.forEach(key -> columns.add(key(key) + " AS " + Sql.name(key)));
    columns.add("m.present__ IS NOT NULL AS in_stream");
    columns.add("o.present__ IS NOT NULL AS in_batch");
    columns.add("COALESCE(m.rows__, 0L) AS stream_rows__");
    columns.add("COALESCE(o.rows__, 0L) AS batch_rows__");
    for (int i = 0; i < metrics.size(); i++) {
      columns.add("m." + metrics.get(i).column() + " AS " + ComparedMetric.ofStream(i));
      columns.add("o." + metrics.get(i).column() + " AS " + ComparedMetric.ofBatch(i));
    }
    return "SELECT * FROM (SELECT %s\nFROM (%s) m FULL OUTER JOIN (%s) o ON m.kh__ = o.kh__ AND %s)\nWHERE %s"
        .formatted(
            String.join(",\n  ", columns),
            stream,
            batch,
            keys.stream().map(SideBySide::same).collect(Collectors.joining(" AND ")),
            metrics.stream().map(ComparedMetric::differs).collect(Collectors.joining(" OR ")));
  }

  /** Not {@code <=>}: the engine would sort by the keys, each in two columns. */
  private static String same(String key) {
    return "CASE WHEN m.%1$s IS NULL THEN o.%1$s IS NULL ELSE COALESCE(m.%1$s = o.%1$s, FALSE) END"
        .formatted(Sql.name(key));
  }

  /** The keys of a view of {@link #rows} with how far each metric's values are apart. */
  public String differing(String rows) {
    List<String> columns = new ArrayList<>(List.of("*"));
    for (int i = 0; i < metrics.size(); i++) {
      ComparedMetric metric = metrics.get(i);
      columns.add(metric.differs() + " AS differs__" + i);
      columns.add(metric.distance() + " AS distance__" + i);
      columns.add("(%s AND %s) AS broken__%d".formatted(metric.differs(), metric.broken(), i));
      columns.add(metric.streamNumber().orElse("CAST(NULL AS INT)") + " AS stream_number__" + i);
      columns.add(metric.batchNumber().orElse("CAST(NULL AS INT)") + " AS batch_number__" + i);
    }
    return "SELECT %s\nFROM %s".formatted(String.join(",\n  ", columns), rows);
  }

  /**
   * One row about a view of {@link #differing}: how many keys, how many of them each side has, and
   * by how much its rows exceed its keys; then for each metric the distance, the net difference,
   * and how many keys differ, differ silently, and are broken.
   */
  public String summary(String view) {
    List<String> columns =
        new ArrayList<>(
            List.of(
                "COUNT(*)",
                "COUNT_IF(in_stream)",
                "COUNT_IF(in_batch)",
                "COALESCE(SUM(stream_rows__ - CAST(in_stream AS INT)), 0L)",
                "COALESCE(SUM(batch_rows__ - CAST(in_batch AS INT)), 0L)"));
    for (int i = 0; i < metrics.size(); i++) {
      String differs = "differs__" + i;
      columns.add("SUM(distance__" + i + ")");
      columns.add(
          metrics.get(i).streamNumber().isPresent()
              ? "SUM(CASE WHEN %1$s THEN batch_number__%2$d - stream_number__%2$d END)"
                  .formatted(differs, i)
              : "COUNT_IF(" + differs + ")");
      columns.add("COUNT_IF(" + differs + ")");
      columns.add("COUNT_IF(%s AND distance__%d = 0)".formatted(differs, i));
      columns.add("COUNT_IF(broken__" + i + ")");
    }
    List<String> named = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      named.add(columns.get(i) + " AS c" + i);
    }
    return "SELECT " + String.join(",\n  ", named) + "\nFROM " + view;
  }

  /**
   * The keys with the largest distance in each of some metrics, from a view of {@link #differing}:
   * the metric, the keys as text, then both values. Equal distances are ordered by key, so that a
   * rerun shows the same.
   */
  public String worst(String view, List<Integer> metrics, long limit) {
    String each =
        metrics.stream()
            .map(
                i ->
                    """
                    (SELECT %1$d AS metric__, %2$s, broken__%1$d AS broken__, CAST(distance__%1$d AS DOUBLE) AS distance__,
                      %3$s AS stream__, %4$s AS batch__
                    FROM %5$s WHERE differs__%1$d ORDER BY %6$s LIMIT %7$d)"""
                        .formatted(
                            i,
                            Sql.names(keys),
                            shown("in_stream", "stream__" + i),
                            shown("in_batch", "batch__" + i),
                            view,
                            order(i),
                            limit))
            .collect(Collectors.joining("\nUNION ALL "));
    int[] next = {0};
    return "SELECT metric__, %s, stream__, batch__ FROM (%s) ORDER BY metric__, broken__ DESC, distance__ DESC, %s"
        .formatted(
            Sql.list(
                keys, key -> "CAST(%s AS STRING) AS key__%d".formatted(Sql.name(key), next[0]++)),
            each,
            Sql.names(keys));
  }

  /** Such keys of one metric with their own types, to look them up on either side. */
  public String worstRows(String view, int metric, long limit) {
    return "SELECT * FROM %s WHERE differs__%d ORDER BY %s LIMIT %d"
        .formatted(view, metric, order(metric), limit);
  }

  private String order(int metric) {
    return "broken__%1$d DESC, CAST(distance__%1$d AS DOUBLE) DESC, %2$s"
        .formatted(metric, Sql.names(keys));
  }

  /**
   * The values of each dimension whose keys are farthest apart in each of some metrics, from a view
   * of {@link #differing}: metric, dimension, value, both sides' totals, the distance and the keys,
   * worst first.
   */
  public String dimensions(String view, List<Integer> metrics, List<String> dimensions) {
    return metrics.stream()
        .map(metric -> dimensions(view, metric, dimensions))
        .collect(Collectors.joining("\nUNION ALL ", "SELECT * FROM (", ") ORDER BY 1, 2, rank"));
  }

  private String dimensions(String view, int metric, List<String> dimensions) {
    boolean numbers = metrics.get(metric).streamNumber().isPresent();
    String each =
        Sql.list(
            dimensions,
            name ->
                "named_struct('dimension', %s, 'value', CAST(%s AS STRING))"
                    .formatted(Sql.text(name), Sql.name(name)));
    return """
        SELECT %1$d AS metric__, at.dimension, at.value, CAST(s AS STRING) AS s, CAST(b AS STRING) AS b, CAST(d AS STRING) AS d, n, rank
        FROM (SELECT *, row_number() OVER (PARTITION BY at.dimension ORDER BY d DESC, n DESC, at.value) AS rank
          FROM (SELECT at, %2$s AS s, %3$s AS b, SUM(distance__%1$d) AS d, COUNT(*) AS n
            FROM (SELECT *, explode(array(%4$s)) AS at FROM %5$s WHERE differs__%1$d) GROUP BY at))
        WHERE rank <= %6$d"""
        .formatted(
            metric,
            numbers ? "SUM(stream_number__%d)".formatted(metric) : "COUNT_IF(in_stream)",
            numbers ? "SUM(batch_number__%d)".formatted(metric) : "COUNT_IF(in_batch)",
            each,
            view,
            WORST_VALUES);
  }

  /** Not COALESCE: a NULL in a key is a value of its own. */
  private static String key(String key) {
    return "CASE WHEN m.present__ IS NULL THEN o.%1$s ELSE m.%1$s END".formatted(Sql.name(key));
  }

  private static String shown(String present, String value) {
    return "CASE WHEN NOT %s THEN %s ELSE COALESCE(CAST(%s AS STRING), 'NULL') END"
        .formatted(present, NO_ROW, value);
  }
}
