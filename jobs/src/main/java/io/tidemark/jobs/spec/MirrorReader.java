package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Section;

/** Makes a mirror of its file. */
final class MirrorReader {
  private MirrorReader() {}

  /** The job, or {@code null} after a problem. */
  static MirrorSpec read(Section job) {
    return job.build(
        () ->
            new MirrorSpec(
                job.get(JobKeys.JOB),
                job.get(JobKeys.DESCRIPTION),
                job.get(JobKeys.OWNER),
                job.get(JobKeys.INPUT),
                job.get(JobKeys.DELETE),
                Math.toIntExact(job.get(JobKeys.BUCKETS)),
                job.get(JobKeys.OUTPUT)));
  }
}
