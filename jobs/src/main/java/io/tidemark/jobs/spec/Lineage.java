package io.tidemark.jobs.spec;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * What a job's output is computed by: its own definition, everything upstream of it, and the zone
 * in which the business day begins and ends.
 */
public final class Lineage {
  private Lineage() {}

  /** Changes when the job's definition does, that of any job it reads from, or the zone. */
  public static String hashOf(JobSpec job, JobCatalog jobs, ZoneId zone) {
    return definitions(job, jobs) + "@" + zone.getId();
  }

  /** The part that is the job's own: another one makes other rows of the same input. */
  public static String ownOf(String lineage) {
    return parts(lineage).get(0);
  }

  /**
   * The definitions in it: the job's own, then of each job upstream, the nearest first; of several
   * inputs one with all that is above it after the other.
   */
  public static List<String> parts(String lineage) {
    return List.of(lineage.split("@", 2)[0].split("-"));
  }

  /** The jobs whose definitions {@link #parts} are, in the same order. */
  public static List<JobSpec> jobsOf(JobSpec job, JobCatalog jobs) {
    List<JobSpec> line = new ArrayList<>(List.of(job));
    jobs.inputs(job).forEach(upstream -> line.addAll(jobsOf(upstream, jobs)));
    return line;
  }

  private static String definitions(JobSpec job, JobCatalog jobs) {
    StringBuilder hash = new StringBuilder(SpecHash.of(job));
    jobs.inputs(job).forEach(upstream -> hash.append('-').append(definitions(upstream, jobs)));
    return hash.toString();
  }
}
