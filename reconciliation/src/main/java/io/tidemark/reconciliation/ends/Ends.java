package io.tidemark.reconciliation.ends;

import io.tidemark.catalog.DatabaseSettings;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.cli.FailureText;
import io.tidemark.jobs.run.JobTables;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.jobs.spec.PairSpec;
import io.tidemark.reconciliation.ends.plan.EndCheck;
import io.tidemark.reconciliation.ends.plan.EndCheck.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every operation of this package: hold both ends of a pipe against each other, and write down what
 * it came to. Nothing but {@code ops.end_check} is written.
 */
final class Ends {
  private static final Logger LOG = LoggerFactory.getLogger(Ends.class);

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
      taker.accept(
          orUnavailable(
              topic.name(), Kind.KAFKA, topic.topic(), topic.tables(), () -> ends.now(topic)));
      day.ifPresent(
          cut ->
              taker.accept(
                  orUnavailable(
                      topic.name(),
                      Kind.KAFKA,
                      topic.topic(),
                      TopicEnd.atCut(topic.tables(), cut),
                      () -> ends.atCut(topic, cut))));
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
      databaseOf(job).ifPresent(database -> taker.accept(check(ends, (MirrorSpec) job, database)));
    }
  }

  private EndCheck check(DatabaseEnd ends, MirrorSpec mirror, DatabaseSettings database) {
    IngestSpec source = sourceOf(mirror);
    return orUnavailable(
        mirror.name(),
        Kind.DATABASE,
        DatabaseEnd.left(source, database),
        DatabaseEnd.right(mirror),
        () -> ends.check(mirror, source, database));
  }

  /**
   * Checks declared pairs.
   *
   * @param root where relative paths of secrets start
   * @param taker takes each result when it is there
   */
  void pairs(List<PairSpec> chosen, Path root, Consumer<EndCheck> taker) {
    PairEnd ends = new PairEnd(lake, root, tables::readSqlOfBatches, progress);
    for (PairSpec pair : chosen) {
      taker.accept(
          orUnavailable(
              pair.name(),
              Kind.PAIR,
              PairEnd.withoutLogin(pair.left()),
              PairEnd.withoutLogin(pair.right()),
              () -> ends.check(pair)));
    }
  }

  /** A check that fails for a reason nobody thought of is a line like others, and hides none. */
  static EndCheck orUnavailable(
      String name, Kind kind, String left, String right, Supplier<EndCheck> check) {
    try {
      return check.get();
    } catch (Exception e) {
      // Also what is checked in Scala, and so not declared: a job of the engine that failed.
      LOG.warn("{} {} failed", kind.text(), name, e);
      return EndCheck.unavailable(
          name, kind, left, right, "was not checked: " + FailureText.inALine(e));
    }
  }

  /** The database that a mirror is of; nothing for other jobs, or where none is declared. */
  Optional<DatabaseSettings> databaseOf(JobSpec job) {
    return job instanceof MirrorSpec mirror && !mirror.history()
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
