package io.tidemark.reconciliation.report;

import io.tidemark.reconciliation.plan.Commands;
import java.time.LocalDate;

/**
 * What to run to see more. The SQL reads alike in Spark and Trino.
 *
 * @param day the business day
 * @param environment the environment's name, which commands have to name unless it is the default
 */
record Evidence(LocalDate day, String environment) {
  private static final String DEFAULT_ENVIRONMENT = "local";
  private static final int MOST_OF_NAME = 200;
  private static final int MOST_OF_COMMAND = 2_000;

  /** The keys of a job that differ, of each metric the farthest apart first. */
  String keysSql(String job) {
    return "SELECT metric, rank, key, stream_value, batch_value, causes, evidence FROM ops.reconciliation_key WHERE dt = DATE '%s' AND job = '%s' ORDER BY metric, rank LIMIT 100"
        .formatted(day, Plain.line(job, MOST_OF_NAME).replace("'", "''"));
  }

  /** The same as a command of a shell, whatever is in it. */
  String keys(String job) {
    return command("sql", "\"" + keysSql(job).replaceAll("([\\\\\"$`])", "\\\\$1") + "\"");
  }

  /** The comparison of one job's day. */
  String reconcile(String job) {
    return inEnvironment(Commands.reconcile(day, job));
  }

  /** The publication of a day that is outside, with the reason of whoever decides it. */
  String accept(String job) {
    return inEnvironment(Commands.accept(day, job));
  }

  /** The check of one end. */
  String check(String name) {
    return command("check", name + " --day " + day);
  }

  /** All streams, until they have read everything. */
  String runAll() {
    return command("run", "all --mode catchup");
  }

  private String command(String verb, String arguments) {
    return inEnvironment("./tidemark " + verb + " " + arguments);
  }

  /** A whole command, without the remark that may follow it, for this environment. */
  String inEnvironment(String command) {
    int remark = command.indexOf("   (");
    String alone = remark < 0 ? command : command.substring(0, remark);
    boolean named = environment.equals(DEFAULT_ENVIRONMENT) || alone.contains(" --env ");
    return Plain.line(named ? alone : alone + " --env " + environment, MOST_OF_COMMAND);
  }
}
