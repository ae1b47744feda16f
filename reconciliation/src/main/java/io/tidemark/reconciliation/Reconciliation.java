package io.tidemark.reconciliation;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.publish.Publication;
import io.tidemark.jobs.run.JobTables;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.reconciliation.compare.Explainer;
import io.tidemark.reconciliation.compare.FewRows;
import io.tidemark.reconciliation.explain.CauseExplainer;
import io.tidemark.reconciliation.plan.DayResult;
import io.tidemark.reconciliation.plan.JobResult;
import io.tidemark.reconciliation.plan.Pin;
import io.tidemark.reconciliation.plan.RunFacts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.iceberg.Snapshot;

/**
 * Every operation of this module: compare business days of jobs, and write down the result.
 *
 * <p>It reads job tables and writes none of them: {@code main} and {@code offline} are as they
 * were. The result replaces what {@code ops} held of the same day and jobs, so a rerun doubles
 * nothing.
 */
public final class Reconciliation {
  private final Lakehouse lake;
  private final JobCatalog jobs;
  private final Clock clock;
  private final JobComparison comparison;
  private final LateCount lateRows;
  private final DaySize size;
  private final ResultTables results;
  private final RecordedRuns runs;

  /**
   * Operations on the tables of a lakehouse.
   *
   * @param clock says when a comparison begins, and how long it takes
   * @param progress is told what has been found so far
   */
  public Reconciliation(
      Lakehouse lake, JobCatalog jobs, JobTables tables, Clock clock, Consumer<String> progress) {
    this(lake, jobs, tables, clock, progress, own -> new CauseExplainer(own, jobs, tables));
  }

  /**
   * The same with another explanation of differences.
   *
   * @param explainer made from the tables in the session that holds the keys that differ
   */
  public Reconciliation(
      Lakehouse lake,
      JobCatalog jobs,
      JobTables tables,
      Clock clock,
      Consumer<String> progress,
      Function<Lakehouse, Explainer> explainer) {
    this.lake = lake.newSession();
    this.jobs = jobs;
    this.clock = clock;
    this.comparison = new JobComparison(this.lake, tables, explainer.apply(this.lake), progress);
    this.lateRows = new LateCount(this.lake);
    this.size = new DaySize(this.lake, jobs);
    this.results = new ResultTables(this.lake);
    this.runs = new RecordedRuns(this.lake, jobs);
  }

  /** Whether a job has two sides of a business day that can be compared. */
  public static boolean isComparable(JobSpec job) {
    return !(job instanceof IngestSpec) && !(job instanceof MirrorSpec);
  }

  /**
   * What a comparable job tolerates, and what is made of its days.
   *
   * @throws IllegalArgumentException for a job that is not comparable
   */
  public static ReconcilePolicy policy(JobSpec job) {
    return job.policy()
        .orElseThrow(
            () -> new IllegalArgumentException("job " + job.name() + " has no days to compare"));
  }

  /**
   * Fixes what is compared: for each day and job one snapshot of the stream and one of the batch.
   *
   * @param chosen comparable jobs
   * @throws UnsealedException when a day has no cut
   * @throws NotReadyException when a stream or a batch has not come as far; both name everything
   *     that is missing, for all jobs and days
   */
  public Map<LocalDate, List<Pin>> pin(List<JobSpec> chosen, Range days) {
    Pinning pinning = new Pinning(lake, jobs);
    Map<LocalDate, List<Pin>> pins = new LinkedHashMap<>();
    for (LocalDate day = days.from(); !day.isAfter(days.to()); day = day.plusDays(1)) {
      List<Pin> pinned = pins.computeIfAbsent(day, d -> new ArrayList<>());
      for (JobSpec job : chosen) {
        pinning.pin(job, day).ifPresent(pinned::add);
      }
    }
    pinning.check();
    return pins;
  }

  /** Compares what is pinned of one day. */
  public DayResult compare(LocalDate day, List<Pin> pins) {
    List<JobResult> compared = new ArrayList<>();
    for (Pin pin : pins) {
      JobSpec job = jobs.job(pin.job());
      Instant started = clock.instant();
      Supplier<JobResult> work =
          () -> comparison.compare(job, pin, facts(job, pin, started), lateRows.of(job, pin));
      JobResult result =
          size.rows(job, pin) <= FewRows.LIMIT ? FewRows.ask(lake.spark(), work) : work.get();
      compared.add(result.after(Duration.between(started, clock.instant()).toMillis() / 1000.0));
    }
    return new DayResult(day, compared);
  }

  private RunFacts facts(JobSpec job, Pin pin, Instant started) {
    Instant sealed =
        pin.cut().entrySet().stream()
            .map(root -> committed(TableName.parse(root.getKey()), root.getValue()))
            .filter(Objects::nonNull)
            .max(Comparator.naturalOrder())
            .orElse(null);
    return new RunFacts(
        job.owner(),
        policy(job).tolerances(),
        sealed,
        committed(job.output(), pin.offline()),
        started,
        0);
  }

  /** When a snapshot was committed; {@code null} once it has expired. */
  private Instant committed(TableName table, long snapshot) {
    Snapshot found = lake.load(table).snapshot(snapshot);
    return found == null ? null : Instant.ofEpochMilli(found.timestampMillis());
  }

  /**
   * Writes the result down, in place of the same day and jobs. Of a day that is as it was published
   * the comparison that it was published by stays: it says why the day differed, and this one only
   * that it was repaired.
   *
   * @return the jobs of which it stays
   */
  public List<String> record(DayResult result) {
    Map<Boolean, List<JobResult>> byPublished =
        result.jobs().stream().collect(Collectors.partitioningBy(this::isAsPublished));
    if (!byPublished.get(false).isEmpty()) {
      results.replace(new DayResult(result.day(), byPublished.get(false)));
    }
    return byPublished.get(true).stream().map(job -> job.pin().job()).toList();
  }

  private boolean isAsPublished(JobResult result) {
    Pin pin = result.pin();
    JobSpec job = jobs.job(pin.job());
    return result.equal()
        && Publication.latest(lake.load(job.output()), pin.day())
            .filter(
                last ->
                    runs.find(job, pin.day())
                        .filter(run -> last.isOf(run.runId()) && run.isOf(pin))
                        .isPresent())
            .isPresent();
  }
}
