package io.tidemark.reconciliation.history;

import io.tidemark.reconciliation.plan.Shown;
import io.tidemark.reconciliation.report.DayFacts;
import io.tidemark.reconciliation.report.DayFacts.EndFacts;
import io.tidemark.reconciliation.report.DayFacts.Offender;
import io.tidemark.reconciliation.report.DayFacts.PublicationFacts;
import io.tidemark.reconciliation.report.JobFacts.CauseFacts;
import io.tidemark.reconciliation.report.JobFacts.HistoryDay;
import io.tidemark.reconciliation.report.JobFacts.Metric;
import io.tidemark.reconciliation.report.JobFacts.Run;
import io.tidemark.reconciliation.report.Place;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the tables of results say of a day and of those before it, read once. */
final class JobHistory {
  private final LocalDate day;
  private final LocalDate first;
  private final Map<String, List<OpsRow>> runs;
  private final Map<String, List<OpsRow>> metrics;
  private final Map<String, List<OpsRow>> causes;
  private final JobPlaces places;
  private final List<OpsRow> publications;
  private final List<OpsRow> ends;

  JobHistory(OpsTables tables, LocalDate day) {
    this.day = day;
    this.first = day.minusDays(DayFacts.HISTORY_DAYS - 1L);
    this.runs = byJob(tables.rows("reconciliation_run", first, day, always()));
    this.metrics = byJob(tables.rows("reconciliation_metric", first, day, always()));
    this.causes = byJob(tables.rows("reconciliation_cause", day));
    this.places = new JobPlaces(tables, day);
    this.publications = tables.rows("publication", first, day, always());
    this.ends = tables.rows("end_check", day);
  }

  private static org.apache.spark.sql.Column always() {
    return org.apache.spark.sql.functions.lit(true);
  }

  static Map<String, List<OpsRow>> byJob(List<OpsRow> rows) {
    return rows.stream().collect(Collectors.groupingBy(row -> row.text("job", "")));
  }

  private Optional<OpsRow> runOf(String job, LocalDate of) {
    return runs.getOrDefault(job, List.of()).stream()
        .filter(row -> of.equals(row.date("dt")))
        .findFirst();
  }

  private List<OpsRow> metricsOf(String job, LocalDate of) {
    return metrics.getOrDefault(job, List.of()).stream()
        .filter(row -> of.equals(row.date("dt")))
        .toList();
  }

  /** The comparison of the day, or nothing. A result without a run's row is of an older version. */
  Optional<Run> run(String job) {
    Optional<OpsRow> run = runOf(job, day);
    List<OpsRow> compared = metricsOf(job, day);
    if (run.isEmpty() && compared.isEmpty()) {
      return Optional.empty();
    }
    OpsRow row = run.orElseGet(() -> compared.get(0));
    long differing =
        compared.stream().mapToLong(each -> each.number("differing_keys", 0)).max().orElse(0);
    return Optional.of(
        new Run(
            row.text("run_id", ""),
            row.number("compared_keys", 0),
            run.map(each -> each.number("differing_keys", differing)).orElse(differing),
            run.map(each -> each.number("unexplained_keys")).orElse(null),
            row.number("late_rows"),
            row.number("input_rows"),
            row.time("sealed_at"),
            row.time("batched_at"),
            row.real("seconds")));
  }

  /** Every metric of the day. */
  List<Metric> metrics(String job) {
    return metricsOf(job, day).stream().map(row -> metric(job, row)).toList();
  }

  private Metric metric(String job, OpsRow row) {
    String name = row.text("metric", "");
    Double tolerance = row.real("tolerance");
    return new Metric(
        name,
        row.flag("within"),
        row.text("stream_total"),
        row.text("batch_total"),
        Optional.ofNullable(row.real("difference")).orElse(0.0),
        tolerance == null ? "-" : Shown.percent(tolerance),
        tolerance,
        row.text("net_difference"),
        row.number("differing_keys", 0),
        causes.getOrDefault(job, List.of()).stream()
            .filter(each -> name.equals(each.text("metric")))
            .map(JobHistory::cause)
            .sorted(Comparator.comparing(CauseFacts::keys).reversed())
            .toList());
  }

  /** Where the job's two sides are farthest apart on the day. */
  Place.Worst worst(String job, List<Metric> of) {
    return places.worst(
        job,
        of.stream()
            .sorted(
                Comparator.comparing(Metric::within)
                    .thenComparing(Comparator.comparingDouble(Metric::difference).reversed()))
            .map(Metric::name)
            .toList());
  }

  private static CauseFacts cause(OpsRow row) {
    return new CauseFacts(row.text("cause", ""), row.number("keys", 0), row.text("part"));
  }

  /** Whether the job was compared on any of the last days. */
  boolean knows(String job) {
    return runs.containsKey(job) || metrics.containsKey(job);
  }

  /** One entry for each of the last days. */
  List<HistoryDay> days(String job) {
    List<HistoryDay> days = new ArrayList<>();
    for (LocalDate each = first; !each.isAfter(day); each = each.plusDays(1)) {
      days.add(historyDay(job, each));
    }
    return days;
  }

  /** The metric that decides a day: outside before within, then the farthest apart. */
  private HistoryDay historyDay(String job, LocalDate of) {
    List<OpsRow> compared = metricsOf(job, of);
    if (compared.isEmpty()) {
      return new HistoryDay(of, null, null, true);
    }
    OpsRow deciding =
        compared.stream()
            .max(
                Comparator.comparing((OpsRow row) -> !row.flag("within"))
                    .thenComparingDouble(JobHistory::difference))
            .orElseThrow();
    return new HistoryDay(
        of, difference(deciding), deciding.real("tolerance"), deciding.flag("within"));
  }

  private static double difference(OpsRow row) {
    Double difference = row.real("difference");
    return difference == null || difference.isNaN() ? 0 : difference;
  }

  /** Metrics that were outside on more than one of the last days, the most often first. */
  List<Offender> offenders() {
    List<Offender> offenders = new ArrayList<>();
    metrics.forEach(
        (job, rows) ->
            rows.stream()
                .collect(Collectors.groupingBy(row -> row.text("metric", "")))
                .forEach(
                    (metric, ofMetric) ->
                        offender(job, metric, ofMetric).ifPresent(offenders::add)));
    offenders.sort(
        Comparator.comparingLong(Offender::days)
            .reversed()
            .thenComparing(Offender::job)
            .thenComparing(Offender::metric));
    return offenders;
  }

  private static Optional<Offender> offender(String job, String metric, List<OpsRow> rows) {
    List<LocalDate> outside =
        rows.stream()
            .filter(row -> !row.flag("within"))
            .map(row -> row.date("dt"))
            .sorted()
            .toList();
    return outside.size() < 2
        ? Optional.empty()
        : Optional.of(
            new Offender(
                job, metric, outside.size(), rows.size(), outside.get(outside.size() - 1)));
  }

  /** What was published and undone of the day, oldest first. */
  List<PublicationFacts> publications() {
    return publications.stream()
        .filter(row -> day.equals(row.date("dt")))
        .map(
            row ->
                new PublicationFacts(
                    row.text("job", ""),
                    row.text("action", ""),
                    row.text("run_id", ""),
                    row.text("table_name", ""),
                    row.number("files"),
                    row.number("rows"),
                    row.time("published_at"),
                    row.real("seconds"),
                    row.text("reason")))
        .sorted(
            Comparator.comparing(
                PublicationFacts::at, Comparator.nullsFirst(Comparator.naturalOrder())))
        .toList();
  }

  /** From seal to publication, for each day and job that was published. */
  List<Duration> timesToPublish() {
    return publications.stream()
        .filter(row -> "publish".equals(row.text("action")))
        .map(this::timeToPublish)
        .flatMap(Optional::stream)
        .toList();
  }

  private Optional<Duration> timeToPublish(OpsRow publication) {
    Instant published = publication.time("published_at");
    return runOf(publication.text("job", ""), publication.date("dt"))
        .map(run -> run.time("sealed_at"))
        .filter(cut -> published != null && !published.isBefore(cut))
        .map(cut -> Duration.between(cut, published));
  }

  /** Both ends of the day, what is wrong first. */
  List<EndFacts> ends() {
    return ends.stream()
        .filter(row -> Objects.nonNull(row.text("name")))
        .map(
            row ->
                new EndFacts(
                    row.text("name"),
                    row.text("kind", ""),
                    row.text("left_name", ""),
                    row.text("right_name", ""),
                    row.number("left_count"),
                    row.number("right_count"),
                    row.number("differing"),
                    row.flag("within"),
                    row.text("detail")))
        .sorted(Comparator.comparing(EndFacts::within).thenComparing(EndFacts::name))
        .toList();
  }
}
