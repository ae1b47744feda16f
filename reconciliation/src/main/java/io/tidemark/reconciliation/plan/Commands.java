package io.tidemark.reconciliation.plan;

import java.time.LocalDate;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The commands that a person is told, as they are typed in the usual environment; {@link
 * io.tidemark.jobs.cli.PrintedCommands} makes them those of another.
 */
public final class Commands {
  private static final String TIDEMARK = "./tidemark ";

  private Commands() {}

  /** Lets the streams of jobs read what is there. */
  public static String catchUp(String jobs) {
    return TIDEMARK + "run " + jobs + " --mode catchup";
  }

  /** Fixes what belongs to a day. */
  static String seal(LocalDate day) {
    return TIDEMARK + "seal --day " + day;
  }

  /** Makes the batch of a day of a job. */
  public static String batch(LocalDate day, String job) {
    return TIDEMARK + "run " + job + " --mode batch --day " + day;
  }

  /** Compares a day of a job. */
  public static String reconcile(LocalDate day, String job) {
    return TIDEMARK + "reconcile --day " + day + " --job " + job;
  }

  /** Holds both ends of a job against each other, and keeps what is found under a day. */
  public static String check(LocalDate day, String job) {
    return TIDEMARK + "check " + job + " --day " + day;
  }

  /** Publishes a day of all jobs. */
  public static String publish(LocalDate day) {
    return TIDEMARK + "publish --day " + day;
  }

  /** Publishes a day of a job. */
  public static String publish(LocalDate day, String job) {
    return publish(day) + " --job " + job;
  }

  /** Publishes a day of some jobs. */
  public static String publish(LocalDate day, List<String> jobs) {
    return jobs.stream()
        .map(job -> " --job " + job)
        .collect(Collectors.joining("", publish(day), ""));
  }

  /** Puts a day of a job back. */
  public static String undo(LocalDate day, String job) {
    return TIDEMARK + "publish --undo " + day + " --job " + job;
  }

  /** Publishes a day of a job that its policy does not publish by itself. */
  public static String accept(LocalDate day, String job) {
    return publish(day, job) + " --accept 'why it is right all the same'";
  }

  /** Brings histories of users up to a day. */
  public static String buildHistories(LocalDate day) {
    return TIDEMARK + "tags build --day " + day;
  }

  /** Maintains a table once more: by a vacuum, or by rewriting its files. */
  public static String maintain(boolean vacuum, String table) {
    return TIDEMARK + (vacuum ? "vacuum " : "compact ") + table;
  }

  /** Asks the tables, whatever is in the SQL. */
  public static String sql(String sql) {
    return TIDEMARK + "sql \"" + sql.replaceAll("([\\\\\"$`])", "\\\\$1") + "\"";
  }
}
