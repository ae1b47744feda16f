package io.tidemark.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.run.KnownUsers;
import io.tidemark.jobs.run.NotSealedException;
import io.tidemark.jobs.run.UnreadException;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.Comparison;
import io.tidemark.jobs.spec.Lateness;
import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.MetricSpec.Function;
import io.tidemark.jobs.spec.RankingSpec;
import io.tidemark.jobs.spec.RankingSpec.Order;
import io.tidemark.jobs.spec.RankingSpec.Period;
import io.tidemark.jobs.spec.RankingSpec.Ties;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.jobs.spec.RollupMetric;
import io.tidemark.jobs.spec.RollupSpec;
import io.tidemark.jobs.spec.UsersSpec;
import io.tidemark.jobs.spec.ViewSpec;
import io.tidemark.jobs.spec.Window;
import io.tidemark.reconciliation.diff.Diff;
import io.tidemark.reconciliation.diff.DiffResult;
import io.tidemark.reconciliation.publish.JobOutcome;
import io.tidemark.reconciliation.publish.JobOutcome.Status;
import io.tidemark.reconciliation.publish.Publishing;
import io.tidemark.reconciliation.publish.Publishing.Wish;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of active, new and returning users, and of ranks, while days come and are mended.
 */
@Tag("any-zone")
class UsersTest {
  private static final LocalDate D0 = LocalDate.parse("2026-01-30");
  private static final LocalDate D1 = D0.plusDays(1);
  private static final LocalDate D3 = D0.plusDays(3);
  private static final LocalDate D5 = D0.plusDays(5);
  private static final TableName KNOWN = TableName.parse("dws.e_user_td");

  private static final AggregateSpec SUMMARY =
      new AggregateSpec(
          "dws_e_user_1d",
          "",
          "",
          TableName.parse("ods.e"),
          List.of("u"),
          Window.ONE_DAY,
          Lateness.UNLIMITED,
          List.of(
              new MetricSpec("pv", Function.COUNT, "*"),
              new MetricSpec("first", Function.MIN, "event_time")),
          TableName.parse("dws.e_user_1d"),
          ReconcilePolicy.DEFAULT);
  private static final ViewSpec USERS =
      new ViewSpec(
          TableName.parse("ads.e_users_v"),
          "",
          "",
          SUMMARY.output(),
          new UsersSpec("u", List.of(), 2, null, KNOWN));
  private static final ViewSpec BY_MINUTE =
      new ViewSpec(
          TableName.parse("ads.e_users_tmin_v"),
          "",
          "",
          SUMMARY.output(),
          new UsersSpec("u", List.of(), 2, "first", TableName.parse("dws.e_user_tmin_td")));
  private static final ViewSpec TOP =
      new ViewSpec(
          TableName.parse("ads.e_top_v"),
          "",
          "",
          SUMMARY.output(),
          new RankingSpec(
              "pv",
              2,
              List.of("u"),
              List.of(),
              Period.MONTH,
              Order.DESCENDING,
              Ties.RANK,
              List.of()));

  private static final ViewSpec ROLLED =
      new ViewSpec(
          TableName.parse("ads.e_v"),
          "",
          "",
          SUMMARY.output(),
          new RollupSpec(
              List.of(),
              List.of(),
              null,
              List.of(
                  new RollupMetric("users", Function.DISTINCT, "u", new TreeMap<>()),
                  new RollupMetric(
                      "idle",
                      Function.DISTINCT,
                      "u",
                      new TreeMap<>(Map.of("pv", Comparison.parse("< 2")))))));

  @TempDir Path folder;
  private TestLake test;
  private Publishing publishing;
  private int ids;

  @Test
  void aDayThatIsMendedMendsThoseBehindIt() {
    test =
        new TestLake(
            folder,
            "SELECT id, source.* FROM input",
            List.of(USERS, BY_MINUTE, TOP, ROLLED),
            SUMMARY);
    publishing = new Publishing(test.lake, test.jobs);
    daysComeInAnyOrder();
    aDayNeedsItsSealAndItsRows();
    aWrongRowOfAPastDay();
    publishedDaysAreRightAtOnceAndKnownUsersWithTheNextRun();
    usersAreCarriedOn();
    anUndoBringsTheWrongAnswerBack();
    aDayOfWhichTheBatchMadeNoRowIsEmpty();
  }

  /** The later days come first: who was new becomes known when the earlier ones come. */
  private void daysComeInAnyOrder() {
    came(D3, "ann", "bob");
    came(D5, "ann", "cat", "cat");
    stream();
    assertThat(users(USERS.name())).containsExactly(D3 + ",2,2,0", D5 + ",2,1,0");

    came(D0, "bob");
    came(D1, "bob");
    stream();
    assertThat(users(USERS.name()))
        .containsExactly(D0 + ",1,1,0", D1 + ",1,0,0", D3 + ",2,1,0", D5 + ",2,1,0");
    assertThat(minutes(BY_MINUTE.name())).hasSize(4).first().isEqualTo(D0 + ",1,1,0");
    assertThat(ranks())
        .containsExactly("2026-01-01,bob,2,1", "2026-02-01,ann,2,1", "2026-02-01,cat,2,1");
  }

  private void aDayNeedsItsSealAndItsRows() {
    KnownUsers known = known();
    assertThatThrownBy(() -> known.roll(USERS, D1)).isInstanceOf(NotSealedException.class);
    came(D5, "dan");
    test.ingest();
    test.seal(TestLake.days(D0, D5));
    assertThatThrownBy(() -> known.roll(USERS, D1))
        .isInstanceOf(UnreadException.class)
        .hasMessageContaining("has still to read 1 rows");
    test.catchUp(SUMMARY);
    test.batch(TestLake.days(D0, D5), SUMMARY);
  }

  private void aWrongRowOfAPastDay() {
    test.sql(
        "INSERT INTO %s SELECT dt, 'ann' AS u, 1, 1, first FROM %1$s WHERE dt = DATE '%s'"
            .formatted(test.lake.identifier(SUMMARY.output()), D0));

    assertThat(users(USERS.name()))
        .containsExactly(D0 + ",2,2,0", D1 + ",1,0,0", D3 + ",2,0,1", D5 + ",3,2,0");
    assertThat(known().roll(USERS, D1)).isEqualTo(report(2L, ""));
    known().roll(BY_MINUTE, D1);
    assertThat(users(USERS.recent())).containsExactly(D3 + ",2,0,1", D5 + ",3,2,0");
    assertThat(minutes(BY_MINUTE.recent())).containsExactly(D3 + ",2,0,1", D5 + ",3,2,0");

    DiffResult ranks = diff(TOP, List.of("period_start", "u"), List.of("rank", "pv"));
    assertThat(ranks.deleted()).as("who has a rank by the wrong row only").isEqualTo(1);
    assertThat(diff(ROLLED, List.of("dt"), List.of("users", "idle")).changed())
        .as("the day with the wrong row")
        .isEqualTo(1);
    DiffResult users =
        diff(USERS, List.of("dt"), List.of("active_users", "new_users", "returning_users"));
    assertThat(users.changed()).as("the wrong day, and the one that it bears on").isEqualTo(2);
  }

  private void publishedDaysAreRightAtOnceAndKnownUsersWithTheNextRun() {
    assertThat(publish(D0)).containsExactly(Status.DONE);

    assertThat(users(USERS.name()))
        .containsExactly(D0 + ",1,1,0", D1 + ",1,0,0", D3 + ",2,1,0", D5 + ",3,2,0");
    assertThat(diff(TOP, List.of("period_start", "u"), List.of()).equal()).isTrue();
    assertThat(diff(ROLLED, List.of("dt"), List.of()).equal()).isTrue();
    assertThat(lines("SELECT users, idle FROM tidemark.ads.e_v ORDER BY dt"))
        .as("a micro-batch is no row")
        .containsExactly("1,1", "1,1", "2,2", "3,2");
    assertThat(known().roll(USERS, D1)).isEqualTo(report(1L, "day " + D0 + " was replaced"));
    assertThat(users(USERS.recent())).containsExactly(D3 + ",2,1,0", D5 + ",3,2,0");
    assertThat(known().roll(USERS, D1)).isEqualTo(report(null, ""));
  }

  private void usersAreCarriedOn() {
    assertThat(known().roll(USERS, D3)).isEqualTo(new KnownUsers.Report(USERS.name(), D3, 2L, ""));
    assertThat(users(USERS.recent())).containsExactly(D5 + ",3,2,0");
    assertThat(
            lines(
                "SELECT u, first_dt, last_dt FROM %s WHERE dt = DATE '%s'"
                    .formatted(test.lake.identifier(KNOWN), D3)))
        .containsExactlyInAnyOrder("ann," + D3 + "," + D3, "bob," + D0 + "," + D3);
  }

  private void anUndoBringsTheWrongAnswerBack() {
    assertThat(publishing.undo(List.of(SUMMARY), D0))
        .extracting(JobOutcome::status)
        .containsExactly(Status.DONE);
    assertThat(users(USERS.name()))
        .containsExactly(D0 + ",2,2,0", D1 + ",1,0,0", D3 + ",2,0,1", D5 + ",3,2,0");
  }

  private void aDayOfWhichTheBatchMadeNoRowIsEmpty() {
    LocalDate nobody = D1.plusDays(1);
    String batches = test.tables.readSqlOfBatches(USERS.name()).orElseThrow();
    List<String> before = lines("SELECT * FROM (" + batches + ") ORDER BY dt");
    test.sql(
        "INSERT INTO %s SELECT DATE '%s' AS dt, 'eve' AS u, 1, 1, first FROM %1$s WHERE u = 'dan'"
            .formatted(test.lake.identifier(SUMMARY.output()), nobody));
    assertThat(users(USERS.name())).contains(nobody + ",1,1,0");

    String now = test.tables.readSqlOfBatches(USERS.name()).orElseThrow();
    assertThat(lines("SELECT * FROM (" + now + ") ORDER BY dt")).isEqualTo(before).isNotEmpty();
    assertThat(diff(USERS, List.of("dt"), List.of("active_users")).deleted())
        .as("it goes when the batch is published")
        .isEqualTo(1);
  }

  private static KnownUsers.Report report(Long users, String anew) {
    return new KnownUsers.Report(USERS.name(), D1, users, anew);
  }

  private KnownUsers known() {
    return new KnownUsers(test.lake, test.jobs, test.tables);
  }

  private void came(LocalDate day, String... users) {
    for (String user : users) {
      test.row(day, "i" + ids++, user, "c", 1L, 1.0, 9, 1);
    }
  }

  private void stream() {
    test.ingest();
    test.catchUp(SUMMARY);
  }

  private List<Status> publish(LocalDate day) {
    Reconciliation reconciliation = test.reconciliation();
    reconciliation.record(
        reconciliation.compare(
            day, reconciliation.pin(List.of(SUMMARY), TestLake.days(day, day)).get(day)));
    return publishing
        .publish(List.of(SUMMARY), day, new Wish(false, Optional.of("a row was inserted by hand")))
        .stream()
        .map(JobOutcome::status)
        .toList();
  }

  private DiffResult diff(ViewSpec view, List<String> keys, List<String> columns) {
    return new Diff(test.lake, folder, test.tables::readSqlOfBatches, said -> {})
        .run(
            new Diff.Request(
                view.name().toString(), view.name() + "@offline", keys, columns, Map.of(), "", 5));
  }

  private List<String> users(TableName view) {
    return lines(
        "SELECT dt, active_users, new_users, returning_users FROM %s ORDER BY dt"
            .formatted(test.lake.identifier(view)));
  }

  private List<String> minutes(TableName view) {
    return lines(
        "SELECT dt, active_users, new_users, returning_users FROM %s ORDER BY window_start"
            .formatted(test.lake.identifier(view)));
  }

  private List<String> ranks() {
    return lines(
        "SELECT period_start, u, pv, rank FROM %s ORDER BY period_start, rank, u"
            .formatted(test.lake.identifier(TOP.name())));
  }

  private List<String> lines(String sql) {
    return test.lake.spark().sql(sql).collectAsList().stream()
        .map(row -> row.mkString(","))
        .toList();
  }
}
