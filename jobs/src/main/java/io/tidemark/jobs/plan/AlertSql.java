package io.tidemark.jobs.plan;

import io.tidemark.jobs.alert.AlertWindow;
import io.tidemark.jobs.spec.AlertedMetric;
import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.jobs.spec.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The values of a metric that alerts look at, from what a reader sees of an aggregate: a row for
 * each window and key that there are rows of. Of dimensions that are not named the values of all
 * keys are added up; a metric that is made of others is made of those sums.
 */
public final class AlertSql {
  /** The window's number, as {@link AlertWindow#number} has it; no column is named like this. */
  public static final String WINDOW = "_window";

  /** The value, a double; no column is named like this. */
  public static final String VALUE = "_value";

  private final AlertedMetric metric;
  private final Map<String, List<String>> only;

  /**
   * SQL for an alert.
   *
   * @param only values of dimensions, by dimension
   */
  public AlertSql(AlertedMetric metric, Map<String, List<String>> only) {
    this.metric = metric;
    this.only = only;
  }

  /**
   * Reads windows.
   *
   * @param seen what a reader sees: a relation, or a query in brackets
   * @param windows at least one
   */
  public String values(String seen, List<AlertWindow> windows) {
    String rows =
        metric.job().window() == Window.RUNNING_DAY
            ? totalsAtTheEndOf(windows, seen)
            : rowsOf(windows, seen);
    List<String> keys = new ArrayList<>(List.of(WINDOW));
    keys.addAll(only.keySet());
    String merged =
        "SELECT %s, %s%nFROM (%s)%nGROUP BY %s"
            .formatted(
                Sql.names(keys), Sql.list(metric.parts(), AlertSql::merged), rows, Sql.names(keys));
    return "SELECT %s, CAST(%s AS DOUBLE) AS %s%nFROM (%s)"
        .formatted(Sql.names(keys), expression(), VALUE, merged);
  }

  private String expression() {
    return metric
        .derived()
        .map(derived -> new DerivedSql(metric.job().derived()).of(derived))
        .orElseGet(() -> Sql.name(metric.column()));
  }

  /** Of one key, any of these is its only value. */
  private static String merged(MetricSpec part) {
    String merge =
        switch (part.function()) {
          case COUNT, SUM, DISTINCT -> "SUM";
          case MIN -> "MIN";
          case MAX, AVERAGE, APPROXIMATE_DISTINCT -> "MAX";
        };
    return "%s(%s) AS %s".formatted(merge, Sql.name(part.name()), Sql.name(part.name()));
  }

  private String rowsOf(List<AlertWindow> windows, String seen) {
    boolean day = metric.job().window() == Window.ONE_DAY;
    String number = day ? "unix_date(dt)" : "unix_seconds(%s)".formatted(AggregateSql.WINDOW_START);
    String starts =
        day
            ? ""
            : " AND %s IN (%s)"
                .formatted(AggregateSql.WINDOW_START, Sql.list(windows, AlertSql::start));
    return "SELECT CAST(%s AS BIGINT) AS %s, %s%nFROM %s%nWHERE %s%s"
        .formatted(number, Sql.name(WINDOW), columns(), seen, condition(windows), starts);
  }

  /** A key that has no row in a minute has the total of its last one. */
  private String totalsAtTheEndOf(List<AlertWindow> windows, String seen) {
    String points =
        Sql.list(
            windows,
            window -> "(%s, %d, %s)".formatted(day(window), window.number(), start(window)));
    List<String> group = new ArrayList<>(List.of("point.number"));
    metric.job().dimensions().forEach(dimension -> group.add("total." + Sql.name(dimension)));
    String last =
        Sql.list(
            metric.parts(),
            part ->
                "max_by(total.%1$s, total.%2$s) AS %1$s"
                    .formatted(Sql.name(part.name()), AggregateSql.WINDOW_START));
    String dimensions =
        only.keySet().stream()
            .map(each -> ", CAST(total.%1$s AS STRING) AS %1$s".formatted(Sql.name(each)))
            .collect(Collectors.joining());
    return ("SELECT CAST(point.number AS BIGINT) AS %s%s, %s%nFROM (SELECT * FROM %s WHERE %s) AS total%n"
            + "JOIN (SELECT * FROM VALUES %s AS p(day, number, minute)) AS point%n"
            + "ON total.dt = point.day AND total.%s <= point.minute%nGROUP BY %s")
        .formatted(
            Sql.name(WINDOW),
            dimensions,
            last,
            seen,
            condition(windows),
            points,
            AggregateSql.WINDOW_START,
            String.join(", ", group));
  }

  private String columns() {
    List<String> columns = new ArrayList<>();
    only.keySet()
        .forEach(each -> columns.add("CAST(%1$s AS STRING) AS %1$s".formatted(Sql.name(each))));
    metric.parts().forEach(part -> columns.add(Sql.name(part.name())));
    return String.join(", ", columns);
  }

  /** Literals, so that files of other days are not read. */
  private String condition(List<AlertWindow> windows) {
    String days = windows.stream().map(AlertSql::day).distinct().collect(Collectors.joining(", "));
    String keys =
        only.entrySet().stream()
            .map(
                each ->
                    " AND CAST(%s AS STRING) IN (%s)"
                        .formatted(Sql.name(each.getKey()), Sql.list(each.getValue(), Sql::text)))
            .collect(Collectors.joining());
    return "%s IN (%s)%s".formatted(SystemColumns.DT, days, keys);
  }

  private static String day(AlertWindow window) {
    return "DATE'%s'".formatted(window.day());
  }

  private static String start(AlertWindow window) {
    return "timestamp_seconds(%d)".formatted(window.start().getEpochSecond());
  }
}
