package io.tidemark.tests.demo;

import java.time.LocalDate;
import java.util.List;

/**
 * The demo's tags: what the warehouse knows of a reader. A house has them from a model or a
 * customer register; here they follow from what readers did on the demo's day.
 */
final class DemoTags {
  /** The tag table, declared below {@code conf/tables}. */
  static final String TABLE = "dim.user_tag";

  private DemoTags() {}

  /** The verbs that make the table, load it, and add up the history by it, in order. */
  static List<List<String>> verbs(LocalDate day) {
    return List.of(
        List.of("tables", "apply", TABLE),
        List.of("sql", load(day)),
        List.of("tags", "build", "--day", day.toString()),
        List.of("tags", "recompute", "--day", day.toString()));
  }

  /** The verbs that ask: a table of results, and the history by tags that no set has together. */
  static List<List<String>> questions(LocalDate day) {
    return List.of(
        List.of(
            "sql",
            "SELECT level, users, pv, read_seconds, ad_revenue FROM dws.reading_level_1d"
                + " WHERE dt = DATE'"
                + day
                + "' ORDER BY level"),
        List.of("tags", "query", "--by", "favourite", "--where", "level >= 4", "--metric", "pv"));
  }

  private static String load(LocalDate day) {
    return """
        INSERT OVERWRITE %s
        SELECT user_id, max_by(channel, struct(events, channel)) AS favourite,
          CAST(CASE WHEN sum(events) < 5 THEN 1 WHEN sum(events) < 20 THEN 2 WHEN sum(events) < 50 THEN 3
            WHEN sum(events) < 100 THEN 4 ELSE 5 END AS INT) AS level,
          sort_array(collect_list(channel)) AS channels
        FROM (
          SELECT user_id, channel, count(*) AS events FROM dwd.reading_event
          WHERE dt = DATE'%s' AND channel IS NOT NULL GROUP BY user_id, channel)
        GROUP BY user_id"""
        .formatted(TABLE, day);
  }
}
