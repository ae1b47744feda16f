package io.tidemark.jobs.plan;

import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.MetricSpec.Function;
import io.tidemark.jobs.spec.RankingSpec;
import io.tidemark.jobs.spec.RankingSpec.Order;
import io.tidemark.jobs.spec.RankingSpec.Period;
import io.tidemark.jobs.spec.RankingSpec.Ties;
import io.tidemark.jobs.spec.SystemColumns;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A ranking as SQL over the rows of a summary: values are added up over the period, ordered within
 * their group, whichever file or partition they come from, and cut behind the last rank. Engines
 * keep no more than so many of a group while they sort.
 *
 * <p>Spark and Trino share these words, but for the quotes around names.
 */
final class RankingSql {
  private static final String POSITION = "position__";
  private static final Set<Function> ADDED_UP =
      EnumSet.of(Function.COUNT, Function.SUM, Function.MIN, Function.MAX);

  private final RankingSpec ranking;
  private final AggregateSpec summary;

  RankingSql(RankingSpec ranking, AggregateSpec summary) {
    this.ranking = ranking;
    this.summary = summary;
  }

  /**
   * A row per rank, or several where ties share it.
   *
   * @param rows what a reader sees of the summary, as a SELECT
   * @param types the type of a column that a reader sees, in the engine's words
   */
  String over(String rows, UnaryOperator<String> types) {
    String metric = Sql.name(ranking.metric());
    List<String> columns = columns();
    return """
        SELECT %1$s, %2$s, CAST(%3$s AS BIGINT) AS %4$s
        FROM (SELECT *, %5$s AS %3$s
          FROM (%6$s)
          WHERE %2$s IS NOT NULL)
        WHERE %3$s <= %7$d"""
        .formatted(
            Sql.names(columns),
            metric,
            POSITION,
            Sql.name(RankingSpec.RANK),
            position(),
            values(rows, types),
            ranking.top());
  }

  /** Columns that tell the rows of the view apart, as far as ties do not share them. */
  List<String> columns() {
    return Stream.concat(period().stream(), ranking.dimensions().stream()).toList();
  }

  private List<String> period() {
    if (ranking.period().isLong()) {
      return List.of(RankingSpec.PERIOD_START);
    }
    return ranking.period() == Period.WINDOW && summary.window().hasStart()
        ? List.of(SystemColumns.DT, AggregateSql.WINDOW_START)
        : List.of(SystemColumns.DT);
  }

  private String values(String rows, UnaryOperator<String> types) {
    String metric = Sql.name(ranking.metric());
    String source = ranking.period().isLong() ? withPeriod(rows) : rows;
    String names = Sql.names(columns());
    return summary.metrics().stream()
        .filter(each -> each.name().equals(ranking.metric()))
        .map(MetricSpec::function)
        .filter(ADDED_UP::contains)
        .findFirst()
        .map(
            function ->
                "SELECT %s, CAST(%s(%s) AS %s) AS %s FROM (%s) GROUP BY %s"
                    .formatted(
                        names,
                        merges(function),
                        metric,
                        types.apply(ranking.metric()),
                        metric,
                        source,
                        names))
        // What does not add up is ranked row by row: a check has seen that it is never split.
        .orElseGet(() -> "SELECT %s, %s FROM (%s)".formatted(names, metric, rows));
  }

  /** Nothing else is taken along: the summary may have a column of that name. */
  private String withPeriod(String rows) {
    return "SELECT CAST(date_trunc('%s', %s) AS DATE) AS %s, %s, %s FROM (%s)"
        .formatted(
            ranking.period(),
            SystemColumns.DT,
            RankingSpec.PERIOD_START,
            Sql.names(ranking.dimensions()),
            Sql.name(ranking.metric()),
            rows);
  }

  private static String merges(Function function) {
    return function == Function.MIN || function == Function.MAX ? function.name() : "SUM";
  }

  private String position() {
    List<String> group = new ArrayList<>(period());
    group.addAll(ranking.by());
    String order =
        Sql.name(ranking.metric()) + (ranking.order() == Order.DESCENDING ? " DESC" : " ASC");
    if (ranking.ties() == Ties.ROW_NUMBER) {
      order +=
          ranking.tieBreak().stream()
              .map(column -> ", " + Sql.name(column) + " ASC NULLS LAST")
              .collect(Collectors.joining());
    }
    return "%s() OVER (PARTITION BY %s ORDER BY %s)"
        .formatted(ranking.ties(), Sql.names(group), order);
  }
}
