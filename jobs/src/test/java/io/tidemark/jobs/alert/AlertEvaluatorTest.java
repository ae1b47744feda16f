package io.tidemark.jobs.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.alert.Finding.State;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.AlertSpec;
import io.tidemark.jobs.spec.AlertSpec.Above;
import io.tidemark.jobs.spec.AlertSpec.Below;
import io.tidemark.jobs.spec.AlertSpec.Change;
import io.tidemark.jobs.spec.AlertSpec.Condition;
import io.tidemark.jobs.spec.AlertSpec.Stale;
import io.tidemark.jobs.spec.AlertedMetric;
import io.tidemark.jobs.spec.DerivedMetric;
import io.tidemark.jobs.spec.DerivedMetric.Operation;
import io.tidemark.jobs.spec.Lateness;
import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.MetricSpec.Function;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.jobs.spec.Window;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When it is time to tell follows from values of complete windows alone. */
@Tag("any-zone")
class AlertEvaluatorTest {
  private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
  private static final Instant NOON =
      LocalDate.of(2026, 3, 14).atTime(12, 0).atZone(ZONE).toInstant();
  private static final Map<String, String> WHOLE = Map.of();

  @Test
  void onlyWindowsThatEndedAndSettledBeforeWhatIsKnownAreLookedAt() {
    AlertEvaluator evaluator = evaluator(new Above("pv", BigDecimal.TEN), 3);

    assertThat(evaluator.windows(Window.ONE_MINUTE, NOON.plusSeconds(119)))
        .as("a minute to settle: the one that ended at 12:00 is the last")
        .extracting(AlertWindow::start)
        .containsExactly(NOON.minusSeconds(60), NOON.minusSeconds(120), NOON.minusSeconds(180));
    assertThat(evaluator.windows(Window.ONE_MINUTE, NOON.plusSeconds(120)))
        .extracting(AlertWindow::start)
        .startsWith(NOON);
    assertThat(evaluator.windows(Window.RUNNING_DAY, NOON.plusSeconds(120)))
        .as("of a running day the totals at the end of minutes")
        .extracting(AlertWindow::start)
        .startsWith(NOON);
    assertThat(evaluator.windows(Window.FIVE_MINUTES, NOON.plusSeconds(359)))
        .extracting(AlertWindow::start)
        .startsWith(NOON.minusSeconds(300), NOON.minusSeconds(600));
    assertThat(evaluator.windows(Window.ONE_HOUR, NOON.plusSeconds(3659)))
        .extracting(AlertWindow::start)
        .startsWith(NOON.minusSeconds(3600), NOON.minusSeconds(7200));
    assertThat(evaluator.windows(Window.ONE_DAY, NOON))
        .extracting(AlertWindow::day)
        .containsExactly(
            LocalDate.of(2026, 3, 13), LocalDate.of(2026, 3, 12), LocalDate.of(2026, 3, 11));
  }

  @Test
  void hoursBeginWhereTheClockOnTheWallHasThem() {
    ZoneId nepal = ZoneId.of("Asia/Kathmandu");
    Instant at = LocalDate.of(2026, 3, 14).atTime(12, 20).atZone(nepal).toInstant();

    AlertWindow hour = AlertWindow.last(Window.ONE_HOUR, at, nepal, 1).get(0);

    assertThat(hour.start().atZone(nepal).toLocalTime()).hasToString("11:00");
  }

  @Test
  void everyHourAndDayIsLookedAtWhereClocksAreChanged() {
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    Instant back = LocalDate.of(2026, 10, 25).atTime(4, 0).atZone(berlin).toInstant();
    assertThat(AlertWindow.last(Window.ONE_HOUR, back, berlin, 4))
        .as("02:00 comes twice")
        .extracting(AlertWindow::start)
        .containsExactly(
            back.minusSeconds(3600),
            back.minusSeconds(7200),
            back.minusSeconds(10800),
            back.minusSeconds(14400));

    ZoneId beirut = ZoneId.of("Asia/Beirut");
    LocalDate forward = LocalDate.of(2026, 3, 29);
    Instant noon = forward.plusDays(1).atTime(12, 0).atZone(beirut).toInstant();
    List<AlertWindow> days = AlertWindow.last(Window.ONE_DAY, noon, beirut, 2);
    assertThat(days)
        .as("a day without a midnight")
        .extracting(AlertWindow::day)
        .containsExactly(forward, forward.minusDays(1));
    assertThat(days.get(0).start()).isEqualTo(forward.atStartOfDay(beirut).toInstant());
    assertThat(days.get(0).before(7, beirut).day()).isEqualTo(forward.minusDays(7));

    ZoneId howe = ZoneId.of("Australia/Lord_Howe");
    Instant half = LocalDate.of(2026, 4, 5).atTime(4, 0).atZone(howe).toInstant();
    assertThat(AlertWindow.last(Window.ONE_HOUR, half, howe, 5))
        .as("half an hour comes twice")
        .extracting(AlertWindow::start)
        .doesNotHaveDuplicates()
        .isSortedAccordingTo(java.util.Comparator.reverseOrder());
  }

  @Test
  void theSameWindowOfLastWeekIsThatOfTheClockOnTheWall() {
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    Instant noon = LocalDate.of(2026, 3, 31).atTime(12, 1).atZone(berlin).toInstant();

    AlertWindow before =
        AlertWindow.last(Window.ONE_MINUTE, noon, berlin, 1).get(0).before(7, berlin);

    assertThat(before.start().atZone(berlin).toLocalDateTime())
        .as("clocks went forward in between")
        .hasToString("2026-03-24T12:00");
    assertThat(before.day()).hasToString("2026-03-24");
  }

  @Test
  void aLimitHasToBePassedInAllWindowsAndToBeKeptInAll() {
    AlertSpec alert = alert(new Above("pv", BigDecimal.TEN), 3, Map.of());

    assertThat(state(alert, 11, 12, 13)).isEqualTo(State.HOLDS);
    assertThat(state(alert, 11, 10, 13)).isEqualTo(State.UNDECIDED);
    assertThat(state(alert, 9, 9, 11)).isEqualTo(State.UNDECIDED);
    assertThat(state(alert, 9, 9, 10)).isEqualTo(State.OVER);
  }

  @Test
  void aMinuteWithoutRowsIsNothingOfACountAndNoValueOfAnAverage() {
    AlertWindow window = AlertWindow.last(Window.ONE_MINUTE, NOON, ZONE, 1).get(0);

    assertThat(look(new Below("pv", BigDecimal.ONE), window, new AlertValues()).state())
        .isEqualTo(State.HOLDS);
    assertThat(look(new Below("users", BigDecimal.ONE), window, new AlertValues()).value())
        .isEqualTo(0.0);
    assertThat(look(new Below("both", BigDecimal.ONE), window, new AlertValues()).state())
        .as("a total of counts")
        .isEqualTo(State.HOLDS);
    for (String column : List.of("mean", "longest", "share")) {
      Finding none = look(new Below(column, BigDecimal.ONE), window, new AlertValues());
      assertThat(none.state()).as(column).isEqualTo(State.UNDECIDED);
      assertThat(none.value()).as(column).isNull();
    }
  }

  @Test
  void aChangeIsOfWhatWasAndOfNothingThereIsNone() {
    Change change = new Change("pv", 7, new BigDecimal("30"), new BigDecimal("50"));
    AlertWindow window = AlertWindow.last(Window.ONE_MINUTE, NOON, ZONE, 1).get(0);

    assertThat(changed(change, window, 100.0, 70.0)).isEqualTo(State.OVER);
    assertThat(changed(change, window, 100.0, 69.0)).isEqualTo(State.HOLDS);
    assertThat(changed(change, window, 100.0, 150.0)).isEqualTo(State.OVER);
    assertThat(changed(change, window, 100.0, 151.0)).isEqualTo(State.HOLDS);
    assertThat(changed(change, window, 100.0, null))
        .as("it fell to nothing")
        .isEqualTo(State.HOLDS);
    assertThat(changed(change, window, null, 70.0))
        .as("last week missing")
        .isEqualTo(State.UNDECIDED);
    assertThat(changed(change, window, 0.0, 70.0)).isEqualTo(State.UNDECIDED);
    assertThat(changed(change, window, null, null)).isEqualTo(State.UNDECIDED);
    Change little = new Change("pv", 7, new BigDecimal("7"), new BigDecimal("0.1"));
    assertThat(changed(little, window, 100.0, 93.0)).as("7% is no more").isEqualTo(State.OVER);
    assertThat(changed(little, window, 1000.0, 1001.0)).isEqualTo(State.OVER);
    assertThat(changed(little, window, 1000.0, 1002.0)).isEqualTo(State.HOLDS);
    assertThat(evaluator(change, 1).needed(List.of(window)))
        .containsExactly(window, window.before(7, ZONE));
  }

  @Test
  void eachKeyIsLookedAtByItself() {
    AlertSpec alert =
        alert(new Above("pv", BigDecimal.TEN), 1, Map.of("channel", List.of("app", "web")));
    AlertWindow window = AlertWindow.last(Window.ONE_MINUTE, NOON, ZONE, 1).get(0);
    AlertValues values =
        new AlertValues()
            .put(Map.of("channel", "app"), window.number(), 11.0)
            .put(Map.of("channel", "other"), window.number(), 99.0);

    List<Finding> findings =
        new AlertEvaluator(alert, ZONE)
            .look(new AlertedMetric(job(), "pv"), List.of(window), values);

    assertThat(findings)
        .extracting(finding -> finding.key().get("channel") + " " + finding.state())
        .containsExactly("app HOLDS", "web OVER");
  }

  @Test
  void freshnessIsStaleWhenItIsMoreThanAllowed() {
    AlertSpec alert = alert(new Stale(Duration.ofMinutes(5)), 1, Map.of());
    AlertEvaluator evaluator = new AlertEvaluator(alert, ZONE);

    assertThat(evaluator.look(Duration.ofMinutes(5)).state()).isEqualTo(State.OVER);
    assertThat(evaluator.look(Duration.ofSeconds(301)).state()).isEqualTo(State.HOLDS);
    assertThat(evaluator.look(Duration.ofSeconds(301)).value()).isEqualTo(301.0);
  }

  private static State state(AlertSpec alert, double... newestFirst) {
    List<AlertWindow> windows = AlertWindow.last(Window.ONE_MINUTE, NOON, ZONE, newestFirst.length);
    AlertValues values = new AlertValues();
    for (int i = 0; i < newestFirst.length; i++) {
      values.put(WHOLE, windows.get(i).number(), newestFirst[i]);
    }
    return new AlertEvaluator(alert, ZONE)
        .look(new AlertedMetric(job(), "pv"), windows, values)
        .get(0)
        .state();
  }

  private static State changed(Change change, AlertWindow window, Double before, Double now) {
    AlertValues values =
        new AlertValues()
            .put(WHOLE, window.number(), now)
            .put(WHOLE, window.before(7, ZONE).number(), before);
    return look(change, window, values).state();
  }

  private static Finding look(Condition condition, AlertWindow window, AlertValues values) {
    return evaluator(condition, 1)
        .look(new AlertedMetric(job(), condition.metric().orElseThrow()), List.of(window), values)
        .get(0);
  }

  private static AlertEvaluator evaluator(Condition condition, int windows) {
    return new AlertEvaluator(alert(condition, windows, Map.of()), ZONE);
  }

  static AlertSpec alert(Condition condition, int windows, Map<String, List<String>> only) {
    return new AlertSpec(
        "dws_click_1min",
        "few",
        condition,
        windows,
        Duration.ofMinutes(1),
        only,
        List.of("night"),
        null,
        Duration.ofMinutes(5));
  }

  private static AggregateSpec job() {
    return new AggregateSpec(
        "dws_click_1min",
        "",
        "",
        TableName.parse("dwd.click"),
        List.of(),
        Map.of(),
        Window.ONE_MINUTE,
        Lateness.UNLIMITED,
        List.of(
            new MetricSpec("pv", Function.COUNT, "*"),
            new MetricSpec("seconds", Function.SUM, "seconds"),
            new MetricSpec("users", Function.DISTINCT, "user_id"),
            new MetricSpec("mean", Function.AVERAGE, "seconds"),
            new MetricSpec("longest", Function.MAX, "seconds")),
        List.of(
            new DerivedMetric("both", Operation.TOTAL, List.of("pv", "seconds")),
            new DerivedMetric("share", Operation.RATIO, List.of("seconds", "pv"))),
        Map.of(),
        TableName.parse("dws.click_1min"),
        ReconcilePolicy.DEFAULT);
  }
}
