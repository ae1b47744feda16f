package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Structures;
import io.tidemark.catalog.config.Values;
import java.time.Duration;
import java.util.List;

/** Every key of a file below {@code conf/views}. */
final class ViewKeys {
  static final Key<TableName> VIEW =
      Key.required("view", JobKeys.TABLE, "The view's name, which ends with `_v`.");
  static final Key<TableName> OF =
      Key.required("of", JobKeys.TABLE, "The summary read: the table that an aggregate writes.");

  static final Key<List<String>> BY =
      Key.list(
          "by",
          Values.IDENTIFIER,
          "Dimensions of the summary that are taken apart; one group of all when left out.");

  static final Key<String> USER =
      Key.required(
          "user", Values.IDENTIFIER, "The dimension of the summary that tells users apart.");
  static final Key<Duration> RETURNING_AFTER =
      Key.required(
          "returning-after",
          Values.POSITIVE_DURATION,
          "Days without a sight that make a known user a returning one, `30 days` say.");
  static final Key<String> FIRST_SEEN =
      Key.optional(
          "first-seen",
          Values.IDENTIFIER,
          "A metric `min: event_time` of the summary. With it the view has a row per minute in which"
              + " somebody came for the first time that day, and running totals; without it a row per"
              + " day.");
  static final Key<TableName> KNOWN =
      Key.optional(
          "known",
          JobKeys.TABLE,
          "A table, named `..._td`, that `./tidemark users` keeps all users in who were seen through a"
              + " day. Then there is one more view, `..._recent_v`, of the days behind it, which reads"
              + " no others.");
  static final Keys USERS_KEYS = Keys.of(USER, BY, RETURNING_AFTER, FIRST_SEEN, KNOWN);

  static final Key<String> METRIC =
      Key.required("metric", Values.IDENTIFIER, "The metric of the summary that is ordered by.");
  static final Key<Long> TOP =
      Key.required("top", Values.POSITIVE_LONG, "How many ranks there are.");
  static final Key<List<String>> RANK =
      Key.required(
          "rank",
          Structures.listOf(Values.IDENTIFIER),
          "Dimensions of the summary that tell apart what is ranked; over those that are neither here"
              + " nor in `by`, values are added up.");
  static final Key<RankingSpec.Period> PERIOD =
      Key.required(
          "period",
          Values.oneOf(RankingSpec.Period.class),
          "What values are added up over, within the business day or over several; `window` ranks each"
              + " row's own window.");
  static final Key<RankingSpec.Order> ORDER =
      Key.withDefault(
          "order", Values.oneOf(RankingSpec.Order.class), "descending", "Which end comes first.");
  static final Key<RankingSpec.Ties> TIES =
      Key.required(
          "ties",
          Values.oneOf(RankingSpec.Ties.class),
          "Equal values share a rank, as `rank` (1, 1, 3) or `dense-rank` (1, 1, 2); or each has its"
              + " own, `row-number`, by `tie-break`.");
  static final Key<List<String>> TIE_BREAK =
      Key.list(
          "tie-break",
          Values.IDENTIFIER,
          "All of `rank`, in the order by which equal values are told apart, ascending; with"
              + " `row-number` only, and required there.");
  static final Keys RANKING_KEYS = Keys.of(METRIC, TOP, RANK, BY, PERIOD, ORDER, TIES, TIE_BREAK);

  static final Key<Window> EVERY =
      Key.required(
          "every",
          Values.of("1 minute, 5 minutes or 1 hour", Window::parse),
          "How long a window is that has a row. Of a `running day` any of the three: the total at the"
              + " end of the window; else the summary's own window.");
  static final Keys CURVE_KEYS = Keys.of(EVERY);

  static final Key<Section> USERS =
      group("users", USERS_KEYS, "Counts active, new and returning users.");
  static final Key<Section> RANKING =
      group("ranking", RANKING_KEYS, "The first of each group and period, by a metric.");

  static final Key<Section> CURVE =
      group("curve", CURVE_KEYS, "Every window of a day, also those without a row.");

  static final Key<Section> ROLLUP =
      group("rollup", RollupKeys.KEYS, "The summary again, by fewer dimensions or longer windows.");

  /** Of which a view declares exactly one. */
  static final List<Key<Section>> SHAPES = List.of(USERS, RANKING, CURVE, ROLLUP);

  static final Keys KEYS =
      Keys.of(VIEW, JobKeys.DESCRIPTION, JobKeys.OWNER, OF, USERS, RANKING, CURVE, ROLLUP);

  private ViewKeys() {}

  private static Key<Section> group(String name, Keys keys, String doc) {
    return new Key<>(name, Structures.section(keys), false, null, "", doc);
  }
}
