package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Section;

/** Makes a mirror, or a history, of its file. */
final class MirrorReader {
  private MirrorReader() {}

  /** The job, or {@code null} after a problem. */
  static MirrorSpec read(Section job) {
    boolean history = job.has(JobKeys.HISTORY);
    return job.build(
        () ->
            new MirrorSpec(
                job.get(JobKeys.JOB),
                job.get(JobKeys.DESCRIPTION),
                job.get(JobKeys.OWNER),
                job.get(JobKeys.INPUT),
                history,
                history ? MirrorSpec.Delete.HARD : job.get(JobKeys.DELETE),
                Math.toIntExact(job.get(JobKeys.BUCKETS)),
                job.get(JobKeys.OUTPUT)));
  }
}
