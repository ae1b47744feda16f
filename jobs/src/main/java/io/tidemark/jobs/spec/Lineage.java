package io.tidemark.jobs.spec;

/** What a job's output is computed by: its own definition and everything upstream of it. */
public final class Lineage {
  private Lineage() {}

  /** Changes when the job's definition does, or that of any job it reads from. */
  public static String hashOf(JobSpec job, JobCatalog jobs) {
    StringBuilder hash = new StringBuilder(SpecHash.of(job));
    jobs.inputs(job).forEach(upstream -> hash.append('-').append(hashOf(upstream, jobs)));
    return hash.toString();
  }
}
