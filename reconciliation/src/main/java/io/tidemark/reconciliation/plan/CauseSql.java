package io.tidemark.reconciliation.plan;

import io.tidemark.jobs.plan.Sql;
import io.tidemark.reconciliation.plan.CauseMetric.Kind;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * From what happened to the keys to why they differ, as SQL. What happened is a view of events: the
 * key, {@code cause__}, {@code rank__}, {@code sentence__}, and for metric i {@code part__i}, what
 * the event adds to the batch's value over the stream's, and {@code changed__i}, whether it changes
 * the value at all. Whatever the events of a key do not account for is unexplained, so the parts of
 * a key add up to its difference whatever the events are.
 *
 * @param keys columns that identify a key
 * @param metrics what is compared, in order
 */
public record CauseSql(List<String> keys, List<CauseMetric> metrics) {
  /** The cause of an event, as {@link Cause#text}. */
  public static final String CAUSE = "cause__";

  /** Which of several causes of a key comes first. */
  public static final String RANK = "rank__";

  /** The evidence of an event, for a person. */
  public static final String SENTENCE = "sentence__";

  private static final int LAST = 1000;
  private static final String REMAINDER =
      "Nothing that is kept shows why: no message, no commit and no declaration accounts for it.";

  public CauseSql {
    keys = List.copyOf(keys);
    metrics = List.copyOf(metrics);
  }

  /**
   * A row for each key and cause, the unexplained remainder among them.
   *
   * @param events view of what happened
   * @param differing view of the keys that differ, with {@code stream_number__i}, {@code
   *     batch_number__i} and {@code differs__i}
   */
  public String answers(String events, String differing) {
    return """
        WITH by_cause AS (
          SELECT %1$s, cause__, MIN(rank__) AS rank__, MIN(sentence__) AS sentence__, %2$s
          FROM %3$s GROUP BY %1$s, cause__),
        counted AS (SELECT c.* EXCEPT (%4$s), %5$s
          FROM by_cause c JOIN %6$s k ON %7$s),
        sums AS (SELECT %1$s, %8$s FROM counted GROUP BY %1$s)
        SELECT %1$s, cause__, rank__, sentence__, %9$s FROM counted
        UNION ALL
        SELECT * FROM (
          SELECT %10$s, %11$s AS cause__, %12$d AS rank__, %13$s AS sentence__, %14$s
          FROM %6$s k LEFT JOIN sums s ON %15$s)
        WHERE %16$s"""
        .formatted(
            Sql.names(keys),
            each(
                i ->
                    "CAST(SUM(part__%1$d) AS %2$s) AS part__%1$d, COALESCE(BOOL_OR(changed__%1$d), FALSE) AS changed__%1$d"
                        .formatted(i, type(i))),
            events,
            each("part__%1$d, changed__%1$d"::formatted),
            each(this::counted),
            differing,
            Sql.sameKey(keys, "c", "k"),
            each(
                i ->
                    "CAST(SUM(part__%1$d) AS %2$s) AS sum__%1$d, CAST(SUM(ABS(part__%1$d)) AS DOUBLE) AS size__%1$d, BOOL_OR(changed__%1$d) AS any__%1$d"
                        .formatted(i, type(i))),
            each("part__%1$d, changed__%1$d"::formatted),
            Sql.list(keys, key -> "k." + Sql.name(key)),
            SqlText.literal(Cause.UNEXPLAINED.text()),
            LAST,
            SqlText.literal(REMAINDER),
            each(this::remainder),
            Sql.sameKey(keys, "k", "s"),
            range(" OR ", i -> "changed__" + i));
  }

  /** Of several causes of a value that is no number, the first one counts. */
  private String counted(int i) {
    if (metrics.get(i).kind() != Kind.COUNTED) {
      // Causes that cancel out are told. Those of a difference that is tolerated are not: it is
      // no part of what they have to add up to.
      String told = "(k.differs__%1$d OR %2$s = 0)".formatted(i, difference(i));
      return "CASE WHEN %2$s THEN c.part__%1$d ELSE 0 END AS part__%1$d, (c.changed__%1$d AND %2$s AND (k.differs__%1$d OR c.part__%1$d <> 0)) AS changed__%1$d"
          .formatted(i, told);
    }
    String changed = "(c.changed__%1$d AND k.differs__%1$d)".formatted(i);
    return "CASE WHEN %1$s AND ROW_NUMBER() OVER (PARTITION BY %2$s ORDER BY NOT %1$s, c.rank__, c.cause__) = 1 THEN 1L ELSE 0L END AS part__%3$d, %1$s AS changed__%3$d"
        .formatted(changed, Sql.list(keys, key -> "k." + Sql.name(key)), i);
  }

  private String remainder(int i) {
    String sum = "COALESCE(s.sum__%d, 0)".formatted(i);
    String left =
        switch (metrics.get(i).kind()) {
          case EXACT -> "%s <> %s".formatted(difference(i), sum);
          case FLOATING ->
              "ABS(%s - %s) > %s * GREATEST(COALESCE(s.size__%d, 0D), ABS(%s), ABS(%s))"
                  .formatted(
                      difference(i),
                      sum,
                      MetricColumn.NEARLY_EQUAL + "D",
                      i,
                      number(i, "stream"),
                      number(i, "batch"));
          case COUNTED -> "FALSE";
        };
    String part =
        metrics.get(i).kind() == Kind.COUNTED
            ? "1L - CAST(" + sum + " AS BIGINT)"
            : difference(i) + " - " + sum;
    String open = "(NOT COALESCE(s.any__%d, FALSE) OR %s)".formatted(i, left);
    return "CAST(CASE WHEN k.differs__%1$d AND %2$s THEN %3$s ELSE 0 END AS %4$s) AS part__%1$d, (k.differs__%1$d AND %2$s) AS changed__%1$d"
        .formatted(i, open, part, type(i));
  }

  /** What the events of a key have to add up to. */
  private String difference(int i) {
    return metrics.get(i).kind() == Kind.COUNTED
        ? "1L"
        : "(" + number(i, "batch") + " - " + number(i, "stream") + ")";
  }

  private String number(int i, String side) {
    return "k." + side + "_number__" + i;
  }

  /** The causes and the evidence of each key, from a view of {@link #answers}. */
  public String perKey(String answers) {
    String causes =
        each(
            i ->
                "MAP_FROM_ENTRIES(TRANSFORM(SORT_ARRAY(COLLECT_LIST(CASE WHEN changed__%1$d THEN STRUCT(rank__, cause__, CAST(part__%1$d AS STRING) AS part) END)), x -> STRUCT(x.cause__, x.part))) AS causes__%1$d"
                    .formatted(i));
    return """
        SELECT %1$s, %2$s,
          ARRAY_JOIN(TRANSFORM(SORT_ARRAY(COLLECT_LIST(STRUCT(rank__, cause__, sentence__))), x -> x.sentence__), ' ') AS evidence
        FROM %3$s GROUP BY %1$s"""
        .formatted(Sql.names(keys), causes, answers);
  }

  /**
   * Per cause and metric the number of keys and the sum of parts, from a view of {@link #answers};
   * and in the row whose cause is NULL what they have to add up to, from the keys alone.
   */
  public String totals(String answers, String differing) {
    return """
        SELECT cause__, %s FROM %s GROUP BY cause__
        UNION ALL
        SELECT CAST(NULL AS STRING), %s FROM %s k"""
        .formatted(
            each(
                i ->
                    "COUNT_IF(changed__%1$d), CAST(CAST(SUM(part__%1$d) AS %2$s) AS STRING)"
                        .formatted(i, type(i))),
            answers,
            each(
                i ->
                    "COUNT_IF(k.differs__%1$d), CAST(CAST(SUM(CASE WHEN k.differs__%1$d THEN %2$s ELSE 0 END) AS %3$s) AS STRING)"
                        .formatted(i, difference(i), type(i))),
            differing);
  }

  private String type(int i) {
    return metrics.get(i).type();
  }

  private String each(IntFunction<String> column) {
    return range(", ", column);
  }

  private String range(String separator, IntFunction<String> column) {
    return IntStream.range(0, metrics.size())
        .mapToObj(column)
        .collect(Collectors.joining(separator));
  }
}
