package io.tidemark.reconciliation.plan;

import java.time.LocalDate;

/**
 * Why a day of a job cannot be compared yet.
 *
 * @param day the day
 * @param subject the job, or the ODS table that is not sealed
 * @param reason what is missing
 * @param remedy the command that brings it
 * @param unsealed whether the day has no cut; then trying again does not help
 */
public record Obstacle(
    LocalDate day, String subject, String reason, String remedy, boolean unsealed) {

  /** Rows below the cut that the stream has still to read. */
  public static Obstacle unread(LocalDate day, String job, long rows, String jobsToRun) {
    return new Obstacle(
        day,
        job,
        "%,d %s up to the cut %s unread"
            .formatted(rows, rows == 1 ? "row" : "rows", rows == 1 ? "is" : "are"),
        Commands.catchUp(jobsToRun),
        false);
  }

  /** The offline day is missing, or is another than today's. */
  public static Obstacle batch(LocalDate day, String job, String reason) {
    return new Obstacle(day, job, reason, Commands.batch(day, job), false);
  }

  /** Nothing has ever been written. */
  public static Obstacle neverRun(LocalDate day, String job) {
    return new Obstacle(day, job, "its table does not exist", Commands.catchUp(job), false);
  }

  /** The day has no cut. */
  public static Obstacle unsealed(LocalDate day, String ods) {
    return new Obstacle(
        day,
        ods,
        "the day is not sealed, so it has no cut to be compared at",
        Commands.seal(day) + "   # once the day is over",
        true);
  }

  @Override
  public String toString() {
    return "%s  %s: %s%n    %s".formatted(day, subject, reason, remedy);
  }
}
