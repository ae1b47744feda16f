package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.RankingSpec.Order;
import io.tidemark.jobs.spec.RankingSpec.Period;
import io.tidemark.jobs.spec.RankingSpec.Ties;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
          owner: growth | ranking: { metric: pv, top: 1, rank: [channel], period: day, ties: rank } | file is of two kinds; declare users, ranking or curve
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
