package io.tidemark.jobs.plan;

import io.tidemark.jobs.plan.AggregateSql.Dialect;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.DerivedMetric;
import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.RollupMetric;
import io.tidemark.jobs.spec.RollupSpec;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.jobs.spec.Window;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A rollup as SQL over the table of a summary, in two steps. The summary is read as if it had been
 * declared with the dimensions and the window that metrics are computed over: what several of its
 * rows hold of one such key is added up before anything is compared or counted. Then those keys are
 * grouped by the dimensions of the view.
 */
final class RollupSql {
  private final RollupSpec rollup;
  private final AggregateSpec summary;
  private final ZoneId zone;

  /** The columns of the summary that metrics need, and what those are made of. */
  private final Set<String> columns = new HashSet<>();

  /** The summary by the grain of the rollup. */
  private final AggregateSpec grain;

  /**
   * @param zone in which days begin
   */
  RollupSql(RollupSpec rollup, AggregateSpec summary, ZoneId zone) {
    this.rollup = rollup;
    this.summary = summary;
    this.zone = zone;
    rollup.metrics().forEach(metric -> metric.columns().forEach(this::need));
    this.grain =
        summary.coarser(rollup.grainOf(summary), rollup.windowOf(summary), Set.copyOf(columns));
  }

  private void need(String column) {
    columns.add(column);
    summary.derived().stream()
        .filter(metric -> metric.name().equals(column))
        .map(DerivedMetric::parts)
        .forEach(parts -> parts.forEach(this::need));
  }

  /**
   * For Spark.
   *
   * @param relation what the summary's table is read from
   * @param types Spark's name of the type of each column that the table has or a reader sees
   */
  String over(String relation, UnaryOperator<String> types) {
    return over(relation, types, new AggregateSql.InSpark(), CurveSql.SPARK);
  }

  /** The same for Trino. */
  String overInTrino(String relation, UnaryOperator<String> types) {
    UnaryOperator<String> inTrino = column -> TrinoType.of(types.apply(column));
    return over(relation, inTrino, new AggregateSql.InTrino(inTrino), CurveSql.TRINO)
        .replace('`', '"');
  }

  private String over(
      String relation, UnaryOperator<String> types, Dialect dialect, CurveSql.Words words) {
    String standing =
        rollup.addsUp(summary) ? "(" + fine().standing(relation, types, dialect) + ")" : relation;
    String rows = new AggregateSql(grain).readWithParts(cut(standing, words), types, dialect);
    return "SELECT %s, %s%nFROM (%s)%nGROUP BY %s"
        .formatted(
            Sql.names(keys()),
            Sql.list(
                rollup.metrics(),
                metric -> computed(metric, types, dialect) + " AS " + Sql.name(metric.name())),
            rows,
            Sql.names(keys()));
  }

  /**
   * The summary by its own grain: a key whose rows were all taken back is left out before keys are
   * added up, or its sum of nothing would be a 0 among values that are NULL.
   */
  private AggregateSql fine() {
    return new AggregateSql(
        summary.coarser(summary.dimensions(), summary.window(), Set.copyOf(columns)));
  }

  /** Business day, window and dimensions. */
  List<String> keys() {
    List<String> keys = new ArrayList<>(List.of(SystemColumns.DT));
    if (grain.window().hasStart()) {
      keys.add(AggregateSql.WINDOW_START);
    }
    keys.addAll(rollup.by());
    return keys;
  }

  /** The table with the longer windows in place of its own. */
  private String cut(String relation, CurveSql.Words words) {
    if (grain.window() == summary.window() || grain.window() == Window.ONE_DAY) {
      return relation;
    }
    List<String> kept = new ArrayList<>(List.of(SystemColumns.DT));
    kept.addAll(grain.dimensions());
    kept.add(AggregateSql.ROW_COUNT);
    new AggregateSql(grain).parts().forEach(part -> kept.add(part.column()));
    String second = words.seconds(AggregateSql.WINDOW_START);
    String start =
        "%1$s - MOD(%1$s - %2$s, %3$d)"
            .formatted(
                second,
                words.beginning(SystemColumns.DT, zone),
                grain.window().length().orElseThrow().toSeconds());
    return "(SELECT %s, %s AS %s FROM %s)"
        .formatted(Sql.names(kept), words.instant(start), AggregateSql.WINDOW_START, relation);
  }

  private String computed(RollupMetric metric, UnaryOperator<String> types, Dialect dialect) {
    String column = metric.ofEveryRow() ? metric.column() : Sql.name(metric.column());
    String some = ofRowsThatCount(metric);
    return switch (metric.function()) {
      case COUNT -> "COUNT(%s)%s".formatted(column, some);
      case DISTINCT -> "COUNT(DISTINCT %s)%s".formatted(column, some);
      case SUM, MIN, MAX ->
          "CAST(%s(%s)%s AS %s)"
              .formatted(metric.function(), column, some, types.apply(metric.column()));
      case AVERAGE -> mean(metric, some);
      case APPROXIMATE_DISTINCT ->
          // Without a row that counts there is no sketch.
          "COALESCE(%s, 0)"
              .formatted(dialect.estimate(dialect.merged(parts(metric.column()).get(0)) + some));
    };
  }

  /** A double, whatever it is of: so Spark and Trino divide alike. */
  private String mean(RollupMetric metric, String some) {
    List<String> halves = parts(metric.column()).stream().map(MetricPart::column).toList();
    boolean weighed =
        summary.metrics().stream()
            .anyMatch(
                each ->
                    each.name().equals(metric.column())
                        && each.function() == MetricSpec.Function.AVERAGE);
    String column = Sql.name(metric.column());
    return "CAST(SUM(%1$s)%3$s AS DOUBLE) / NULLIF(%2$s%3$s, 0)"
        .formatted(
            weighed ? Sql.name(halves.get(0)) : column,
            weighed ? "SUM(%s)".formatted(Sql.name(halves.get(1))) : "COUNT(%s)".formatted(column),
            some);
  }

  private List<MetricPart> parts(String metric) {
    return summary.metrics().stream()
        .filter(each -> each.name().equals(metric))
        .flatMap(each -> MetricPart.of(each, summary.overTakenBack()).stream())
        .toList();
  }

  private static String ofRowsThatCount(RollupMetric metric) {
    return metric.having().isEmpty()
        ? ""
        : metric.having().entrySet().stream()
            .map(each -> Sql.name(each.getKey()) + " " + each.getValue().text())
            .collect(Collectors.joining(" AND ", " FILTER (WHERE ", ")"));
  }
}
