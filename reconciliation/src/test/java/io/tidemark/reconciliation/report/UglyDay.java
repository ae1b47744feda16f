package io.tidemark.reconciliation.report;

import io.tidemark.jobs.spec.ReconcilePolicy.Notify;
import io.tidemark.reconciliation.report.DayFacts.EndFacts;
import io.tidemark.reconciliation.report.DayFacts.Offender;
import io.tidemark.reconciliation.report.DayFacts.PublicationFacts;
import io.tidemark.reconciliation.report.JobFacts.CauseFacts;
import io.tidemark.reconciliation.report.JobFacts.Freshness;
import io.tidemark.reconciliation.report.JobFacts.Metric;
import io.tidemark.reconciliation.report.JobFacts.Obstacle;
import io.tidemark.reconciliation.report.SourceFacts.DeadLetters;
import io.tidemark.reconciliation.report.SourceFacts.Histogram;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A night in which everything came together: forty jobs, and data that means no good. */
final class UglyDay {
  static final String SCRIPT = "<script>alert(1)</script>";
  private static final int EQUAL_JOBS = 32;
  private static final String LONG =
      "dws_advertising_campaign_creative_placement_conversion_attribution_by_tag_5min";
  private static final String HUGE = "-99999999999999999999999999999.123456789";

  private UglyDay() {}

  static DayFacts day() {
    List<JobFacts> jobs = new ArrayList<>(List.of(SampleDay.outside(), hugeNumbers(), rows()));
    jobs.add(SampleDay.missing());
    jobs.add(unsealed("dws_city_minute"));
    jobs.add(unsealed("dws_city_hour"));
    jobs.add(SampleDay.within());
    for (int i = 1; i <= EQUAL_JOBS; i++) {
      jobs.add(SampleDay.equal("dws_reading_" + i + "_1d"));
    }
    jobs.add(SampleDay.notRun("dws_shop_order_1h"));
    jobs.add(SampleDay.notRun("dws_shop_refund_1h"));
    DayFacts sample = SampleDay.day(jobs);
    List<SourceFacts> sources = new ArrayList<>(sample.sources());
    sources.add(
        new SourceFacts(
            "ods_" + SCRIPT,
            "ods.x",
            9_223_372_036_854_775_806L,
            9_223_372_036_854_775_806L,
            Histogram.empty(),
            new Histogram(
                Long.MAX_VALUE / 2, List.of(0L, 1L, 0L, 0L, 0L, 0L, 0L, 9L), Duration.ofDays(9999)),
            List.of(new DeadLetters(SCRIPT, 1, "电子邮件: '" + SCRIPT + "' שלום"))));
    return new DayFacts(
        sample.day(),
        sample.madeAt(),
        sample.zone(),
        "production",
        jobs,
        sources,
        List.of(
            new PublicationFacts(
                "dws_reading_1_1d",
                "publish",
                "run-1",
                "dws." + LONG,
                3L,
                48_210L,
                sample.madeAt(),
                0.8,
                null),
            new PublicationFacts(
                "dws_reading_2_1d",
                "undo",
                "run-2",
                "dws.reading_2_1d",
                1L,
                Long.MAX_VALUE,
                sample.madeAt(),
                null,
                "late phones, ticket 4711 " + SCRIPT)),
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
                "1,284,250 messages = 1,284,030 rows + 217 dead letters + 3 lost; lost:"
                    + " reading_event-2 [44120-44122]"),
            new EndFacts(
                "dwd_shop_order",
                "database",
                "shop:public.orders",
                "dwd.shop_order_v",
                40_210L,
                40_210L,
                0L,
                true,
                "40,210 rows, all equal")),
        List.of(new Offender(LONG, "conversions", 4, 29, sample.day())),
        Optional.of(Duration.ofMinutes(74)),
        88,
        List.of(
            new HistoryFacts(
                SCRIPT,
                SCRIPT,
                SampleDay.DAY,
                Long.MAX_VALUE,
                1,
                Optional.of(
                    new HistoryFacts.Sizes(
                        Long.MAX_VALUE, Long.MAX_VALUE / 4, Long.MAX_VALUE / 4, 0, Long.MAX_VALUE)),
                SampleDay.DAY.minusDays(730).datesUntil(SampleDay.DAY).toList())),
        Optional.of(maintenance()));
  }

  /**
   * Three hundred tables, of which nearly all failed, with names and failures that mean no good.
   */
  private static MaintenanceFacts maintenance() {
    List<MaintenanceFacts.TableWork> tables = new ArrayList<>();
    List<MaintenanceFacts.Open> open = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      String name = "dws." + LONG + i + SCRIPT;
      tables.add(
          new MaintenanceFacts.TableWork(
              name,
              1e9,
              new MaintenanceFacts.Groups(0, Long.MAX_VALUE / 1_000, 1),
              new MaintenanceFacts.Replaced(Long.MAX_VALUE / 1_000, 0, Long.MAX_VALUE, 0),
              new MaintenanceFacts.Replaced(1, 1, 1, 1),
              Long.MAX_VALUE,
              Long.MAX_VALUE,
              Long.MAX_VALUE,
              Long.MAX_VALUE,
              true));
      open.add(
          new MaintenanceFacts.Open(
              SCRIPT,
              name,
              SCRIPT,
              "שלום \u202Eevil",
              null,
              1,
              i % 2 == 0,
              "\n\tat x".repeat(999)));
    }
    return new MaintenanceFacts(
        List.of(new MaintenanceFacts.Kind(SCRIPT, Long.MAX_VALUE, Double.NaN)),
        tables,
        open,
        SampleDay.DAY
            .minusDays(MaintenanceFacts.DAYS - 1L)
            .datesUntil(SampleDay.DAY.plusDays(1))
            .map(each -> new MaintenanceFacts.Day(each, Long.MAX_VALUE / 1_000))
            .toList());
  }

  private static JobFacts hugeNumbers() {
    Map<String, String> key = new LinkedHashMap<>();
    key.put("dt", SampleDay.DAY.toString());
    key.put("city", "北京 " + SCRIPT);
    key.put("window_start", SampleDay.DAY + " 10:05:00");
    key.put("campaign", "שלום \u202Eevil");
    key.put("note", null);
    return job(
        LONG,
        Verdict.OUTSIDE,
        List.of(
            metric("conversions", "0", HUGE, 1e9, "doubled", HUGE),
            metric(
                "cost_in_the_currency_of_the_account",
                "NaN",
                "Infinity",
                Double.NaN,
                "altered",
                null),
            metric(
                "impressions", "9223372036854775807", "9223372036854775806", 1e-19, "late", "-1")),
        new Place.Worst(
            List.of(
                SampleDay.place(
                    Map.of("city", "北京 " + SCRIPT),
                    List.of(
                        new Place.Value("conversions", "0", HUGE, 12L),
                        new Place.Value("cost_in_the_currency_of_the_account", "NaN", "1.5", 3L)),
                    "")),
            List.of(
                SampleDay.place(
                    key,
                    List.of(
                        new Place.Value("conversions", null, HUGE, null),
                        new Place.Value("cost_in_the_currency_of_the_account", "NaN", "1.5", null),
                        new Place.Value("impressions", "1", "2", null)),
                    "doubled: ad_event[3]@918273645 is in dwd.ad_event twice, by commits"
                        + " 8211039281230912312 and 128301928301928301 of others at 2026-01-31 10:07.",
                    "doubled",
                    "altered"))));
  }

  private static JobFacts rows() {
    return job(
        "dwd_comment",
        Verdict.OUTSIDE,
        List.of(
            metric("rows", "812", "813", 0.00123, "lost", "1"),
            metric("content", "812", "810", 0.0024, "altered", "0")),
        new Place.Worst(
            List.of(),
            List.of(
                SampleDay.place(
                    Map.of("comment_id", "c-00018239"),
                    List.of(
                        new Place.Value(
                            "content",
                            "author=Ann, text=good",
                            "author=NULL, text=" + SCRIPT,
                            null)),
                    "altered: the row of comment[0]@18239 has another author; commit"
                        + " 992039102931 of others at 2026-02-01 01:14.",
                    "altered"))));
  }

  private static Metric metric(
      String name, String stream, String batch, double difference, String cause, String net) {
    return new Metric(
        name,
        difference < 0.001,
        stream,
        batch,
        difference,
        "0.1 %",
        0.001,
        net,
        318,
        List.of(new CauseFacts(cause, 318, net)));
  }

  private static JobFacts job(
      String name, Verdict verdict, List<Metric> metrics, Place.Worst worst) {
    JobFacts sample = SampleDay.outside();
    return new JobFacts(
        name,
        "an-owner-with-a-very-long-name-indeed",
        Notify.ALWAYS,
        "dws.x",
        verdict,
        Optional.empty(),
        sample.run(),
        metrics,
        worst,
        SampleDay.history(0.9, 0.001),
        sample.freshness());
  }

  private static JobFacts unsealed(String name) {
    return new JobFacts(
        name,
        "city-team",
        Notify.ALWAYS,
        "dws." + name,
        Verdict.NOT_COMPARED,
        Optional.of(
            new Obstacle(
                "ods.ride: the day is not sealed, so it has no cut to be compared at.",
                "./tidemark seal --day 2026-01-31   # once the day is over")),
        Optional.empty(),
        List.of(),
        Place.Worst.NONE,
        SampleDay.history(0.002, 0.01),
        new Freshness(SampleDay.NOW, 3, Duration.ofSeconds(3)));
  }
}
