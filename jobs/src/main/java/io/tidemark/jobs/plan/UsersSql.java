package io.tidemark.jobs.plan;

import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.jobs.spec.UsersSpec;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * Active, new and returning users as SQL over the rows of a summary that has a row per user and
 * day. A day's numbers follow from two dates of each of its users, the day and the one that the
 * user was last seen on before; nothing else is remembered anywhere. So whatever changes a day of
 * the summary (a late row, a publication, a replay) changes by that all later days that depended on
 * it.
 *
 * <p>Spark and Trino share these words, but for the quotes around names.
 */
final class UsersSql {
  private static final String KNOWN = "known__";
  private static final String BEFORE = "before__";
  private static final String FIRST = "first__";

  private final UsersSpec users;

  UsersSql(UsersSpec users) {
    this.users = users;
  }

  /**
   * A row per day, or per minute of it in which somebody came, with the totals so far.
   *
   * @param rows what a reader sees of the summary, as a SELECT
   */
  String over(String rows) {
    return counted(withLastSight(sights(rows)));
  }

  /**
   * All users seen through a day, with their first and last day.
   *
   * @param rows what a reader sees of the summary, as a SELECT: all days through that one, or those
   *     behind an earlier one
   * @param before the users known through that earlier day, as a SELECT of the same columns; {@code
   *     null} where there is none
   * @param through the day, which the rows carry as theirs
   */
  String known(String rows, String before, LocalDate through) {
    String names = Sql.names(users.dimensions());
    String seen =
        "SELECT %s, %s AS %s, %s AS %s FROM (%s)"
            .formatted(
                names,
                SystemColumns.DT,
                UsersSpec.FIRST_DAY,
                SystemColumns.DT,
                UsersSpec.LAST_DAY,
                sights(rows));
    if (before != null) {
      seen +=
          "%nUNION ALL%nSELECT %s, %s, %s FROM (%s)"
              .formatted(names, UsersSpec.FIRST_DAY, UsersSpec.LAST_DAY, before);
    }
    return """
        SELECT %1$s, MIN(%2$s) AS %2$s, MAX(%3$s) AS %3$s, DATE '%4$s' AS %5$s
        FROM (%6$s)
        GROUP BY %1$s"""
        .formatted(names, UsersSpec.FIRST_DAY, UsersSpec.LAST_DAY, through, SystemColumns.DT, seen);
  }

  /**
   * The rows of {@link #over} of the days behind one through which all users are known. What is
   * read for it does not grow with history.
   *
   * @param rows what a reader sees of the summary's days behind that one, as a SELECT
   * @param known the users seen through it, as a SELECT
   * @param time the engine's word for the type of an instant
   */
  String behind(String rows, String known, String time) {
    String first = users.byMinute() ? FIRST + ", " : "";
    String none = users.byMinute() ? "CAST(NULL AS %s) AS %s, ".formatted(time, FIRST) : "";
    String all =
        """
        SELECT %1$s, %2$s AS %3$s, %4$sTRUE AS %5$s FROM (%6$s)
        UNION ALL
        SELECT %1$s, %3$s, %7$sFALSE AS %5$s FROM (%8$s)"""
            .formatted(
                Sql.names(users.dimensions()),
                UsersSpec.LAST_DAY,
                SystemColumns.DT,
                none,
                KNOWN,
                known,
                first,
                sights(rows));
    return counted("SELECT * FROM (%s) WHERE NOT %s".formatted(withLastSight(all), KNOWN));
  }

  /** One row per user, group and day. */
  private String sights(String rows) {
    List<String> key = new ArrayList<>(users.dimensions());
    key.add(SystemColumns.DT);
    String first =
        users.byMinute() ? ", MIN(%s) AS %s".formatted(Sql.name(users.firstSeen()), FIRST) : "";
    return "SELECT %1$s%2$s FROM (%3$s) WHERE %4$s IS NOT NULL GROUP BY %1$s"
        .formatted(Sql.names(key), first, rows, Sql.name(users.user()));
  }

  private String withLastSight(String sights) {
    return "SELECT *, LAG(%1$s) OVER (PARTITION BY %2$s ORDER BY %1$s) AS %3$s%nFROM (%4$s)"
        .formatted(SystemColumns.DT, Sql.names(users.dimensions()), BEFORE, sights);
  }

  private String counted(String sights) {
    List<String> group = new ArrayList<>(List.of(SystemColumns.DT));
    String source = sights;
    if (users.byMinute()) {
      group.add(AggregateSql.WINDOW_START);
      source =
          "SELECT *, date_trunc('MINUTE', %s) AS %s FROM (%s)"
              .formatted(FIRST, AggregateSql.WINDOW_START, sights);
    }
    group.addAll(users.by());
    String counts =
        """
        SELECT %1$s, COUNT(*) AS %2$s,
          COUNT(CASE WHEN %5$s IS NULL THEN 1 END) AS %3$s,
          COUNT(CASE WHEN %5$s < %6$s - INTERVAL '%7$d' DAY THEN 1 END) AS %4$s
        FROM (%8$s)
        GROUP BY %1$s"""
            .formatted(
                Sql.names(group),
                UsersSpec.ACTIVE,
                UsersSpec.NEW,
                UsersSpec.RETURNING,
                BEFORE,
                SystemColumns.DT,
                users.returningAfter(),
                source);
    if (!users.byMinute()) {
      return counts;
    }
    List<String> day = new ArrayList<>(group);
    day.remove(AggregateSql.WINDOW_START);
    String soFar =
        "SUM(%%1$s) OVER (PARTITION BY %s ORDER BY %s ROWS UNBOUNDED PRECEDING) AS %%1$s"
            .formatted(Sql.names(day), AggregateSql.WINDOW_START);
    return "SELECT %s, %s%nFROM (%s)"
        .formatted(
            Sql.names(group),
            Sql.list(
                List.of(UsersSpec.ACTIVE, UsersSpec.NEW, UsersSpec.RETURNING), soFar::formatted),
            counts);
  }
}
