package io.tidemark.jobs.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.JoinSide;
import io.tidemark.jobs.spec.JoinSpec;
import io.tidemark.jobs.spec.ReconcilePolicy;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class JoinSqlTest {
  private static final JoinSide ORDERS =
      new JoinSide(TableName.parse("ods.orders"), "SELECT 1", List.of("item"));
  private static final JoinSide PAYMENTS =
      new JoinSide(TableName.parse("ods.payment"), "SELECT 2", List.of());

  private static JoinSql sql(JoinSpec.Type type, JoinSpec.Partners partners) {
    return new JoinSql(
        new JoinSpec(
            "dwd_paid",
            "",
            "",
            ORDERS,
            PAYMENTS,
            List.of("order_id"),
            Duration.ofMinutes(10),
            Duration.ofMillis(1500),
            type,
            partners,
            TableName.parse("dwd.paid"),
            ReconcilePolicy.DEFAULT));
  }

  private static JoinSql.Columns columns(JoinSql sql) {
    return new JoinSql.Columns(
        sql.spec(),
        List.of("order_id", "item", "dt", "event_time", JoinSql.CLOSED, JoinSql.NEW),
        List.of("order_id", "pay_id", "dt", "event_time", JoinSql.CLOSED, JoinSql.NEW));
  }

  @Test
  void partnersLieWithinTheBoundsAndCameBeforeTheCutOfTheLeftRowsDay() {
    JoinSql sql = sql(JoinSpec.Type.LEFT, JoinSpec.Partners.ALL);
    assertThat(sql.joined("l1", "r1", columns(sql)))
        .contains(" LEFT JOIN ")
        .contains("l.`order_id` = r.`order_id`")
        .contains("r.event_time >= l.event_time - INTERVAL '1.500' SECOND")
        .contains("r.event_time <= l.event_time + INTERVAL '600.000' SECOND")
        .contains("(r.closed__ < l.dt OR r.dt = l.dt)")
        .contains("PARTITION BY `order_id`, `item`, `event_time` ORDER BY `ingest_batch`")
        .doesNotContain("UNION ALL");
  }

  @Test
  void aFullJoinHasRowsOfTheRightSideAndOneOfTheFirstHasOnePartner() {
    JoinSql full = sql(JoinSpec.Type.FULL, JoinSpec.Partners.FIRST);
    assertThat(full.joined("l1", "r1", columns(full)))
        .contains("UNION ALL")
        .contains("NULL AS `item`")
        .contains("r.`order_id` AS `order_id`")
        .contains("LEFT ANTI JOIN")
        .contains("(l.closed__ < r.dt OR l.dt = r.dt)")
        .contains("ORDER BY `partner_event_time`, `partner_kafka_time`");
  }

  @Test
  void theNewestCutThatARowCameBehindCloses() {
    assertThat(
            JoinSql.input(
                new TreeMap<>(
                    Map.of(LocalDate.of(2026, 3, 13), 10L, LocalDate.of(2026, 3, 14), 20L))))
        .contains(
            "CASE WHEN COALESCE(pending, FALSE) THEN DATE '9999-12-31' WHEN ingest_batch >= 20 THEN DATE '2026-03-14' WHEN ingest_batch >= 10 THEN DATE '2026-03-13' ELSE DATE '0001-01-01' END AS closed__");
  }

  @Test
  void aMicroBatchAddsWhatIsTrueNowAndTakesBackWhatIsNoMore() {
    JoinSql sql = sql(JoinSpec.Type.INNER, JoinSpec.Partners.ALL);
    assertThat(sql.delta(columns(sql)))
        .contains("now.*, false AS takes_back")
        .contains("past.*, true AS takes_back")
        .contains("WHERE NOT new__");
  }

  @Test
  void columnsOfOneNameAreFound() {
    JoinSql sql = sql(JoinSpec.Type.INNER, JoinSpec.Partners.ALL);
    assertThat(
            new JoinSql.Columns(
                    sql.spec(), List.of("order_id", "state"), List.of("order_id", "State", "dt"))
                .givenTwice())
        .containsExactly("State");
  }
}
