package io.tidemark.reconciliation.report;

import io.tidemark.jobs.cli.PrintedCommands;
import io.tidemark.reconciliation.plan.Commands;
import java.time.LocalDate;

/**
 * What to run to see more. The SQL reads alike in Spark and Trino.
 *
 * @param day the business day
 * @param environment the environment's name, which commands have to name unless it is the default
 */
record Evidence(LocalDate day, String environment) {
  private static final int MOST_OF_NAME = 200;
  private static final int MOST_OF_COMMAND = 2_000;

  /** The keys of a job that differ, of each metric the farthest apart first. */
  String keys(String job) {
    return command(
        Commands.sql(
            "SELECT metric, rank, key, stream_value, batch_value, causes, evidence FROM ops.reconciliation_key WHERE dt = DATE '%s' AND job = '%s' ORDER BY metric, rank LIMIT 100"
                .formatted(day, Plain.line(job, MOST_OF_NAME).replace("'", "''"))));
  }

  /** The comparison of one job's day. */
  String reconcile(String job) {
    return command(Commands.reconcile(day, job));
  }

  /** The publication of a day that is outside, with the reason of whoever decides it. */
  String accept(String job) {
    return command(Commands.accept(day, job));
  }

  /** The check of one end. */
  String check(String name) {
    return command(Commands.check(day, name));
  }

  /** All streams, until they have read everything. */
  String catchUp() {
    return command(Commands.catchUp("all"));
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
