package io.tidemark.tests.bench;

import java.util.List;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What is asked of all days: active users, and sums, by day and by tags. */
enum TagQuestion {
  FIVE(
      "five tags at once",
      true,
      List.of("t5"),
      List.of("t8"),
      List.of("t35"),
      List.of("t300"),
      List.of("t2000")),
  ONE("one tag of 35 values", true, List.of("t35")),
  PAIR("a pair, 35 x 300", true, List.of("t35", "t300")),
  /** No sums: distinct users are counted. */
  USERS("daily users by a tag of 35", false, List.of("t35"));

  private static final List<String> METRICS =
      List.of("pv", "read_seconds", "ad_views", "ad_revenue");

  private static final String CENTS = "CAST(CAST(ad_revenue AS DECIMAL(18,2)) * 100 AS BIGINT)";

  /** What users without tags count as. */
  static final String NONE = "(none)";

  private final String text;
  private final boolean hasSums;
  private final List<List<String>> sets;

  @SafeVarargs
  TagQuestion(String text, boolean hasSums, List<String>... sets) {
    this.text = text;
    this.hasSums = hasSums;
    this.sets = List.of(sets);
  }

  /** For people. */
  String text() {
    return text;
  }

  /** The tags of each dimension set. */
  List<List<String>> sets() {
    return sets;
  }

  /** The metrics that are added up. */
  List<String> metrics() {
    return hasSums ? METRICS : List.of();
  }

  /**
   * The query that an analyst would write over daily rows: a row for each group and day. Several
   * sets are asked for at once, so a row has NULL for the tags that are of others.
   *
   * @param daily the table of daily rows
   * @param tags the table of tags
   */
  String query(String daily, String tags) {
    List<String> all = sets.stream().flatMap(List::stream).distinct().toList();
    String known =
        all.stream()
            .map(tag -> "coalesce(g.%1$s, '%2$s') AS %1$s".formatted(tag, NONE))
            .collect(joined());
    String metrics =
        metrics().stream().map(metric -> ", d." + metric).collect(Collectors.joining());
    String sums =
        metrics().stream()
            .map(metric -> ", sum(%1$s) AS %1$s".formatted(metric))
            .collect(Collectors.joining());
    List<String> groups =
        sets.stream()
            .map(set -> Stream.concat(set.stream(), Stream.of("dt")).collect(joined()))
            .toList();
    String grouping =
        groups.size() == 1
            ? groups.get(0)
            : "GROUPING SETS ((" + String.join("), (", groups) + "))";
    return """
        SELECT %s, dt, %s AS users%s
        FROM (SELECT %s, d.dt, d.user_id%s
          FROM %s d LEFT JOIN %s g ON d.user_id = g.user_id)
        GROUP BY %s"""
        .formatted(
            String.join(", ", all),
            hasSums ? "count(*)" : "count(DISTINCT user_id)",
            sums,
            known,
            metrics,
            daily,
            tags,
            grouping);
  }

  /**
   * What rows of groups and days come to, a row for each set: how many there are, users and sums in
   * all, and each of them weighed by day and group, so that exchanged cells show.
   *
   * @param rows a query of the tags of sets (NULL in rows of others), dt, users and the metrics
   * @param dayNumber the days since the first one, as the engine writes it
   */
  String checksums(String rows, String dayNumber) {
    String set =
        IntStream.range(0, sets.size())
            .mapToObj(i -> "WHEN %s IS NOT NULL THEN %d".formatted(sets.get(i).get(0), i))
            .collect(Collectors.joining(" ", "CASE ", " END"));
    String place = sets.stream().map(TagQuestion::place).collect(joined());
    List<String> measures =
        Stream.concat(Stream.of("users"), metrics().stream())
            .map(each -> each.equals("ad_revenue") ? CENTS : each)
            .toList();
    String sums =
        measures.stream()
            .map(
                each ->
                    "CAST(sum(%1$s) AS BIGINT), CAST(sum(%1$s * weight) AS BIGINT)".formatted(each))
            .collect(joined());
    return """
        SELECT count(*), %s
        FROM (SELECT *, %s AS asked, (%s + 1) * coalesce(%s) AS weight FROM (%s) cells) weighed
        GROUP BY asked ORDER BY asked"""
        .formatted(sums, set, dayNumber, place, rows);
  }

  private static String place(List<String> set) {
    return set.stream()
        .map(
            tag ->
                "CASE WHEN %1$s = '%2$s' THEN 1 ELSE CAST(substr(%1$s, 2) AS BIGINT) + 2 END"
                    .formatted(tag, NONE))
        .collect(Collectors.joining(" * 1000 + "));
  }

  private static Collector<CharSequence, ?, String> joined() {
    return Collectors.joining(", ");
  }
}
