package io.tidemark.jobs.run;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.config.Problem;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.jobs.spec.TransformSpec;
import java.util.List;

/**
 * Compares what is declared of jobs with the rows of their tables, where these are there: what
 * {@link JobTables#ensure} would refuse when a job starts, and no change of the table mends.
 */
public final class ExistingTables {
  private final Lakehouse lake;
  private final JobTables tables;

  /**
   * @param lake where the tables are
   * @param tables tells what is declared of them
   */
  public ExistingTables(Lakehouse lake, JobTables tables) {
    this.lake = lake;
    this.tables = tables;
  }

  /** Whether rows that are there bear on what may be declared of a job. */
  public static boolean bearOn(JobSpec job) {
    return job instanceof MirrorSpec
        || job instanceof TransformSpec transform && !transform.takesBack();
  }

  /** What is wrong with jobs whose tables are there. Nothing is made. */
  public List<Problem> problems(List<JobSpec> jobs) {
    return jobs.stream()
        .filter(ExistingTables::bearOn)
        .filter(job -> lake.exists(job.output()))
        .flatMap(job -> tables.refusal(job, lake.load(job.output())).stream())
        .toList();
  }
}
