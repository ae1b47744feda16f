package io.tidemark.jobs.cli;

import io.tidemark.catalog.Sessions;
import io.tidemark.jobs.spec.Declarations;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows the settings with which a plain spark-sql reads the tables. */
@Command(
    name = "settings",
    description = "Prints the Spark settings with which a plain spark-sql reads the same tables.",
    footer = {
      "",
      "They need iceberg-spark-runtime on the class path, and sqlite-jdbc for the embedded catalog;",
      "app/target/tidemark.jar holds both. Where the environment has passwords or keys for its",
      "catalog or its files, they are printed as well: keep the output to yourself.",
      "",
      "Examples:",
      "  tidemark settings > /tmp/tidemark.conf",
      "  spark-sql --jars app/target/tidemark.jar --properties-file /tmp/tidemark.conf"
    })
public final class SettingsVerb implements Verb {
  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.LOOK;
  }

  @Override
  public Integer call() {
    Declarations declarations =
        Declarations.read(options.conf(), options.env(), options.settings());
    PrintWriter out = spec.commandLine().getOut();
    Sessions.settings(declarations.environment())
        .forEach((key, value) -> out.println(key + " " + value));
    out.flush();
    return ExitCodes.OK;
  }
}
