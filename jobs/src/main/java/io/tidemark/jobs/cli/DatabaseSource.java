package io.tidemark.jobs.cli;

import io.tidemark.catalog.NamingRules;
import io.tidemark.catalog.NamingRulesReader;
import io.tidemark.catalog.config.Problems;
import io.tidemark.catalog.config.SecretReference;
import io.tidemark.jobs.database.ConnectorDraft;
import io.tidemark.jobs.database.DatabaseAddress;
import io.tidemark.jobs.database.DatabaseDraft;
import io.tidemark.jobs.database.DatabaseTable;
import io.tidemark.jobs.database.PostgresCatalog;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.jobs.spec.IngestSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** {@code source add NAME --jdbc URL}: the declarations of a database's tables. */
final class DatabaseSource {
  private static final String CONNECT_SECONDS = "20";

  private final String name;
  private final String url;
  private final DatabaseOptions database;
  private final ConfOptions options;
  private final CommandLine line;
  private String walLevel;

  DatabaseSource(
      String name, String url, DatabaseOptions database, ConfOptions options, CommandLine line) {
    this.name = name;
    this.url = url;
    this.database = database;
    this.options = options;
    this.line = line;
  }

  int add() throws IOException {
    DatabaseAddress address =
        DatabaseAddress.parse(url)
            .orElseThrow(
                () ->
                    refused(
                        "--jdbc is no address of a PostgreSQL server; write"
                            + " jdbc:postgresql://HOST[:PORT]/DATABASE."));
    if (address.holdsSecret()) {
      throw refused(
          "The address holds a password, which does not stand on a command line; give"
              + " --password-env VARIABLE.");
    }
    Declarations declared = Declarations.read(options.conf(), options.env(), options.settings());
    Problems problems = new Problems();
    NamingRules rules = NamingRulesReader.read(options.conf(), problems);
    problems.throwIfAny();
    List<DatabaseTable> tables = chosen(look());
    DatabaseDraft draft =
        new DatabaseDraft(
            name,
            tables,
            database.schemas(),
            rules,
            declared.jobs().jobs().stream()
                .filter(IngestSpec.class::isInstance)
                .map(IngestSpec.class::cast)
                .toList(),
            declared.topics());
    Map<Path, String> files = new LinkedHashMap<>();
    Map<String, String> there = new LinkedHashMap<>();
    String brokers = declared.environment().kafka().bootstrapServers();
    Map<String, String> drafted =
        draft.files(new ConnectorDraft(name, address, user(address), passwordVariable(), brokers));
    for (Map.Entry<String, String> each : drafted.entrySet()) {
      Path file = options.conf().resolve(each.getKey());
      if (Files.exists(file)) {
        there.put(each.getKey(), Files.readString(file));
      } else {
        files.put(file, each.getValue());
      }
    }
    NewFiles.write(files, options);
    report(tables, draft, files, there);
    return ExitCodes.OK;
  }

  private List<DatabaseTable> look() {
    Properties properties = new Properties();
    properties.setProperty("loginTimeout", CONNECT_SECONDS);
    properties.setProperty("ApplicationName", "tidemark");
    if (database.user() != null) {
      properties.setProperty("user", database.user());
    }
    String password = password();
    if (password != null) {
      properties.setProperty("password", password);
    }
    try (Connection connection = DriverManager.getConnection(url, properties)) {
      connection.setReadOnly(true);
      walLevel = PostgresCatalog.walLevel(connection);
      return PostgresCatalog.tables(connection, database.schemas());
    } catch (SQLException e) {
      throw new IllegalStateException(
          "the database at " + url + " was not read: " + e.getMessage(), e);
    }
  }

  private String password() {
    String variable = database.passwordVariable();
    Path file = database.passwordFile();
    if (variable != null && file != null) {
      throw refused("Give --password-env or --password-file, not both.");
    }
    if (variable == null && file == null) {
      return null;
    }
    try {
      return (variable != null
              ? new SecretReference("env", variable)
              : new SecretReference("file", file.toString()))
          .resolve(Path.of(""));
    } catch (IllegalArgumentException e) {
      throw refused("The password " + e.getMessage() + ".");
    }
  }

  /** As the driver chooses it. */
  private String user(DatabaseAddress address) {
    return database.user() != null
        ? database.user()
        : address.options().getOrDefault("user", System.getProperty("user.name"));
  }

  /** The variable of the Kafka Connect worker. */
  private String passwordVariable() {
    return database.passwordVariable() != null
        ? database.passwordVariable()
        : name.toUpperCase(Locale.ROOT) + "_PASSWORD";
  }

  private List<DatabaseTable> chosen(List<DatabaseTable> tables) {
    Set<String> wanted = new LinkedHashSet<>(database.tables());
    List<DatabaseTable> chosen =
        tables.stream()
            .filter(
                table ->
                    wanted.isEmpty()
                        || wanted.contains(table.name())
                        || wanted.contains(table.qualified()))
            .toList();
    chosen.forEach(table -> wanted.removeAll(List.of(table.name(), table.qualified())));
    if (!wanted.isEmpty() || chosen.isEmpty()) {
      throw refused(
          "The database has no table"
              + (wanted.isEmpty() ? "" : " " + String.join(", ", wanted))
              + " in schema "
              + String.join(", ", database.schemas())
              + " that this user may see. Nothing was written.");
    }
    return chosen;
  }

  private void report(
      List<DatabaseTable> tables,
      DatabaseDraft draft,
      Map<Path, String> files,
      Map<String, String> there) {
    PrintWriter out = line.getOut();
    out.printf("looked at %,d tables%n", tables.size());
    out.printf("wrote %,d files%s%n", files.size(), files.isEmpty() ? "" : ":");
    files.keySet().stream()
        .collect(Collectors.groupingBy(Path::getParent, LinkedHashMap::new, Collectors.counting()))
        .forEach((folder, count) -> out.printf("  %s: %,d%n", folder, count));
    if (!there.isEmpty()) {
      out.printf("left as they are, because they were there: %,d%n", there.size());
    }
    draft
        .missing(there)
        .forEach(
            (where, lines) -> {
              out.println("to be added by hand, " + where + ":");
              lines.forEach(each -> out.println("  " + each));
            });
    draft.remarks().forEach(remark -> out.println("note: " + remark));
    if (!walLevel.equals("logical")) {
      out.println(
          "note: the server's wal_level is "
              + walLevel
              + ", and a change log needs 'logical', which takes a restart of the server");
    }
    next(out, draft, there.containsKey("connect/" + name + ".sql"));
    out.flush();
  }

  private void next(PrintWriter out, DatabaseDraft draft, boolean again) {
    out.println("Next: review them, then");
    PrintedCommands commands = options.commands();
    out.println(commands.in("  ./tidemark validate"));
    out.println(commands.in("  ./tidemark topics apply"));
    out.println(
        again
            ? "  what is left to be added by hand, in its order (docs/sources.md, A new table)"
            : "  have "
                + name
                + ".sql run, and the connector started (docs/sources.md, A database)");
    out.printf(
        "  %s   # or by name the %,d jobs%n",
        commands.in("./tidemark stream"), draft.jobs().size());
  }

  private ParameterException refused(String message) {
    return new ParameterException(line, message);
  }
}
