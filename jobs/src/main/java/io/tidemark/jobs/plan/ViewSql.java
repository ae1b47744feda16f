package io.tidemark.jobs.plan;

import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.CurveSpec;
import io.tidemark.jobs.spec.RankingSpec;
import io.tidemark.jobs.spec.RollupSpec;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.jobs.spec.UsersSpec;
import io.tidemark.jobs.spec.ViewSpec;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A declared view as SQL over what readers see of its summary. */
public final class ViewSql {
  private final ViewSpec view;
  private final AggregateSpec summary;
  private final ZoneId zone;

  /**
   * The SQL of a view.
   *
   * @param summary the job that writes what it reads
   * @param zone in which business days begin
   */
  public ViewSql(ViewSpec view, AggregateSpec summary, ZoneId zone) {
    this.view = view;
    this.summary = summary;
    this.zone = zone;
  }

  /**
   * For Spark.
   *
   * @param rows what a reader sees of the summary, as a SELECT
   * @param relation what the summary's table is read from
   * @param types Spark's name of the type of each column that the table has or a reader sees
   */
  public String over(String rows, String relation, UnaryOperator<String> types) {
    return view.shape() instanceof RollupSpec rollup
        ? new RollupSql(rollup, summary, zone).over(relation, types)
        : over(rows, relation, types, CurveSql.SPARK);
  }

  /**
   * For Trino.
   *
   * @param rows the same in its words
   * @param relation what the summary's table is read from
   * @param types Spark's name of the type of each column that the table has or a reader sees
   */
  public String overInTrino(String rows, String relation, UnaryOperator<String> types) {
    return view.shape() instanceof RollupSpec rollup
        ? new RollupSql(rollup, summary, zone).overInTrino(relation, types)
        : over(rows, relation, column -> TrinoType.of(types.apply(column)), CurveSql.TRINO)
            .replace('`', '"');
  }

  private String over(
      String rows, String relation, UnaryOperator<String> types, CurveSql.Words words) {
    if (view.shape() instanceof CurveSpec curve) {
      return new CurveSql(curve, summary, zone).over(rows, relation, types, words);
    }
    return view.shape() instanceof UsersSpec users
        ? new UsersSql(users).over(rows)
        : new RankingSql((RankingSpec) view.shape(), summary).over(rows, types);
  }

  /**
   * All users seen through a day, who keep being known whatever becomes of the days they were seen
   * on.
   *
   * @param rows what a reader sees of the summary, as a SELECT: all days through that one, or those
   *     behind an earlier one
   * @param before the users known through that earlier day, as a SELECT; {@code null} where there
   *     is none
   */
  public String known(String rows, String before, LocalDate through) {
    return new UsersSql((UsersSpec) view.shape()).known(rows, before, through);
  }

  /**
   * The view of the days behind one through which all users are known, for Spark.
   *
   * @param rows what a reader sees of the summary's days behind it, as a SELECT
   * @param known the table of known users
   */
  public String behind(String rows, String known, LocalDate through) {
    return behind(rows, known, through, "TIMESTAMP");
  }

  /** The same for Trino. */
  public String behindInTrino(String rows, String known, LocalDate through) {
    return behind(rows, known, through, TrinoType.of("TIMESTAMP")).replace('`', '"');
  }

  private String behind(String rows, String known, LocalDate through, String time) {
    String until =
        "SELECT * FROM %s WHERE %s = DATE '%s'".formatted(known, SystemColumns.DT, through);
    return new UsersSql((UsersSpec) view.shape()).behind(rows, until, time);
  }

  /** The columns that tell its rows apart. */
  public List<String> keys() {
    if (view.shape() instanceof RankingSpec ranking) {
      return new RankingSql(ranking, summary).columns();
    }
    if (view.shape() instanceof CurveSpec) {
      return new AggregateSql(summary).keys();
    }
    if (view.shape() instanceof RollupSpec rollup) {
      return new RollupSql(rollup, summary, zone).keys();
    }
    UsersSpec users = (UsersSpec) view.shape();
    List<String> keys = new ArrayList<>(List.of(SystemColumns.DT));
    if (users.byMinute()) {
      keys.add(AggregateSql.WINDOW_START);
    }
    keys.addAll(users.by());
    return keys;
  }
}
