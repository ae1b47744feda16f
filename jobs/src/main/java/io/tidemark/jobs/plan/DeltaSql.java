package io.tidemark.jobs.plan;

import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.SystemColumns;
import java.util.ArrayList;
import java.util.List;

/**
 * What a micro-batch adds to an aggregate: one row per key it touches. It is a function of two sets
 * of input rows and of nothing else, the rows of the micro-batch (view {@code input}) and those
 * that came before it (view {@code earlier}); that is why a stream needs no state of its own.
 *
 * <p>A distinct counts +1 in the window of a value's first sight. In a running day, a sight that
 * comes in late but happened earlier moves the first sight: -1 where it was, +1 where it is.
 *
 * <p>Where rows of the input may take back others, each of those brings what the other brought with
 * the opposite sign, and a value is there as long as more rows bring it than take it back.
 */
public final class DeltaSql {
  private static final String CHANGE = "change__";
  private static final String FIRST = "first__";

  private static final String NOW = "now__";
  private static final String BEFORE = "before__";

  private static final String TAKES_BACK =
      "COALESCE(%s, FALSE)".formatted(Sql.name(SystemColumns.TAKES_BACK));

  private final AggregateSql job;
  private final boolean takesBack;

  /** Those of a job. */
  public DeltaSql(AggregateSql job) {
    this.job = job;
    this.takesBack = job.takesBack();
  }

  /** The delta rows. */
  public String text() {
    if (job.distincts().isEmpty() && !takesBack) {
      return "SELECT %s, COUNT(*) AS %s, %s%nFROM (%s)%nGROUP BY %s"
          .formatted(
              Sql.names(job.keys()),
              AggregateSql.ROW_COUNT,
              Sql.list(
                  job.parts(), part -> part.overRows(false) + " AS " + Sql.name(part.column())),
              job.rows("input"),
              Sql.names(job.keys()));
    }
    List<String> branches = new ArrayList<>();
    branches.add(values());
    job.distincts().forEach(metric -> branches.add(changes(metric)));
    return "SELECT %s, SUM(%s) AS %s, %s%nFROM (%n%s%n)%nGROUP BY %s"
        .formatted(
            Sql.names(job.keys()),
            AggregateSql.ROW_COUNT,
            AggregateSql.ROW_COUNT,
            Sql.list(
                job.parts(),
                part ->
                    (takesBack ? part.overSignedValues() : part.overValues())
                        + " AS "
                        + Sql.name(part.column())),
            String.join("\nUNION ALL\n", branches),
            Sql.names(job.keys()));
  }

  /** Whether {@code earlier} is read at all. */
  public boolean needsEarlier() {
    return !job.distincts().isEmpty();
  }

  /** The rows themselves, with what each brings to every part; a distinct's come apart. */
  private String values() {
    return "SELECT %s, %s AS %s, %s FROM (%s)"
        .formatted(
            Sql.names(job.keys()),
            takesBack ? sign() : "1L",
            AggregateSql.ROW_COUNT,
            Sql.list(
                job.parts(),
                part ->
                    (takesBack ? part.ofSignedRow(TAKES_BACK) : part.ofRow())
                        + " AS "
                        + Sql.name(part.column())),
            job.rows("input"));
  }

  /** The changes of one distinct, in the shape of {@link #values}. */
  private String changes(MetricSpec metric) {
    return "SELECT %s, 0L AS %s, %s FROM (%s)"
        .formatted(
            Sql.names(job.keys()),
            AggregateSql.ROW_COUNT,
            Sql.list(
                job.parts(),
                part ->
                    (part.metric().equals(metric) ? CHANGE : part.ofNoRow())
                        + " AS "
                        + Sql.name(part.column())),
            job.running() ? movedSights(metric) : newSights(metric));
  }

  private static String sign() {
    return "IF(" + TAKES_BACK + ", -1L, 1L)";
  }

  /**
   * How often each value that a micro-batch has is there now, and was before it.
   *
   * @param sight what makes a value another one
   * @param by by what it is counted: that and perhaps more
   */
  private String counted(List<String> sight, List<String> by, MetricSpec metric) {
    String now = sights("input", sight, metric);
    return """
        SELECT %1$s, SUM(%2$s) AS %2$s, SUM(%3$s) AS %3$s FROM (
          SELECT %1$s, %4$s AS %2$s, 0L AS %3$s FROM (%5$s) WHERE %6$s IS NOT NULL
          UNION ALL
          SELECT %1$s, %4$s AS %2$s, %4$s AS %3$s FROM (%7$s))
        GROUP BY %1$s"""
        .formatted(
            Sql.names(by),
            NOW,
            BEFORE,
            sign(),
            job.rows("input"),
            Sql.name(AggregateSql.over(metric)),
            knownOf(now, sight));
  }

  private String countedSights(MetricSpec metric) {
    List<String> sight = sight(job.keys(), metric);
    return "SELECT %1$s, IF(%2$s > 0, 1L, 0L) - IF(%3$s > 0, 1L, 0L) AS %4$s FROM (%5$s) WHERE (%2$s > 0) != (%3$s > 0)"
        .formatted(Sql.names(sight), NOW, BEFORE, CHANGE, counted(sight, sight, metric));
  }

  private String movedCountedSights(MetricSpec metric) {
    List<String> sight = sight(job.dayKeys(), metric);
    List<String> by = new ArrayList<>(sight);
    by.add(AggregateSql.WINDOW_START);
    String firsts =
        "SELECT %1$s, MIN(IF(%2$s > 0, %4$s, NULL)) AS %2$s, MIN(IF(%3$s > 0, %4$s, NULL)) AS %3$s FROM (%5$s) GROUP BY %1$s"
            .formatted(
                Sql.names(sight),
                NOW,
                BEFORE,
                AggregateSql.WINDOW_START,
                counted(sight, by, metric));
    String changes =
        "SELECT %s, stack(2, %s, 1L, %s, -1L) AS (%s, %s) FROM (%s) WHERE NOT %s <=> %s"
            .formatted(
                Sql.names(job.dayKeys()),
                NOW,
                BEFORE,
                AggregateSql.WINDOW_START,
                CHANGE,
                firsts,
                NOW,
                BEFORE);
    return "SELECT * FROM (%s) WHERE %s IS NOT NULL".formatted(changes, AggregateSql.WINDOW_START);
  }

  private String newSights(MetricSpec metric) {
    if (takesBack) {
      return countedSights(metric);
    }
    List<String> sight = sight(job.keys(), metric);
    String now = sights("input", sight, metric);
    return "SELECT now.*, 1L AS %s FROM (%s) now LEFT ANTI JOIN (%s) before ON %s"
        .formatted(CHANGE, now, knownOf(now, sight), Sql.sameKey(sight, "now", "before"));
  }

  private String movedSights(MetricSpec metric) {
    if (takesBack) {
      return movedCountedSights(metric);
    }
    List<String> sight = sight(job.dayKeys(), metric);
    String now = firstSights(job.rows("input"), sight, metric);
    String before = firstSights(knownOf(now, sight), sight, metric);
    String changes =
        """
        SELECT %1$s, stack(2, now.%2$s, 1L, before.%2$s, -1L) AS (%3$s, %4$s)
        FROM (%5$s) now LEFT JOIN (%6$s) before ON %7$s
        WHERE before.%2$s IS NULL OR now.%2$s < before.%2$s"""
            .formatted(
                Sql.list(job.dayKeys(), key -> "now." + Sql.name(key)),
                FIRST,
                AggregateSql.WINDOW_START,
                CHANGE,
                now,
                before,
                Sql.sameKey(sight, "now", "before"));
    return "SELECT * FROM (%s) WHERE %s IS NOT NULL".formatted(changes, AggregateSql.WINDOW_START);
  }

  private static List<String> sight(List<String> keys, MetricSpec metric) {
    List<String> sight = new ArrayList<>(keys);
    if (!sight.contains(AggregateSql.over(metric))) {
      sight.add(AggregateSql.over(metric));
    }
    return sight;
  }

  private String sights(String view, List<String> sight, MetricSpec metric) {
    return "SELECT DISTINCT %s FROM (%s) WHERE %s IS NOT NULL"
        .formatted(Sql.names(sight), job.rows(view), Sql.name(AggregateSql.over(metric)));
  }

  private static String firstSights(String rows, List<String> sight, MetricSpec metric) {
    return "SELECT %s, MIN(%s) AS %s FROM (%s) WHERE %s IS NOT NULL GROUP BY %s"
        .formatted(
            Sql.names(sight),
            AggregateSql.WINDOW_START,
            FIRST,
            rows,
            Sql.name(AggregateSql.over(metric)),
            Sql.names(sight));
  }

  /**
   * Of all earlier sights only those that can matter. The day's rows are many and the micro-batch
   * is small: a semi-join reads the day once against a broadcast of the micro-batch, without a
   * shuffle.
   */
  private String knownOf(String now, List<String> sight) {
    return "SELECT known.* FROM (%s) known LEFT SEMI JOIN (%s) now ON %s"
        .formatted(job.rows("earlier"), now, Sql.sameKey(sight, "known", "now"));
  }
}
