package io.tidemark.tests.catalog;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.publish.Publication;
import io.tidemark.catalog.publish.PublishRecord;
import io.tidemark.catalog.publish.PublishRecord.Action;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Lateness;
import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.MetricSpec.Function;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.jobs.spec.Window;
import io.tidemark.reconciliation.PublicationTable;
import io.tidemark.reconciliation.Reconciliation;
import io.tidemark.reconciliation.plan.Cause;
import io.tidemark.reconciliation.plan.CausePart;
import io.tidemark.reconciliation.plan.DayResult;
import io.tidemark.reconciliation.plan.DimensionDifference;
import io.tidemark.reconciliation.plan.Explanation;
import io.tidemark.reconciliation.plan.JobResult;
import io.tidemark.reconciliation.plan.KeyDifference;
import io.tidemark.reconciliation.plan.LateRows;
import io.tidemark.reconciliation.plan.Measure;
import io.tidemark.reconciliation.plan.MetricResult;
import io.tidemark.reconciliation.plan.Pin;
import io.tidemark.reconciliation.plan.RunFacts;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Days of two jobs whose results are written down as those of any comparison and publication, so
 * that what a query answers about them can be said beforehand.
 */
final class KnownHistory {
  /** The job and the day that the documentation's queries name. */
  static final String READING = "dws_reading_channel_1h";

  static final LocalDate DOCUMENTED = LocalDate.parse("2026-01-31");
  static final String ORDERS = "dws_order_channel_1h";

  private final LocalLakehouse house;
  private final LocalDate today;
  private final Reconciliation reconciliation;

  KnownHistory(LocalLakehouse house, LocalDate today) {
    this.house = house;
    this.today = today;
    List<JobSpec> jobs = new ArrayList<>(house.jobs().jobs());
    jobs.addAll(List.of(spec(READING), spec(ORDERS)));
    this.reconciliation =
        new Reconciliation(
            house.lake(), new JobCatalog(jobs), house.tables(), Clock.systemUTC(), text -> {});
  }

  LocalDate daysAgo(int days) {
    return today.minusDays(days);
  }

  /** Two days of both jobs, one that is too long ago, and the one of the documentation. */
  void write() {
    record(daysAgo(40), READING, 0.5, 0.5, List.of());
    record(
        daysAgo(3),
        READING,
        0.004,
        0.02,
        List.of(new CausePart("pv", Cause.LATE, 2, new BigDecimal("4"))));
    record(
        daysAgo(2),
        READING,
        0.03,
        0.05,
        List.of(
            new CausePart("pv", Cause.LATE, 3, new BigDecimal("7")),
            new CausePart("pv", Cause.LOST, 1, new BigDecimal("-2.5"))));
    record(daysAgo(3), ORDERS, 0, 0, List.of());
    record(daysAgo(2), ORDERS, 0.02, 0, List.of());
    record(
        DOCUMENTED,
        READING,
        0.004,
        0,
        List.of(new CausePart("pv", Cause.LOST, 300, new BigDecimal("1200"))));
    publish(READING, daysAgo(3), Action.PUBLISH, 90);
    publish(READING, daysAgo(2), Action.PUBLISH, 30);
    publish(ORDERS, daysAgo(2), Action.PUBLISH, 12);
    publish(ORDERS, daysAgo(3), Action.UNDO, 600);
    publish(READING, daysAgo(40), Action.PUBLISH, 5000);
  }

  private static Instant sealed(LocalDate day) {
    return day.plusDays(1).atTime(0, 30).toInstant(ZoneOffset.UTC);
  }

  private void record(
      LocalDate day, String job, double pv, double minutes, List<CausePart> causes) {
    JobResult result =
        new JobResult(
            new Pin(day, job, 1L, 2L, Map.of("ods.reading_event", 3L), "0123456789abcdef"),
            new RunFacts("reading-team", "", sealed(day), sealed(day), sealed(day), 1.5),
            1000,
            causes.stream().mapToLong(CausePart::keys).sum(),
            List.of(metric("pv", pv, causes), metric("minutes", minutes, List.of())),
            Optional.of(new LateRows(5, 4000, Duration.ofHours(2))),
            new Explanation(causes),
            List.of(
                new DimensionDifference(
                    "pv", "channel", null, BigDecimal.ONE, BigDecimal.TEN, BigDecimal.ONE, 1)));
    reconciliation.record(new DayResult(day, List.of(result)));
  }

  /** One key for each cause. */
  private static MetricResult metric(String name, double difference, List<CausePart> causes) {
    List<KeyDifference> worst = new ArrayList<>();
    for (CausePart cause : causes) {
      worst.add(
          new KeyDifference(Map.of("channel", "频道 'x'"), "1", "2")
              .explained(Map.of(cause.cause(), cause.part()), "Message e[0]@1 …"));
    }
    BigDecimal distance = BigDecimal.valueOf(difference).multiply(BigDecimal.valueOf(1000));
    return new MetricResult(
        name,
        true,
        "1000",
        "1001",
        distance,
        new Measure(distance, BigDecimal.valueOf(1000), 1000, 1 + worst.size(), 0, 0),
        0.01,
        worst);
  }

  private void publish(String job, LocalDate day, Action action, int minutes) {
    PublishRecord record = new PublishRecord(action, job, day.toString(), "run", 2, 1, 1000, "");
    new PublicationTable(house.lake())
        .record(
            spec(job),
            day,
            List.of(new Publication(record, 7, 1L, sealed(day).plusSeconds(60L * minutes))),
            Map.of(7L, 0.4));
  }

  private static AggregateSpec spec(String job) {
    return new AggregateSpec(
        job,
        "",
        "reading-team",
        TableName.parse("dwd.purchase"),
        List.of("channel"),
        Window.ONE_HOUR,
        Lateness.UNLIMITED,
        List.of(new MetricSpec("pv", Function.COUNT, "*")),
        TableName.parse(job.replaceFirst("_", ".")),
        ReconcilePolicy.DEFAULT);
  }
}
