package io.tidemark.reconciliation.report;

import java.time.LocalDate;

/**
 * What to run to see more. The SQL reads alike in Spark and Trino.
 *
 * @param environment the environment's name, which commands have to name unless it is the default
 */
record Evidence(String environment) {
  private static final String DEFAULT_ENVIRONMENT = "local";
  private static final int MOST_OF_NAME = 200;
  private static final int MOST_OF_COMMAND = 2_000;

  /** The differing keys of a job, the farthest apart first. */
  static String keys(LocalDate day, String job) {
    return of("ops.reconciliation_key", day, job) + " ORDER BY metric, rank";
  }

  /** What the difference of each metric is made of. */
  static String causes(LocalDate day, String job) {
    return of("ops.reconciliation_cause", day, job) + " ORDER BY metric, keys DESC";
  }

  private static String of(String table, LocalDate day, String job) {
    return "SELECT * FROM %s WHERE dt = DATE '%s' AND job = '%s'"
        .formatted(table, day, Plain.line(job, MOST_OF_NAME).replace("'", "''"));
  }

  /** SQL as a command of a shell, whatever is in it. */
  String sql(String sql) {
    return command("sql", "\"" + sql.replaceAll("([\\\\\"$`])", "\\\\$1") + "\"");
  }

  /** A verb with its arguments. */
  String command(String verb, String arguments) {
    return inEnvironment("./tidemark " + verb + " " + arguments);
  }

  /** A whole command, without the remark that may follow it, for this environment. */
  String inEnvironment(String command) {
    int remark = command.indexOf("   (");
    String alone = remark < 0 ? command : command.substring(0, remark);
    return Plain.line(
        environment.equals(DEFAULT_ENVIRONMENT) ? alone : alone + " --env " + environment,
        MOST_OF_COMMAND);
  }

  /** The comparison of one job's day. */
  String reconcile(LocalDate day, String job) {
    return command("reconcile", "--day " + day + " --job " + job);
  }

  /** The publication of a day that is outside, with the reason of whoever decides it. */
  String accept(LocalDate day, String job) {
    return command("publish", "--day " + day + " --job " + job + " --accept 'your reason'");
  }
}
