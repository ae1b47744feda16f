package io.tidemark.jobs.plan;

import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.jobs.spec.UsersSpec;
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
   * The columns of the table of {@link #known} users: dimensions, the user, the first and the last
   * day.
   */
  String known(String rows) {
    return "SELECT %1$s, MIN(%2$s) AS first_dt, MAX(%2$s) AS last_dt%nFROM (%3$s)%nGROUP BY %1$s"
        .formatted(Sql.names(users.dimensions()), SystemColumns.DT, sights(rows));
  }

  /**
   * Days behind one through which all users are known by their last day: what is read does not grow
   * with history.
   *
   * @param rows what a reader sees of the summary's later days
   * @param known the users seen until then
   */
  String behind(String rows, String known) {
    String first = users.byMinute() ? ", CAST(NULL AS TIMESTAMP) AS " + FIRST : "";
    String all =
        "SELECT %1$s, last_dt AS %2$s%3$s, TRUE AS known__ FROM (%4$s)%nUNION ALL%nSELECT %1$s, %2$s%5$s, FALSE AS known__ FROM (%6$s)"
            .formatted(
                Sql.names(users.dimensions()),
                SystemColumns.DT,
                first,
                known,
                users.byMinute() ? ", " + FIRST : "",
                sights(rows));
    return counted("SELECT * FROM (%s) WHERE NOT known__".formatted(withLastSight(all)));
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
