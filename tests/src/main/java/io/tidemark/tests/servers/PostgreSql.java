package io.tidemark.tests.servers;

import io.tidemark.tests.broker.LocalBroker;
import io.tidemark.tests.lakehouse.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of the programs that are installed on this machine, with its data in a folder
 * of its own. PostgreSQL does not run as root: then it runs as the user of Debian's package.
 */
public final class PostgreSql implements AutoCloseable {
  /** Why there is none, where there is none. */
  public static final String NOT_INSTALLED =
      "PostgreSQL's server is not installed (no initdb on the PATH or in /usr/lib/postgresql/*/bin;"
          + " Debian: apt-get install postgresql)";

  /** The user that every database has. */
  public static final String USER = "tidemark";

  /** That user's password. */
  public static final String PASSWORD = "tide'mark";

  private static final String ACCOUNT = "postgres";

  private final ServerProcess process;
  private final int port;
  private final Path folder;

  private PostgreSql(ServerProcess process, int port, Path folder) {
    this.process = process;
    this.port = port;
    this.folder = folder;
  }

  /** Whether it can be started here. */
  public static boolean isInstalled() {
    return programs().isPresent();
  }

  /** Starts one and waits until it answers. */
  public static PostgreSql start() {
    Path programs = programs().orElseThrow(() -> new IllegalStateException(NOT_INSTALLED));
    // Another user has to reach the folder: not below a home directory.
    Path folder = Folders.fresh(Path.of(System.getProperty("java.io.tmpdir")), "tidemark-postgres");
    int port = LocalBroker.freePort();
    try {
      Path password = Files.writeString(folder.resolve("password"), PASSWORD);
      if (isRoot()) {
        own(folder);
        own(password);
      }
      Path data = folder.resolve("data");
      run(
          folder,
          List.of(
              programs.resolve("initdb").toString(),
              "--pgdata=" + data,
              "--username=" + USER,
              "--pwfile=" + password,
              "--auth=scram-sha-256",
              "--encoding=UTF8",
              "--no-locale",
              "--no-sync"));
      ServerProcess process =
          ServerProcess.start(
              "postgres",
              folder,
              "INT",
              Map.of(),
              asAccount(
                  List.of(
                      programs.resolve("postgres").toString(),
                      "-D" + data,
                      "-p" + port,
                      "-k" + folder,
                      "-hlocalhost",
                      "-cwal_level=logical",
                      "-cshared_buffers=32MB",
                      "-cfsync=off")));
      PostgreSql server = new PostgreSql(process, port, folder);
      process.awaitReady(server::answers);
      Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop-postgres"));
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException("PostgreSQL was not started", e);
    }
  }

  /** Makes an empty database and gives its JDBC address, without user and password. */
  public String createDatabase(String name) {
    try (Connection connection = connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
      return uri(name);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot create the database " + name, e);
    }
  }

  private boolean answers() {
    try (Connection connection = connect("postgres")) {
      return connection.isValid(1);
    } catch (SQLException e) {
      return false;
    }
  }

  private Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(uri(database), USER, PASSWORD);
  }

  private String uri(String database) {
    return "jdbc:postgresql://localhost:" + port + "/" + database;
  }

  @Override
  public void close() {
    process.close();
    Folders.delete(folder);
  }

  /** The folder of initdb and postgres: of the newest version where there are several. */
  private static Optional<Path> programs() {
    List<Path> folders = new ArrayList<>();
    try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
      versions
          .sorted(Comparator.comparingInt(PostgreSql::version).reversed())
          .map(version -> version.resolve("bin"))
          .forEach(folders::add);
    } catch (IOException e) {
      // not Debian's layout
    }
    Arrays.stream(System.getenv("PATH").split(":")).map(Path::of).forEach(folders::add);
    return folders.stream()
        .filter(folder -> Files.isExecutable(folder.resolve("initdb")))
        .filter(folder -> Files.isExecutable(folder.resolve("postgres")))
        .findFirst();
  }

  private static int version(Path folder) {
    String name = folder.getFileName().toString();
    return name.matches("\\d{1,4}") ? Integer.parseInt(name) : 0;
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static void own(Path path) throws IOException {
    Files.setOwner(
        path,
        FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(ACCOUNT));
  }

  private static List<String> asAccount(List<String> command) {
    if (!isRoot()) {
      return command;
    }
    List<String> all = new ArrayList<>();
    all.addAll(
        List.of("setpriv", "--reuid=" + ACCOUNT, "--regid=" + ACCOUNT, "--clear-groups", "--"));
    all.addAll(command);
    return all;
  }

  private static void run(Path folder, List<String> command) throws IOException {
    Path log = folder.resolve("initdb.log");
    Process process =
        new ProcessBuilder(asAccount(command))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IllegalStateException("initdb failed:\n" + Files.readString(log));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while initdb ran", e);
    }
  }
}
