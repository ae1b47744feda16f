package io.tidemark.reconciliation.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.cli.PrintedCommands;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DayReportTest {
  private static final LocalDate DAY = LocalDate.parse("2026-01-31");

  @Test
  void anEqualDayIsSaidInTheFirstLine() {
    assertThat(DayReport.lines(new DayResult(DAY, List.of(job("dwd_e", equal())))))
        .first()
        .isEqualTo("✓ 2026-01-31  EQUAL: 1 job, every key");
  }

  @Test
  void aDifferenceIsShownFromTheVerdictDownToTheKey() {
    List<String> lines =
        DayReport.lines(new DayResult(DAY, List.of(job("dwd_e", equal()), job("dws_e", off(0)))));

    assertThat(lines.get(0)).isEqualTo("✗ 2026-01-31  OUTSIDE TOLERANCE: 1 of 2 jobs");
    assertThat(String.join("\n", lines))
        .contains("✗ dws_e  OUTSIDE TOLERANCE, 200 keys compared")
        .contains("✗   pv   1,233,999   1,234,000   0.00008104 %         0 %                1")
        .contains("11      12   window_start=2026-01-31 09:00:00, ch=NULL")
        .contains("late: 3 of 1,000 rows of input came more than 2 hours after the event")
        .contains("Next: look at dws_e.")
        .contains("WHERE dt = DATE'2026-01-31' AND job = 'dws_e'")
        .contains("Compared were main at snapshot 1 and offline at snapshot 2");
  }

  @Test
  void whatItsPolicyPublishesAnywayNeedsNoReason() {
    DayResult day = new DayResult(DAY, List.of(job("dws_e", off(0)), job("dws_f", off(0))));

    assertThat(DayReport.lines(day, PrintedCommands.PLAIN, Set.of("dws_f")))
        .contains(
            "  ./tidemark publish --day 2026-01-31 --job dws_e --accept 'why it is right all the"
                + " same'",
            "  ./tidemark publish --day 2026-01-31 --job dws_f");
    assertThat(DayReport.lines(day, PrintedCommands.PLAIN, Set.of("dws_e", "dws_f")))
        .noneMatch(line -> line.contains("--accept"));
  }

  @Test
  void aDifferenceWithinToleranceIsNoEqualDay() {
    assertThat(DayReport.lines(new DayResult(DAY, List.of(job("dws_e", off(0.01))))))
        .first()
        .isEqualTo("✓ 2026-01-31  WITHIN TOLERANCE: 1 job, 0 of them equal");
  }

  @Test
  void whatIsToleratedIsToldByOneKey() {
    List<String> lines = DayReport.lines(new DayResult(DAY, List.of(job("dws_e", off(0.01)))));

    assertThat(lines)
        .contains(
            "✓ dws_e  within tolerance, 200 keys compared",
            "  farthest apart: pv 11 in the stream, 12 in the batch, at"
                + " window_start=2026-01-31 09:00:00, ch=NULL")
        .noneMatch(line -> line.contains(": keys that differ"));
    assertThat(lines.get(lines.size() - 2))
        .startsWith("Next: ./tidemark publish --day 2026-01-31 ");
  }

  @Test
  void aDayWithoutRowsIsOneLine() {
    Measure noKey = new Measure(BigDecimal.ZERO, BigDecimal.ZERO, 0, 0, 0, 0);
    MetricResult nothing =
        new MetricResult("pv", true, null, null, BigDecimal.ZERO, noKey, 0, List.of());
    JobResult job = result("dws_e", 0, nothing, Optional.empty());

    assertThat(DayReport.lines(new DayResult(DAY, List.of(job))))
        .contains("✓ dws_e  equal: no row on either side")
        .noneMatch(line -> line.contains("pv"));
  }

  @Test
  void theDayItselfIsNoPartOfAKey() {
    KeyDifference ofTheDay = new KeyDifference(Map.of("dt", "2026-01-31"), "1", "2");

    assertThat(ofTheDay.shownKey(DAY)).isEqualTo("(the day)");
    assertThat(ofTheDay.shownKey(DAY.plusDays(1))).isEqualTo("dt=2026-01-31");
  }

  @Test
  void sharesAndTotalsAreReadable() {
    assertThat(Shown.percent(0)).isEqualTo("0 %");
    assertThat(Shown.percent(0.01)).isEqualTo("1 %");
    assertThat(Shown.percent(1e-9)).isEqualTo("0.0000001 %");
    assertThat(Shown.percent(1)).isEqualTo("100 %");
    assertThat(Shown.value("1.2345678E7", true)).isEqualTo("12,345,678");
    assertThat(Shown.value("NaN", true)).isEqualTo("NaN");
    assertThat(Shown.value(null, true)).isEqualTo("-");
    assertThat(Shown.value("007", false)).isEqualTo("007");
    assertThat(Shown.duration(Duration.ofMinutes(90))).isEqualTo("90 minutes");
    assertThat(Shown.duration(Duration.ofHours(1))).isEqualTo("1 hour");
  }

  @Test
  void aRunIsNamedByWhatItComparesAndByNothingElse() {
    Pin pin = pin("dws_e");

    assertThat(pin.runId()).isEqualTo(pin("dws_e").runId()).isNotEqualTo(pin("dwd_e").runId());
    assertThat(new Pin(DAY, "dws_e", null, 2, Map.of("ods.e", 3L), "hash").runId())
        .isNotEqualTo(pin.runId());
  }

  private static Pin pin(String job) {
    return new Pin(DAY, job, 1L, 2, Map.of("ods.e", 3L), "hash");
  }

  private static JobResult job(String name, MetricResult metric) {
    Optional<LateRows> late =
        metric.worst().isEmpty()
            ? Optional.empty()
            : Optional.of(new LateRows(3, 1000, Duration.ofHours(2)));
    return result(name, 200, metric, late);
  }

  private static JobResult result(
      String name, long keys, MetricResult metric, Optional<LateRows> late) {
    return new JobResult(
        pin(name),
        new RunFacts("", "", null, null, Instant.EPOCH, 0),
        keys,
        metric.measure().differing(),
        List.of(metric),
        late,
        Explanation.NONE,
        List.of());
  }

  private static MetricResult equal() {
    Measure measure = new Measure(BigDecimal.ZERO, BigDecimal.TEN, 200, 0, 0, 0);
    return new MetricResult("rows", true, "10", "10", BigDecimal.ZERO, measure, 0, List.of());
  }

  private static MetricResult off(double tolerance) {
    Measure measure = new Measure(BigDecimal.ONE, BigDecimal.valueOf(1_234_000), 200, 1, 0, 0);
    Map<String, String> key = new LinkedHashMap<>();
    key.put("window_start", "2026-01-31 09:00:00");
    key.put("ch", null);
    return new MetricResult(
        "pv",
        true,
        "1233999",
        "1234000",
        BigDecimal.ONE,
        measure,
        tolerance,
        List.of(new KeyDifference(key, "11", "12")));
  }
}
