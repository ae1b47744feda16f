package io.tidemark.jobs.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** How a database is reached, and which of its tables are meant; use it as a {@code @Mixin}. */
final class DatabaseOptions {
  @Option(names = "--user", paramLabel = "USER", description = "The database's user; with --jdbc.")
  private String user;

  @Option(
      names = "--password-env",
      paramLabel = "VARIABLE",
      description = "Environment variable with the user's password; with --jdbc.")
  private String passwordVariable;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "File with the user's password; with --jdbc.")
  private Path passwordFile;

  @Option(
      names = "--schema",
      paramLabel = "SCHEMA",
      description =
          "Schema whose tables are declared; repeat it for more (default: public). With several the"
              + " schema is part of the names.")
  private List<String> schemas = new ArrayList<>();

  @Option(
      names = "--table",
      paramLabel = "TABLE",
      description = "Table to declare, NAME or SCHEMA.NAME; repeat it for more (default: all).")
  private List<String> tables = new ArrayList<>();

  boolean areGiven() {
    return user != null
        || passwordVariable != null
        || passwordFile != null
        || !schemas.isEmpty()
        || !tables.isEmpty();
  }

  /** {@code null} when none was given. */
  String user() {
    return user;
  }

  /** {@code null} when none was given. */
  String passwordVariable() {
    return passwordVariable;
  }

  /** {@code null} when none was given. */
  Path passwordFile() {
    return passwordFile;
  }

  List<String> schemas() {
    return schemas.isEmpty() ? List.of("public") : schemas.stream().distinct().toList();
  }

  List<String> tables() {
    return List.copyOf(tables);
  }
}
