package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.DeclaredValue;
import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Section;
import java.time.Duration;
import java.util.List;

/**
 * A job's file after it was read by itself, and before it is checked against the others.
 *
 * @param section what is written, for messages
 * @param spec {@code null} when the file has problems of its own
 * @param declared every value that holds, and where it comes from
 */
record JobFile(Section section, JobSpec spec, List<DeclaredValue> declared) {
  /** Its name; {@code null} when that could not be read. */
  String name() {
    return section.get(JobKeys.JOB);
  }

  /** The table it writes; {@code null} when that could not be read. */
  TableName output() {
    return section.get(JobKeys.OUTPUT);
  }

  /** The table it reads; {@code null} when there is none or it could not be read. */
  TableName input() {
    return section.get(JobKeys.INPUT);
  }

  /** How fresh its table has to be; {@code null} when that could not be read. */
  Duration freshness() {
    return section.get(JobKeys.FRESHNESS);
  }

  void refuse(Key<?> key, String remedy) {
    section.refuse(key, remedy);
  }
}
