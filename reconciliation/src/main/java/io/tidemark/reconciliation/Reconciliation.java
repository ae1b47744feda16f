package io.tidemark.reconciliation;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.jobs.run.JobTables;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.reconciliation.plan.DayResult;
import io.tidemark.reconciliation.plan.JobResult;
import io.tidemark.reconciliation.plan.Pin;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
  private final JobComparison comparison;
  private final LateCount lateRows;
  private final ResultTables results;

  public Reconciliation(Lakehouse lake, JobCatalog jobs, JobTables tables) {
    this.lake = lake.newSession();
    this.jobs = jobs;
    this.comparison = new JobComparison(this.lake, tables);
    this.lateRows = new LateCount(this.lake);
    this.results = new ResultTables(this.lake);
  }

  /** Whether a job has two sides of a business day that can be compared. */
  public static boolean isComparable(JobSpec job) {
    return !(job instanceof IngestSpec) && !(job instanceof MirrorSpec);
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
      compared.add(comparison.compare(job, pin, lateRows.of(job, pin)));
    }
    return new DayResult(day, compared);
  }

  /** Writes the result down, in place of the same day and jobs. */
  public void record(DayResult result) {
    results.replace(result);
  }
}
