package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.MetricSpec.Function;
import io.tidemark.jobs.spec.RankingSpec.Order;
import io.tidemark.jobs.spec.RankingSpec.Period;
import io.tidemark.jobs.spec.RankingSpec.Ties;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ViewReaderTest {
  private static final String SUMMARY =
      """
      job: dws_event_user_1d
      input: ods.event
      dimensions: [channel, event_id]
      window: 1 day
      lateness: 2 hours
      metrics:
        pv: { count: "*" }
        times: { distinct: event_time }
        first: { min: event_time }
      output: dws.event_user_1d
      """;
  private static final String USERS =
      """
      view: ads.event_user_1d_v
      description: Who came.
      owner: growth
      of: dws.event_user_1d
      users: { user: event_id, by: [channel], returning-after: 30 days, first-seen: first, known: dws.event_user_td }
      """;
  private static final String RANKING =
      """
      view: ads.event_top_v
      of: dws.event_user_1d
      ranking:
        metric: pv
        top: 3
        rank: [event_id, channel]
        period: month
        order: ascending
        ties: row-number
        tie-break: [channel, event_id]
      """;

  @TempDir Path root;

  private Project project(String view) {
    return new Project(root).with("jobs/d_user.yml", SUMMARY).with("views/z.yml", view);
  }

  @Test
  void everyKeyOfUsersIsRead() {
    JobCatalog jobs = project(USERS).read().jobs();

    assertThat(jobs.views())
        .containsExactly(
            new ViewSpec(
                new TableName("ads", "event_user_1d_v"),
                "Who came.",
                "growth",
                new TableName("dws", "event_user_1d"),
                new UsersSpec(
                    "event_id",
                    List.of("channel"),
                    30,
                    "first",
                    new TableName("dws", "event_user_td"))));
    assertThat(jobs.viewsOf(jobs.job("dws_event_user_1d"))).isEqualTo(jobs.views());
    assertThat(jobs.view("ads.event_user_1d_v")).isPresent();
  }

  @Test
  void everyKeyOfARankingIsRead() {
    assertThat(project(RANKING).read().jobs().views())
        .extracting(ViewSpec::shape)
        .containsExactly(
            new RankingSpec(
                "pv",
                3,
                List.of("event_id", "channel"),
                List.of(),
                Period.MONTH,
                Order.ASCENDING,
                Ties.ROW_NUMBER,
                List.of("channel", "event_id")));
  }

  @Test
  void aRankingIsFromTheTopUnlessItSaysOtherwise() {
    String shared = RANKING.replaceAll("(?m)^  (order|tie-break):.*\\R", "");

    assertThat(project(shared.replace("row-number", "dense-rank")).read().jobs().views())
        .extracting(ViewSpec::shape)
        .containsExactly(
            new RankingSpec(
                "pv",
                3,
                List.of("event_id", "channel"),
                List.of(),
                Period.MONTH,
                Order.DESCENDING,
                Ties.DENSE_RANK,
                List.of()));
  }

  /** Where nothing has to be added up, also what does not add up can be ranked. */
  @Test
  void distinctsAreRankedWithinTheirOwnWindow() {
    String daily = RANKING.replace("metric: pv", "metric: times");

    assertThat(project(daily.replace("period: month", "period: day")).problems()).isEmpty();
    assertThat(project(daily.replace("period: month", "period: window")).problems()).isEmpty();
    assertThat(project(daily).problems())
        .containsExactly(
            "conf/views/z.yml > line 4: ranking.metric: 'times' does not add up, and would have to,"
                + " over days; rank a summary that has it by just these dimensions and this"
                + " period");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          event_user_1d_v | event_user_1d | line 1: view: 'ads.event_user_1d' is not named as a view; write ads.event_user_1d_v
          ads.event_user_1d_v | dws.event_user_v | line 1: view: 'dws.event_user_v' does not say its time grain; end the name with one of _1d, _td, _1h, _th, _1min, _5min, _tmin
          ads.event_user_1d_v | dws.event_user_1d_v | line 1: view: 'dws.event_user_1d_v' is the view of job dws_event_user_1d; choose another name
          dws.event_user_1d | dws.event_usr_1d | line 4: of: 'dws.event_usr_1d' is written by no job; did you mean 'dws.event_user_1d'?
          of: dws.event_user_1d | of: ods.event | line 4: of: 'ods.event' is no summary: job ods_event is of kind ingest; declare an aggregate, and name its output
          user: event_id | user: event_ids | line 5: users.user: 'event_ids' is not a dimension of dws.event_user_1d; did you mean 'event_id'?
          by: [channel] | by: [event_id] | line 5: users.by holds the user; each would be a group alone: remove it
          30 days | 36 hours | line 5: users.returning-after: '36 hours' is no whole number of days; write '30 days' say
          first-seen: first | first-seen: pv | line 5: users.first-seen: 'pv' is count(*), which does not say when a user was first seen; name a metric min(event_time)
          first-seen: first | first-seen: frist | line 5: users.first-seen: 'frist' is not a metric of dws.event_user_1d; did you mean 'first'?
          known: dws.event_user_td | known: dws.event_user_1h | line 5: users.known: 'dws.event_user_1h' ends with another grain than its window; end the name with _td
          known: dws.event_user_td | known: dws.event_user | line 5: users.known: 'dws.event_user' does not say its time grain; end the name with one of _1d, _td, _1h, _th, _1min, _5min, _tmin
          owner: growth | ranking: { metric: pv, top: 1, rank: [channel], period: day, ties: rank } | file is of two kinds; declare users, ranking, curve or rollup
          """)
  void usersAreRefused(String written, String instead, String problem) {
    assertThat(USERS).contains(written);
    assertThat(project(USERS.replace(written, instead)).problems())
        .containsExactly("conf/views/z.yml > " + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          metric: pv | metric: pw | line 4: ranking.metric: 'pw' is not a metric of dws.event_user_1d; did you mean 'pv'?
          rank: [event_id, channel] | rank: [event_id, chanel] | line 10: ranking.tie-break does not tell all of equal value apart; name each of event_id, chanel once
          tie-break: [channel, event_id] | tie-break: [channel] | line 10: ranking.tie-break does not tell all of equal value apart; name each of event_id, channel once
          ties: row-number | ties: rank | line 10: ranking.tie-break breaks ties that are to share a rank; remove it, or write 'ties: row-number'
          period: month | period: hour | line 7: ranking.period: 'hour' is not one of window, day, week, month, quarter, year
          top: 3 | top: 0 | line 5: ranking.top: '0' is not a whole number from 1; write digits only, such as 500000
          """)
  void rankingsAreRefused(String written, String instead, String problem) {
    assertThat(RANKING).contains(written);
    assertThat(project(RANKING.replace(written, instead)).problems())
        .containsExactly("conf/views/z.yml > " + problem);
  }

  @Test
  void aRunningDayIsNotRanked() {
    assertThat(
            project(RANKING.replace("period: month", "period: day"))
                .with(
                    "jobs/d_user.yml",
                    SUMMARY.replace("1 day", "running day").replace("_1d", "_tmin"))
                .with(
                    "views/z.yml",
                    RANKING
                        .replace("period: month", "period: day")
                        .replace("event_user_1d", "event_user_tmin"))
                .problems())
        .containsExactly(
            "conf/views/z.yml > line 2: of: 'dws.event_user_tmin' holds totals of the day so far, in"
                + " the minutes in which a key had rows, which do not stand beside one another; rank"
                + " a summary with another window");
  }

  /** The table of known users has the dimensions, and two columns of its own. */
  @Test
  void aDimensionIsNotNamedAsAColumnOfKnownUsers() {
    String named = SUMMARY.replace("channel", "first_dt");

    assertThat(
            project(USERS.replace("channel", "first_dt"))
                .with("jobs/d_user.yml", named.replace("ods.event", "dwd.event"))
                .with(
                    "jobs/event.sql", "SELECT event_id, channel AS first_dt, source.* FROM input\n")
                .problems())
        .containsExactly(
            "conf/views/z.yml > line 5: users.known: 'dws.event_user_td' would have two columns"
                + " 'first_dt', the dimension and its own; rename the dimension in the summary's"
                + " input");
  }

  private Project curve(String window, String every) {
    return new Project(root)
        .with(
            "jobs/d_user.yml",
            SUMMARY.replace("1 day", window).replace("_1d", "_" + Window.parse(window).suffix()))
        .with(
            "views/z.yml",
            "view: ads.event_curve_v\nof: dws.event_user_%s\ncurve: { every: %s }\n"
                .formatted(Window.parse(window).suffix(), every));
  }

  @ParameterizedTest
  @CsvSource({"running day, 1 minute", "running day, 1 hour", "5 minutes, 5 minutes"})
  void aCurveIsRead(String window, String every) {
    assertThat(curve(window, every).read().jobs().views())
        .extracting(ViewSpec::shape)
        .containsExactly(new CurveSpec(Window.parse(every)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          running day | 1 day | line 3: curve.every: '1 day' is no part of a day; use 1 minute, 5 minutes or 1 hour
          running day | running day | line 3: curve.every: 'running day' is no part of a day; use 1 minute, 5 minutes or 1 hour
          1 day | 1 hour | line 2: of: 'dws.event_user_1d' has one row of a key and day, which is no curve; name a summary with another window
          5 minutes | 1 hour | line 2: of: 'dws.event_user_5min' has totals of 5 minutes, and the curve a row every 1 hour; write 'every: 5 minutes', or name a summary with 'window: running day'
          """)
  void curvesAreRefused(String window, String every, String problem) {
    assertThat(curve(window, every).problems()).containsExactly("conf/views/z.yml > " + problem);
  }

  private static final String MINUTES =
      """
      job: dws_event_user_1min
      input: ods.event
      dimensions: [channel, event_id]
      window: 1 minute
      lateness: 2 hours
      metrics:
        pv: events
        seconds: seconds
        rate: rate
        share: share
        times: times
        ids: { distinct: event_id }
        about: { approximate-distinct: event_time }
        first: { min: event_time }
        mean: { average: seconds }
      output: dws.event_user_1min
      """;
  private static final String REGISTRY =
      """
      metrics:
        events: { version: 1, owner: x, unit: events, count: "*" }
        seconds: { version: 1, owner: x, unit: seconds, sum: seconds }
        times: { version: 1, owner: x, unit: times, distinct: event_time }
        rate: { version: 1, owner: x, unit: x, ratio: [seconds, events] }
        share: { version: 1, owner: x, unit: x, ratio: [times, events] }
      """;
  private static final String ROLLUP =
      """
      view: ads.event_v
      of: dws.event_user_1min
      rollup:
        by: [channel]
        each: [event_id]
        window: 1 hour
        metrics:
          pv: { sum: pv }
          users: { distinct: event_id, having: { pv: '>= 3', rate: '<0.5' } }
      """;

  private Project rollup(String view) {
    return new Project(root)
        .with("metrics/m.yml", REGISTRY)
        .with("jobs/d_user.yml", MINUTES)
        .with("views/z.yml", view);
  }

  @Test
  void everyKeyOfARollupIsRead() {
    assertThat(rollup(ROLLUP).read().jobs().views())
        .extracting(ViewSpec::shape)
        .containsExactly(
            new RollupSpec(
                List.of("channel"),
                List.of("event_id"),
                Window.ONE_HOUR,
                List.of(
                    new RollupMetric("pv", Function.SUM, "pv", new TreeMap<>()),
                    new RollupMetric(
                        "users",
                        Function.DISTINCT,
                        "event_id",
                        new TreeMap<>(
                            Map.of(
                                "pv",
                                new Comparison(">=", new BigDecimal("3")),
                                "rate",
                                new Comparison("<", new BigDecimal("0.5"))))))));
  }

  @Test
  void aRollupIsOfAllDimensionsByTheSummarysWindowUnlessItSaysOtherwise() {
    String shared = ROLLUP.replaceAll("(?m)^  (by|each|window):.*\\R", "");
    RollupSpec rollup = (RollupSpec) rollup(shared).read().jobs().views().get(0).shape();
    AggregateSpec summary = (AggregateSpec) rollup(shared).read().jobs().job("dws_event_user_1min");

    assertThat(rollup.by()).isEmpty();
    assertThat(rollup.grainOf(summary)).containsExactly("channel", "event_id");
    assertThat(rollup.windowOf(summary)).isEqualTo(Window.ONE_MINUTE);
    assertThat(rollup.addsUp(summary)).as("one row of the summary for each").isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sum: row_count",
        "count: event_id",
        "count: first",
        "min: first",
        "max: rate",
        "average: pv",
        "average: mean",
        "average: about",
        "approximate-distinct: about",
        "sum: seconds, having: { mean: '> 1', about: '= 2', rate: '<= 3' }"
      })
  void whatAddsUpIsRolledUp(String metric) {
    assertThat(rollup(ROLLUP.replace("sum: pv", metric)).problems()).isEmpty();
  }

  /** A distinct is right in each row of the summary, and can be compared and averaged there. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "max: times",
        "average: times",
        "count: share",
        "sum: pv, having: { times: '> 1' }"
      })
  void distinctsOfSingleRowsAreRolledUp(String metric) {
    String single = ROLLUP.replaceAll("(?m)^  (each|window):.*\\R", "").replace("sum: pv", metric);

    assertThat(rollup(single).problems()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sum: pv | sum: pw | line 8: rollup.metrics.pv.sum: 'pw' is not a metric of dws.event_user_1min; did you mean 'pv'?
          sum: pv | sum: ids | line 8: rollup.metrics.pv.sum: 'ids' is distinct(event_id), which does not add up over windows, and 'each' and 'window' have it added up; write 'distinct: event_id'
          sum: pv | max: times | line 8: rollup.metrics.pv.max: 'times' is distinct(event_time), which does not add up over windows, and 'each' and 'window' have it added up; roll up a summary that has 'event_time' as a dimension, or add a granularity to job dws_event_user_1min
          sum: pv | max: share | line 8: rollup.metrics.pv.max: 'share' is made of distinct(event_time), which does not add up over windows, and 'each' and 'window' have it added up; roll up a summary that has 'event_time' as a dimension, or add a granularity to job dws_event_user_1min
          sum: pv | sum: about | line 8: rollup.metrics.pv.sum: 'about' is approximate-distinct(event_time), and its sum counts a value once for each row that has it; write 'approximate-distinct: about'
          sum: pv | sum: mean | line 8: rollup.metrics.pv.sum: 'mean' is average(seconds), which does not add up; write 'average: mean', the mean of all that it is made of
          sum: pv | sum: first | line 8: rollup.metrics.pv.sum: 'first' is min(event_time), which does not add up; write 'min: first'
          sum: pv | sum: rate | line 8: rollup.metrics.pv.sum: 'rate' is ratio(seconds, pv), which does not add up; sum what it is made of, and let the reader divide
          sum: pv | average: rate | line 8: rollup.metrics.pv.average: 'rate' is ratio(seconds, pv), whose mean weighs every row alike; take metrics of what it is made of, and let the reader divide
          sum: pv | average: first | line 8: rollup.metrics.pv.average: 'first' is min(event_time), whose mean weighs every row alike; write min or max
          sum: pv | approximate-distinct: ids | line 8: rollup.metrics.pv.approximate-distinct: 'ids' is distinct(event_id), which does not add up over windows, and 'each' and 'window' have it added up; write 'distinct: event_id'
          sum: pv | approximate-distinct: pv | line 8: rollup.metrics.pv.approximate-distinct: 'pv' is count(*), which has no sketch to merge; declare it with 'approximate-distinct' in job dws_event_user_1min
          sum: pv | sum: pv, max: pv | line 8: rollup.metrics.pv declares 2 functions; write exactly one of count, sum, min, max, average, distinct, approximate-distinct
          pv: { | channel: { | line 8: rollup.metrics.channel has the name of a key column of the view; choose another name
          distinct: event_id | distinct: channel | line 9: rollup.metrics.users.distinct: 'channel' is in 'by', so that a row has one; name a dimension that is not
          distinct: event_id | distinct: chanel | line 9: rollup.metrics.users.distinct: 'chanel' is not a dimension of dws.event_user_1min; did you mean 'channel'?
          distinct: event_id | distinct: pv | line 9: rollup.metrics.users.distinct: 'pv' is a metric, whose values nobody counts; name a dimension of dws.event_user_1min
          pv: '>= 3' | pw: '>= 3' | line 9: rollup.metrics.users.having.pw: 'pw' is not a metric of dws.event_user_1min; did you mean 'pv'?
          pv: '>= 3' | pv: 'three' | line 9: rollup.metrics.users.having.pv: 'three' is no comparison; write >=, >, <=, < or = and a number, in quotes, as '>= 3'
          by: [channel] | by: [chanel] | line 4: rollup.by: 'chanel' is not a dimension of dws.event_user_1min; did you mean 'channel'?
          each: [event_id] | each: [channel] | line 4: rollup.by names, with what is counted, the dimension 'channel' twice; keep one
          each: [event_id] | each: [] | line 5: rollup.each is empty; name what is counted, [user_id] say, or leave the key out
          window: 1 hour | window: running day | line 6: rollup.window: 'running day' is no window that rows are added up to; use 5 minutes, 1 hour or 1 day
          """)
  void rollupsAreRefused(String written, String instead, String problem) {
    assertThat(ROLLUP).contains(written);
    assertThat(rollup(ROLLUP.replace(written, instead)).problems())
        .containsExactly("conf/views/z.yml > " + problem);
  }

  @Test
  void aRollupIsCoarserThanItsSummary() {
    String all =
        ROLLUP.replaceAll("(?m)^  each:.*\\R", "").replace("[channel]", "[channel, event_id]");
    String counted = all.replaceAll("(?m)^    users:.*\\R", "");

    assertThat(rollup(counted).problems()).as("longer windows").isEmpty();
    assertThat(rollup(counted.replace("1 hour", "1 minute")).problems())
        .containsExactly(
            "conf/views/z.yml > line 4: rollup.by has all dimensions of dws.event_user_1min, in its"
                + " window, so that nothing is rolled up; leave one out, or declare a longer window");
    assertThat(
            rollup(ROLLUP.replace("1 hour", "5 minutes"))
                .with(
                    "jobs/d_user.yml", MINUTES.replace("1 minute", "1 hour").replace("1min", "1h"))
                .with("views/z.yml", ROLLUP.replace("1 hour", "5 minutes").replace("1min", "1h"))
                .problems())
        .containsExactly(
            "conf/views/z.yml > line 6: rollup.window: '5 minutes' is shorter than the windows of"
                + " dws.event_user_1h; use '1 hour' or a longer one");
  }

  @Test
  void totalsSoFarAndWindowsOfOtherDaysDoNotAddUp() {
    assertThat(
            rollup(ROLLUP.replace("1min", "tmin"))
                .with(
                    "jobs/d_user.yml",
                    MINUTES.replace("1 minute", "running day").replace("1min", "tmin"))
                .problems())
        .containsExactly(
            "conf/views/z.yml > line 2: of: 'dws.event_user_tmin' holds totals of the day so far,"
                + " which do not add up; roll up a summary with another window");
    assertThat(
            rollup(ROLLUP)
                .with(
                    "jobs/d_user.yml",
                    MINUTES.replace("{ min: event_time }", "{ min: event_time, time: kafka_time }"))
                .problems())
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .contains(
                        "line 6: rollup.window: '1 hour' would add up windows of other days:"
                            + " dws.event_user_1min has metrics with a time of their own; remove"
                            + " it, or name a summary by event time"));
  }

  @Test
  void twoViewsAndATableNeverHaveOneName() {
    assertThat(project(USERS).with("views/zz.yml", USERS).problems())
        .containsExactly(
            "conf/views/zz.yml > line 1: view: 'ads.event_user_1d_v' is declared by conf/views/z.yml,"
                + " too; choose another name");
    assertThat(
            project(USERS)
                .without("views/zz.yml")
                .with(
                    "tables/t.yml",
                    "table: ads.event_user_1d_v\ncolumns: { id: { type: bigint } }\n")
                .problems())
        .containsExactly(
            "conf/tables/t.yml > line 1: table: 'ads.event_user_1d_v' is a view, declared below"
                + " conf/views; choose another name");
    assertThat(
            project(USERS)
                .with(
                    "tables/t.yml", "table: dws.event_user_td\ncolumns: { id: { type: bigint } }\n")
                .problems())
        .containsExactly(
            "conf/tables/t.yml > line 1: table: 'dws.event_user_td' is kept by './tidemark users',"
                + " declared below conf/views; choose another name");
  }
}
