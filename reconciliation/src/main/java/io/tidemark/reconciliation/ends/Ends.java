package io.tidemark.reconciliation.ends;

import io.tidemark.catalog.DatabaseSettings;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.run.JobTables;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.jobs.spec.PairSpec;
import io.tidemark.reconciliation.ends.plan.EndCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Every operation of this package: hold both ends of a pipe against each other, and write down what
 * it came to. Nothing but {@code ops.end_check} is written.
 */
final class Ends {
  private final Lakehouse lake;
  private final JobCatalog jobs;
  private final JobTables tables;
  private final Consumer<String> progress;

  /**
   * @param progress takes lines for a person who waits
   */
  Ends(Lakehouse lake, JobCatalog jobs, JobTables tables, Consumer<String> progress) {
    this.lake = lake.newSession();
    this.jobs = jobs;
    this.tables = tables;
    this.progress = progress;
  }

  /**
   * Checks the topics of jobs, each with all its jobs.
   *
   * @param day a day at whose cut they are checked too
   * @param taker takes each result when it is there
   */
  void topics(List<JobSpec> chosen, Optional<LocalDate> day, Consumer<EndCheck> taker) {
    TopicEnd ends = new TopicEnd(lake, progress);
    for (SharedTopic topic : SharedTopic.of(chosen, jobs)) {
      taker.accept(ends.now(topic));
      day.ifPresent(cut -> taker.accept(ends.atCut(topic, cut)));
    }
  }

  /**
   * Checks mirrors whose database is declared.
   *
   * @param wait how long a mirror may take to pass what was read of its source
   * @param taker takes each result when it is there
   */
  void databases(List<JobSpec> chosen, Duration wait, Consumer<EndCheck> taker) {
    DatabaseEnd ends = new DatabaseEnd(lake, tables, wait, progress);
    for (JobSpec job : chosen) {
      databaseOf(job)
          .ifPresent(
              database ->
                  taker.accept(ends.check((MirrorSpec) job, sourceOf((MirrorSpec) job), database)));
    }
  }

  /**
   * Checks declared pairs.
   *
   * @param root where relative paths of secrets start
   * @param taker takes each result when it is there
   */
  void pairs(List<PairSpec> chosen, Path root, Consumer<EndCheck> taker) {
    PairEnd ends = new PairEnd(lake, root, progress);
    chosen.forEach(pair -> taker.accept(ends.check(pair)));
  }

  /** The database that a mirror is of; nothing for other jobs, or where none is declared. */
  Optional<DatabaseSettings> databaseOf(JobSpec job) {
    return job instanceof MirrorSpec mirror
        ? DatabaseEnd.databaseOf(sourceOf(mirror), lake.environment().databases())
        : Optional.empty();
  }

  private IngestSpec sourceOf(MirrorSpec mirror) {
    return (IngestSpec) jobs.writerOf(mirror.input()).orElseThrow();
  }

  /** Writes results down, in place of what the day had of the same names. */
  void record(LocalDate day, List<EndCheck> checks, Instant at) {
    new EndCheckTable(lake).replace(day, checks, at);
  }
}
