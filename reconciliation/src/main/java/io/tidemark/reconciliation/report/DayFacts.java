package io.tidemark.reconciliation.report;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * Everything that the report of one business day says.
 *
 * @param day the business day
 * @param madeAt when it was looked up
 * @param zone the warehouse's time zone, in which times are shown
 * @param environment its name
 * @param jobs every job that has two sides, upstream first
 * @param sources every ingest job
 * @param publications what was published and undone of the day, oldest first
 * @param ends both ends compared: topics, databases, pairs of tables
 * @param offenders metrics that were outside on more than one of the last days, most often first
 * @param meanTimeToPublish from a day's seal to its publication, over the last days; nothing when
 *     none was published
 * @param publishedDays how many days and jobs that is the mean of
 * @param histories histories of users that are built here
 * @param maintenance what maintenance of tables did on the day; nothing where none was ever
 *     recorded
 */
public record DayFacts(
    LocalDate day,
    Instant madeAt,
    ZoneId zone,
    String environment,
    List<JobFacts> jobs,
    List<SourceFacts> sources,
    List<PublicationFacts> publications,
    List<EndFacts> ends,
    List<Offender> offenders,
    Optional<Duration> meanTimeToPublish,
    long publishedDays,
    List<HistoryFacts> histories,
    Optional<MaintenanceFacts> maintenance) {
  public DayFacts {
    jobs = List.copyOf(jobs);
    sources = List.copyOf(sources);
    publications = List.copyOf(publications);
    ends = List.copyOf(ends);
    offenders = List.copyOf(offenders);
    histories = List.copyOf(histories);
  }

  /** How many days, this one included, history goes back. */
  public static final int HISTORY_DAYS = 30;

  /** How many jobs have this verdict. */
  public long count(Verdict verdict) {
    return jobs.stream().filter(job -> job.verdict() == verdict).count();
  }

  /** How many jobs have written anything here, which the verdict is on. */
  public long running() {
    return jobs.size() - count(Verdict.NOT_RUN);
  }

  /** Whether something was compared, and nothing of the day needs a person. */
  public boolean good() {
    return (running() > 0 || !ends.isEmpty())
        && jobs.stream().noneMatch(job -> job.verdict().needsSomebody())
        && endsOutside() == 0
        && failedMaintenance() == 0;
  }

  /** How many comparisons of both ends are outside. */
  public long endsOutside() {
    return ends.stream().filter(end -> !end.within()).count();
  }

  /** Of how many tables maintenance failed, and was not done since. */
  public long failedMaintenance() {
    return maintenance.map(MaintenanceFacts::failedTables).orElse(0L);
  }

  /** The publication of a job's comparison, unless the day was put back or published otherwise. */
  Optional<PublicationFacts> publicationOf(JobFacts job) {
    return publications.stream()
        .filter(publication -> publication.job().equals(job.name()))
        .reduce((older, newer) -> newer)
        .filter(newest -> "publish".equals(newest.action()))
        .filter(newest -> job.run().filter(run -> run.id().equals(newest.run())).isPresent());
  }

  /** The same day with the jobs in another order. */
  public DayFacts withJobs(List<JobFacts> ordered) {
    return new DayFacts(
        day,
        madeAt,
        zone,
        environment,
        ordered,
        sources,
        publications,
        ends,
        offenders,
        meanTimeToPublish,
        publishedDays,
        histories,
        maintenance);
  }

  /**
   * What was done to a table.
   *
   * @param job the job that writes it
   * @param action {@code publish} or {@code undo}
   * @param run id of the comparison it was published by, or that of the publication put back
   * @param table the table
   * @param files data files that changed branch
   * @param rows their rows
   * @param at when it was committed; {@code null} when nobody knows
   * @param seconds how long it took; {@code null} when nobody knows
   * @param reason why, when a person gave one; may be {@code null}
   */
  public record PublicationFacts(
      String job,
      String action,
      String run,
      String table,
      Long files,
      Long rows,
      Instant at,
      Double seconds,
      String reason) {}

  /**
   * One comparison of both ends.
   *
   * @param name what is compared
   * @param kind {@code kafka}, {@code database} or {@code pair}
   * @param left one end
   * @param right the other
   * @param leftCount rows or messages there; {@code null} when unknown
   * @param rightCount the same of the other end
   * @param differing rows that differ; {@code null} when unknown
   * @param within whether that is as declared
   * @param detail what is wrong, or how it was looked at; may be {@code null}
   */
  public record EndFacts(
      String name,
      String kind,
      String left,
      String right,
      Long leftCount,
      Long rightCount,
      Long differing,
      boolean within,
      String detail) {}

  /**
   * A metric that was outside its tolerance more than once.
   *
   * @param job its job
   * @param metric the metric
   * @param days on how many of the last days
   * @param compared how many of them were compared
   * @param last the latest of these days
   */
  public record Offender(String job, String metric, long days, long compared, LocalDate last) {}
}
