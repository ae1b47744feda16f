package io.tidemark.reconciliation.report;

import io.tidemark.jobs.spec.ReconcilePolicy.Notify;
import io.tidemark.reconciliation.report.DayFacts.EndFacts;
import io.tidemark.reconciliation.report.DayFacts.Offender;
import io.tidemark.reconciliation.report.DayFacts.PublicationFacts;
import io.tidemark.reconciliation.report.JobFacts.CauseFacts;
import io.tidemark.reconciliation.report.JobFacts.Freshness;
import io.tidemark.reconciliation.report.JobFacts.HistoryDay;
import io.tidemark.reconciliation.report.JobFacts.Metric;
import io.tidemark.reconciliation.report.JobFacts.Obstacle;
import io.tidemark.reconciliation.report.JobFacts.Run;
import io.tidemark.reconciliation.report.SourceFacts.DeadLetters;
import io.tidemark.reconciliation.report.SourceFacts.Histogram;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A day as it may be: one job outside, one not compared, one within, two equal. */
public final class SampleDay {
  /** The business day. */
  public static final LocalDate DAY = LocalDate.parse("2026-01-31");

  /** When its report is made. */
  public static final Instant NOW = Instant.parse("2026-02-01T01:02:03Z");

  private SampleDay() {}

  /** The whole day. */
  public static DayFacts day() {
    return day(
        List.of(outside(), missing(), within(), equal("dws_reading_app_1d"), equal("dwd_e")));
  }

  /** A day of these jobs. */
  public static DayFacts day(List<JobFacts> jobs) {
    return new DayFacts(
        DAY,
        NOW,
        ZoneId.of("Asia/Shanghai"),
        "local",
        jobs,
        List.of(
            new SourceFacts(
                "ods_reading_event",
                "ods.reading_event",
                1_284_030,
                1_204,
                new Histogram(
                    0,
                    List.of(1_100_201L, 150_022L, 30_101L, 2_500L, 902L, 300L, 4L, 0L),
                    Duration.ofSeconds(40_000)),
                new Histogram(
                    1_250_000,
                    List.of(30_000L, 3_000L, 1_000L, 30L, 0L, 0L, 0L, 0L),
                    Duration.ofSeconds(301)),
                List.of(
                    new DeadLetters("wrong-type", 214, "read_seconds: 'viele' is not a bigint"),
                    new DeadLetters("missing", 3, "user_id is required"))),
            new SourceFacts(
                "ods_order_event",
                "ods.order_event",
                0,
                0,
                Histogram.empty(),
                Histogram.empty(),
                List.of())),
        List.of(
            new PublicationFacts(
                "dws_reading_app_1d",
                "publish",
                "run-dws_reading_app_1d",
                "dws.reading_app_1d",
                3L,
                48_210L,
                Instant.parse("2026-01-31T20:14:09Z"),
                0.84,
                null)),
        List.of(
            new EndFacts(
                "ods_reading_event",
                "kafka",
                "reading_event",
                "ods.reading_event",
                1_284_250L,
                1_284_247L,
                3L,
                false,
                "3 offsets of partition 2 are in neither table, from 44,120"),
            new EndFacts(
                "dwd_shop_order",
                "database",
                "public.shop_order",
                "dwd.shop_order_v",
                40_210L,
                40_210L,
                0L,
                true,
                null)),
        List.of(new Offender("dws_reading_channel_1h", "pv", 4, 29, DAY)),
        Optional.of(Duration.ofMinutes(74)),
        88,
        List.of(
            new HistoryFacts(
                "reading",
                "built",
                DAY,
                2_914_300,
                66_610_025,
                Optional.of(
                    new HistoryFacts.Sizes(
                        5_120_000, 166_525_062, 233_135_088, 4_051_337, 2_840_118)),
                List.of(LocalDate.parse("2026-01-03"), LocalDate.parse("2026-01-09"))),
            new HistoryFacts(
                "advertising", null, DAY.minusDays(1), 0, 41_203, Optional.empty(), List.of())),
        Optional.empty());
  }

  /** The same day with maintenance. */
  public static DayFacts with(DayFacts day, MaintenanceFacts maintenance) {
    return new DayFacts(
        day.day(),
        day.madeAt(),
        day.zone(),
        day.environment(),
        day.jobs(),
        day.sources(),
        day.publications(),
        day.ends(),
        day.offenders(),
        day.meanTimeToPublish(),
        day.publishedDays(),
        day.histories(),
        Optional.of(maintenance));
  }

  static JobFacts outside() {
    return new JobFacts(
        "dws_reading_channel_1h",
        "reading-team",
        Notify.ON_DIFFERENCE,
        "dws.reading_channel_1h",
        Verdict.OUTSIDE,
        Optional.empty(),
        Optional.of(
            new Run("run-1", 14_402, 318, 2L, 1_204L, 1_284_030L, at("18:30"), at("19:02"), 12.4)),
        List.of(
            new Metric(
                "pv",
                false,
                "1230411",
                "1284028",
                0.0418,
                "0 %",
                0.0,
                "53617",
                318,
                List.of(
                    new CauseFacts("lost", 300, "52411"),
                    new CauseFacts("late", 16, "1204"),
                    new CauseFacts("unexplained", 2, "2"))),
            new Metric(
                "readers",
                false,
                "88120",
                "91004",
                0.0317,
                "1 %",
                0.01,
                "2884",
                201,
                List.of(new CauseFacts("lost", 201, "2884"))),
            new Metric(
                "read_seconds",
                true,
                "1734582201",
                "1734582201",
                0,
                "1 %",
                0.01,
                "0",
                0,
                List.of())),
        new Place.Worst(
            List.of(
                place(
                    Map.of("channel", "north"),
                    List.of(
                        new Place.Value("pv", "120044", "171811", 288L),
                        new Place.Value("readers", "41002", "43001", 180L)),
                    ""),
                place(
                    Collections.singletonMap("channel", null),
                    List.of(new Place.Value("pv", "3", "1802", 20L)),
                    "")),
            List.of(
                place(
                    key("09:00", "north"),
                    List.of(
                        new Place.Value("pv", "1204", "31822", null),
                        new Place.Value("readers", "611", "2914", null)),
                    "The table lacks what 30,618 messages give: partition 2, offsets 44,120 to"
                        + " 74,737; ODS holds them since 09:41.",
                    "lost"))),
        history(0.0418, 0.01),
        fresh());
  }

  static Place place(
      Map<String, String> columns, List<Place.Value> values, String evidence, String... causes) {
    return new Place(columns, values, List.of(causes), evidence);
  }

  private static Map<String, String> key(String time, String channel) {
    Map<String, String> key = new LinkedHashMap<>();
    key.put("dt", DAY.toString());
    key.put("window_start", DAY + " " + time + ":00");
    key.put("channel", channel);
    return key;
  }

  /** A job of the configuration that nobody has ever run in this environment. */
  static JobFacts notRun(String name) {
    return new JobFacts(
        name,
        "reading-team",
        Notify.ALWAYS,
        "dws." + name,
        Verdict.NOT_RUN,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Place.Worst.NONE,
        List.of(),
        new Freshness(null, 0, null));
  }

  static JobFacts missing() {
    return new JobFacts(
        "dws_order_channel_1d",
        "",
        Notify.ON_DIFFERENCE,
        "dws.order_channel_1d",
        Verdict.NOT_COMPARED,
        Optional.of(
            new Obstacle(
                "no batch has computed the day.",
                "./tidemark run dws_order_channel_1d --mode batch --day 2026-01-31")),
        Optional.empty(),
        List.of(),
        Place.Worst.NONE,
        List.of(),
        new Freshness(null, 0, null));
  }

  static JobFacts within() {
    return new JobFacts(
        "dws_commit_section_1min",
        "commit-team",
        Notify.ON_FAILURE,
        "dws.commit_section_1min",
        Verdict.WITHIN,
        Optional.empty(),
        Optional.of(new Run("run-2", 9_120, 4, 0L, 4L, 80_210L, at("18:30"), at("18:41"), 3.1)),
        List.of(
            new Metric(
                "commits",
                true,
                "80206",
                "80210",
                0.0000499,
                "1 %",
                0.01,
                "4",
                4,
                List.of(new CauseFacts("late", 4, "4")))),
        Place.Worst.NONE,
        history(0.0000499, 0.01),
        fresh());
  }

  /** A job without any difference. */
  public static JobFacts equal(String name) {
    return new JobFacts(
        name,
        "reading-team",
        Notify.ON_DIFFERENCE,
        "dws." + name,
        Verdict.EQUAL,
        Optional.empty(),
        Optional.of(new Run("run-" + name, 812, 0, 0L, null, null, at("18:30"), at("18:44"), 1.2)),
        List.of(new Metric("rows", true, "812", "812", 0, "1 %", 0.01, "0", 0, List.of())),
        Place.Worst.NONE,
        history(0, 0.01),
        fresh());
  }

  /** Thirty days, of which two were not compared and one was outside. */
  static List<HistoryDay> history(double last, double tolerance) {
    List<HistoryDay> days = new ArrayList<>();
    for (int back = 29; back >= 0; back--) {
      LocalDate day = DAY.minusDays(back);
      if (back == 12 || back == 13) {
        days.add(new HistoryDay(day, null, null, true));
      } else {
        double difference =
            back == 0 ? last : last == 0 ? 0 : back == 20 ? 0.017 : 0.0008 * (back * 7 % 9);
        days.add(new HistoryDay(day, difference, tolerance, difference <= tolerance));
      }
    }
    return days;
  }

  private static Freshness fresh() {
    return new Freshness(Instant.parse("2026-02-01T01:01:40Z"), 8_640, Duration.ofSeconds(23));
  }

  private static Instant at(String time) {
    return Instant.parse("2026-01-31T" + time + ":00Z");
  }
}
