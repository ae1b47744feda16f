package io.tidemark.reconciliation.report;

import io.tidemark.jobs.cli.PrintedCommands;
import io.tidemark.reconciliation.plan.Commands;
import java.time.LocalDate;

/**
 * What to run to see more. The SQL reads alike in Spark and Trino.
 *
 * @param environment the environment's name, which commands have to name unless it is the default
 */
record Evidence(String environment) {
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
    return command(Commands.sql(sql));
  }

  /** A whole command, for this environment. */
  String command(String command) {
    return Plain.line(in(command), MOST_OF_COMMAND);
  }

  /** A text, with the commands in it for this environment. */
  String in(String text) {
    return PrintedCommands.of(environment).in(text);
  }
}
