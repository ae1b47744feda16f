package io.tidemark.tags.plan;

import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.spec.HistorySpec;
import java.util.stream.Collectors;

/**
 * The text of the view that has one row per user: {@code user_id}, the active days in ascending
 * order, and an array for each metric in that order. It brings the pieces of a user together, puts
 * patched days in the place of the piece's, and leaves out days before the window, which ends with
 * the latest day that was built.
 *
 * <p>A condition on {@code user_id} reaches the pieces, so that a user's bucket alone is read. In
 * Spark that takes a window function: conditions pass no aggregation that collects.
 */
public final class HistoryView {
  private final HistorySpec spec;

  public HistoryView(HistorySpec spec) {
    this.spec = spec;
  }

  /**
   * The text for Spark.
   *
   * @param pieces the table of users' pieces, as SQL finds it
   * @param days the table of what was built, as SQL finds it
   */
  public String inSpark(String pieces, String days) {
    String entries =
        "transform(days, (day__, at__) -> struct(day__ AS day__%s))"
            .formatted(each((metric, type) -> ", get(`%1$s`, at__) AS `%1$s`".formatted(metric)));
    return """
        SELECT user_id, transform(entries, e__ -> e__.day__) AS days%1$s
        FROM (
          SELECT user_id,
            CASE WHEN size(patched) = 0 THEN filter(plain, e__ -> e__.day__ >= first_day)
              ELSE array_sort(concat(filter(plain, e__ -> e__.day__ >= first_day AND NOT array_contains(patched, e__.day__)),
                  filter(corrected, e__ -> e__.day__ >= first_day)),
                (a, b) -> CASE WHEN a.day__ < b.day__ THEN -1 WHEN a.day__ > b.day__ THEN 1 ELSE 0 END) END AS entries
          FROM (
            SELECT user_id, first_day,
              flatten(transform(filter(pieces, p -> p.level <> 'patch'), p -> p.entries)) AS plain,
              flatten(transform(filter(pieces, p -> p.level = 'patch'), p -> p.entries)) AS corrected,
              flatten(transform(filter(pieces, p -> p.level = 'patch'), p -> p.patched)) AS patched
            FROM (
              SELECT user_id, collect_list(struct(level, entries, patched))
                  OVER (PARTITION BY user_id ORDER BY first_day ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS pieces,
                row_number() OVER (PARTITION BY user_id ORDER BY first_day) AS place
              FROM (
                SELECT user_id, level, first_day, %2$s AS entries, CASE WHEN level = 'patch' THEN concat(days, removed) END AS patched
                FROM %3$s))
            CROSS JOIN (%4$s) AS kept
            WHERE place = 1))
        WHERE size(entries) > 0"""
        .formatted(
            each(
                (metric, type) ->
                    ",%n  transform(entries, e__ -> e__.`%1$s`) AS `%1$s`".formatted(metric)),
            entries,
            pieces,
            window(days, "date_sub(max(dt), %d)".formatted(spec.days() - 1)));
  }

  /** The same in the words of Trino. */
  public String inTrino(String pieces, String days) {
    String row =
        "ROW(day__ DATE" + each((metric, type) -> ", \"%s\" %s".formatted(metric, type)) + ")";
    String entries =
        "transform(CASE WHEN cardinality(days) = 0 THEN ARRAY[] ELSE sequence(1, cardinality(days)) END, at__ -> CAST(ROW(days[at__]%s) AS %s))"
            .formatted(each((metric, type) -> ", \"%s\"[at__]".formatted(metric)), row);
    return """
        SELECT user_id, transform(entries, e__ -> e__.day__) AS days%1$s
        FROM (
          SELECT user_id,
            CASE WHEN cardinality(patched) = 0 THEN filter(plain, e__ -> e__.day__ >= first_day)
              ELSE array_sort(concat(filter(plain, e__ -> e__.day__ >= first_day AND NOT contains(patched, e__.day__)),
                  filter(corrected, e__ -> e__.day__ >= first_day)),
                (a, b) -> CASE WHEN a.day__ < b.day__ THEN -1 WHEN a.day__ > b.day__ THEN 1 ELSE 0 END) END AS entries
          FROM (
            SELECT user_id,
              flatten(coalesce(array_agg(entries ORDER BY first_day) FILTER (WHERE level <> 'patch'), ARRAY[])) AS plain,
              flatten(coalesce(array_agg(entries) FILTER (WHERE level = 'patch'), ARRAY[])) AS corrected,
              flatten(coalesce(array_agg(patched) FILTER (WHERE level = 'patch'), ARRAY[])) AS patched
            FROM (
              SELECT user_id, level, first_day, %2$s AS entries, CASE WHEN level = 'patch' THEN concat(days, removed) END AS patched
              FROM %3$s)
            GROUP BY user_id)
          CROSS JOIN (%4$s) AS kept)
        WHERE cardinality(entries) > 0"""
        .formatted(
            each(
                (metric, type) ->
                    ",%n  transform(entries, e__ -> e__.\"%1$s\") AS \"%1$s\"".formatted(metric)),
            entries,
            pieces,
            window(days, "date_add('day', %d, max(dt))".formatted(1 - spec.days())));
  }

  /** The first day of the window, in one row. */
  private String window(String days, String first) {
    return "SELECT %s AS first_day FROM %s WHERE history = '%s' AND state <> 'missing'"
        .formatted(first, days, spec.name());
  }

  private interface Column {
    String text(String metric, MetricType type);
  }

  private String each(Column column) {
    return spec.metrics().entrySet().stream()
        .map(metric -> column.text(metric.getKey(), metric.getValue()))
        .collect(Collectors.joining());
  }
}
