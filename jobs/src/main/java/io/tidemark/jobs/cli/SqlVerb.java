package io.tidemark.jobs.cli;

import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs a statement of Spark SQL over the environment's tables and shows its rows. */
@Command(
    name = "sql",
    description =
        "Runs one statement of Spark SQL over the environment's tables, also one that writes.",
    footer = {
      "",
      "Examples:",
      "  tidemark sql \"SHOW TABLES IN dws\"",
      "  tidemark sql \"SELECT * FROM dws.reading_channel_1h_v WHERE dt = DATE'2026-01-31'\"",
      "  tidemark sql \"SELECT * FROM dwd.reading_event.branch_offline LIMIT 5\""
    })
public final class SqlVerb implements Verb {
  @Parameters(
      paramLabel = "QUERY",
      description = "One statement; times are in the warehouse's zone.")
  private String query;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "100",
      description = "Prints at most so many rows (default: ${DEFAULT-VALUE}).")
  private int rows = 100;

  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.LOOK;
  }

  @Override
  public int rank() {
    return 10;
  }

  @Override
  public Integer call() {
    if (rows < 1 || rows == Integer.MAX_VALUE) {
      throw new ParameterException(
          spec.commandLine(), "--rows is " + rows + "; it is a number from 1 on.");
    }
    Dataset<Row> answer = ask(Workspace.open(options).lake().spark());
    if (answer.columns().length > 0) {
      RowTable.of(answer, rows + 1).printFirst(rows, spec.commandLine().getOut());
    }
    return ExitCodes.OK;
  }

  private Dataset<Row> ask(SparkSession spark) {
    try {
      return spark.sql(query);
    } catch (Exception e) {
      // Checked in Scala, and so not declared.
      if (e instanceof AnalysisException wrong) {
        throw new ParameterException(spec.commandLine(), wrong.getSimpleMessage().strip(), wrong);
      }
      throw e;
    }
  }
}
