package io.tidemark.jobs.plan;

import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.CurveSpec;
import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.MetricSpec.Function;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.jobs.spec.Window;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A curve as SQL over the rows of a summary: each row stands from its window until the next one of
 * its key, and the first one of a day from the beginning of the day. In windows without a row a
 * total so far is what it was, and nothing before its first row; what is counted within a window is
 * nothing. Nothing is a zero for counts, and NULL for values that no row gave.
 *
 * <p>How far a day has come is told by its rows: no clock is asked, so the same rows make the same
 * curve at any time. Rows are read once; windows are numbered by seconds, so that a day with a
 * change of the clock has as many as it has.
 */
final class CurveSql {
  private static final Set<Function> COUNTS =
      EnumSet.of(Function.COUNT, Function.DISTINCT, Function.APPROXIMATE_DISTINCT);
  private static final String AT = "at__";
  private static final String BEGIN = "begin__";
  private static final String END = "end__";
  private static final String NEXT = "next__";
  private static final String SECOND = "second__";

  private final CurveSpec curve;
  private final AggregateSpec summary;
  private final ZoneId zone;

  /**
   * @param zone in which days begin
   */
  CurveSql(CurveSpec curve, AggregateSpec summary, ZoneId zone) {
    this.curve = curve;
    this.summary = summary;
    this.zone = zone;
  }

  /** What two engines call differently. */
  interface Words {
    /** Seconds since 1970 of an instant. */
    String seconds(String instant);

    /** The instant of seconds since 1970. */
    String instant(String seconds);

    /** The seconds at which a day begins. */
    String beginning(String day, ZoneId zone);

    /** A join with the numbers from one to another. */
    String each(String from, String to, long step, String column);
  }

  static final Words SPARK =
      new Words() {
        @Override
        public String seconds(String instant) {
          return "unix_seconds(%s)".formatted(instant);
        }

        @Override
        public String instant(String seconds) {
          return "timestamp_seconds(%s)".formatted(seconds);
        }

        @Override
        public String beginning(String day, ZoneId zone) {
          return "unix_seconds(make_timestamp(year(%1$s), month(%1$s), day(%1$s), 0, 0, 0, %2$s))"
              .formatted(day, Sql.text(zone.getId()));
        }

        @Override
        public String each(String from, String to, long step, String column) {
          return "LATERAL VIEW explode(sequence(%s, %s, %dL)) steps AS %s"
              .formatted(from, to, step, column);
        }
      };

  static final Words TRINO =
      new Words() {
        @Override
        public String seconds(String instant) {
          return "CAST(to_unixtime(%s) AS BIGINT)".formatted(instant);
        }

        @Override
        public String instant(String seconds) {
          return "CAST(from_unixtime(%s, 'UTC') AS %s)"
              .formatted(seconds, TrinoType.of("TIMESTAMP"));
        }

        @Override
        public String beginning(String day, ZoneId zone) {
          return "CAST(to_unixtime(with_timezone(CAST(%s AS TIMESTAMP), %s)) AS BIGINT)"
              .formatted(day, Sql.text(zone.getId()));
        }

        @Override
        public String each(String from, String to, long step, String column) {
          return "CROSS JOIN UNNEST(sequence(%s, %s, %d)) AS steps(%s)"
              .formatted(from, to, step, column);
        }
      };

  /**
   * A row for each key of a day and window.
   *
   * @param rows what a reader sees of the summary, as a SELECT
   * @param relation what the summary's table is read from
   * @param types the type of a column that a reader sees, in the engine's words
   */
  String over(String rows, String relation, UnaryOperator<String> types, Words words) {
    long step = curve.every().length().orElseThrow().toSeconds();
    AggregateSql sql = new AggregateSql(summary);
    List<String> values = new ArrayList<>(List.of(AggregateSql.ROW_COUNT));
    summary.metrics().forEach(metric -> values.add(metric.name()));
    String spread =
        """
        SELECT %1$s, %2$s, %3$s, %4$s
        FROM (SELECT * FROM (%5$s) WHERE %6$s < %7$s) spans
        %8$s"""
            .formatted(
                Sql.names(sql.dayKeys()),
                Sql.names(values),
                AT,
                SECOND,
                spans(rows, relation, step, words),
                BEGIN,
                NEXT,
                words.each(BEGIN, "%s - %d".formatted(NEXT, step), step, SECOND));
    String filled =
        "SELECT %s, %s%nFROM (%s)"
            .formatted(
                Sql.list(
                    sql.keys(),
                    key ->
                        key.equals(AggregateSql.WINDOW_START)
                            ? words.instant(SECOND) + " AS " + key
                            : Sql.name(key)),
                Sql.list(values, column -> filled(column, types)),
                spread);
    return summary.derived().isEmpty() ? filled : withDerived(filled, sql, values, types);
  }

  private String withDerived(
      String filled, AggregateSql sql, List<String> values, UnaryOperator<String> types) {
    DerivedSql derived = new DerivedSql(summary.derived());
    return "SELECT %s, %s, %s%nFROM (%s)"
        .formatted(
            Sql.names(sql.keys()),
            Sql.names(values),
            Sql.list(
                summary.derived(),
                metric ->
                    "CAST(%s AS %s) AS %s"
                        .formatted(
                            derived.of(metric),
                            types.apply(metric.name()),
                            Sql.name(metric.name()))),
            filled);
  }

  /** Each row with the window it is of, that from which it stands, and that of the next row. */
  private String spans(String rows, String relation, long step, Words words) {
    String day = "(PARTITION BY %s)".formatted(SystemColumns.DT);
    String key =
        "(PARTITION BY %s ORDER BY %s)"
            .formatted(Sql.names(new AggregateSql(summary).dayKeys()), AggregateSql.WINDOW_START);
    String second = words.seconds(AggregateSql.WINDOW_START);
    String begin = words.beginning(SystemColumns.DT, zone);
    String placed =
        "SELECT *, %1$s - MOD(%1$s - %2$s, %3$d) AS %4$s, %2$s AS %5$s, %6$s AS %7$s FROM (%8$s)"
            .formatted(
                second,
                begin,
                step,
                AT,
                BEGIN,
                words.beginning("(%s + INTERVAL '1' DAY)".formatted(SystemColumns.DT), zone),
                END,
                rows);
    String bounded =
        """
        SELECT *, LAG(%1$s) OVER %2$s AS before__,
          COALESCE(LEAD(%1$s) OVER %2$s,
            CASE WHEN %3$s < (SELECT MAX(%3$s) FROM %4$s) THEN %5$s
              ELSE MAX(%1$s) OVER %6$s + %7$d END) AS %8$s
        FROM (%9$s)"""
            .formatted(AT, key, SystemColumns.DT, relation, END, day, step, NEXT, placed);
    List<String> columns = new ArrayList<>(new AggregateSql(summary).dayKeys());
    columns.add(AggregateSql.ROW_COUNT);
    summary.metrics().forEach(metric -> columns.add(metric.name()));
    return "SELECT %1$s, %2$s, CASE WHEN before__ IS NULL THEN %3$s ELSE %2$s END AS %3$s, %4$s FROM (%5$s)"
        .formatted(Sql.names(columns), AT, BEGIN, NEXT, bounded);
  }

  private String filled(String column, UnaryOperator<String> types) {
    boolean running = summary.window() == Window.RUNNING_DAY;
    String there = SECOND + (running ? " >= " : " = ") + AT;
    String nothing = counts(column) ? "CAST(0 AS %s)".formatted(types.apply(column)) : "NULL";
    return "CASE WHEN %s THEN %s ELSE %s END AS %s"
        .formatted(there, Sql.name(column), nothing, Sql.name(column));
  }

  private boolean counts(String column) {
    return column.equals(AggregateSql.ROW_COUNT)
        || summary.metrics().stream()
            .filter(metric -> metric.name().equals(column))
            .map(MetricSpec::function)
            .anyMatch(COUNTS::contains);
  }
}
