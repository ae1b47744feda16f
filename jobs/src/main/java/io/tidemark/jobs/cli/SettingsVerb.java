package io.tidemark.jobs.cli;

import io.tidemark.catalog.Environment;
import io.tidemark.catalog.Sessions;
import io.tidemark.catalog.TrinoProperties;
import io.tidemark.jobs.spec.Declarations;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the settings with which a plain spark-sql, or Trino, reads the tables. */
@Command(
    name = "settings",
    description =
        "Prints the settings with which a plain spark-sql, or Trino, reads the same tables.",
    footer = {
      "",
      "Spark's need iceberg-spark-runtime on the class path, and the driver or client of the catalog;",
      "app/target/tidemark.jar holds all of them. Trino's are for etc/catalog/NAME.properties. Where",
      "the environment has passwords or keys for its catalog or its files, they are printed as well:",
      "keep the output to yourself.",
      "",
      "Examples:",
      "  tidemark settings > /tmp/tidemark.conf",
      "  spark-sql --jars app/target/tidemark.jar --properties-file /tmp/tidemark.conf",
      "  tidemark settings --for trino > etc/catalog/tidemark.properties"
    })
public final class SettingsVerb implements Verb {
  /** What reads the tables. */
  enum Engine {
    SPARK,
    TRINO
  }

  @Option(
      names = "--for",
      paramLabel = "ENGINE",
      defaultValue = "spark",
      description = "spark or trino (default: ${DEFAULT-VALUE}).")
  private Engine engine = Engine.SPARK;

  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.LOOK;
  }

  @Override
  public Integer call() {
    Environment environment =
        Declarations.read(options.conf(), options.env(), options.settings()).environment();
    PrintWriter out = spec.commandLine().getOut();
    switch (engine) {
      case SPARK ->
          Sessions.settings(environment)
              .forEach((key, value) -> out.println(key + " " + escaped(value)));
      case TRINO ->
          TrinoProperties.of(environment.catalog())
              .forEach((key, value) -> out.println(key + "=" + escaped(value)));
    }
    out.flush();
    return ExitCodes.OK;
  }

  /** Both engines read files of Java properties, in which a password may not stand as it is. */
  private static String escaped(String value) {
    StringBuilder escaped = new StringBuilder();
    for (char c : value.toCharArray()) {
      boolean leads = escaped.isEmpty() && " =:".indexOf(c) >= 0;
      if (c < ' ' || c > '~') {
        escaped.append("\\u%04x".formatted((int) c));
      } else {
        escaped.append(leads || c == '\\' ? "\\" : "").append(c);
      }
    }
    return escaped.toString();
  }
}
