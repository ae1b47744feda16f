package io.tidemark.tests.servers;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** One server of each kind for all tests of a JVM, started when it is first asked for. */
public final class SharedServers {
  private static final Shared<HiveMetastore> HIVE = new Shared<>(HiveMetastore::start);
  private static final Shared<IcebergRest> REST = new Shared<>(IcebergRest::start);
  private static final Shared<PostgreSql> POSTGRES = new Shared<>(PostgreSql::start);
  private static final Shared<MariaDb> MARIADB = new Shared<>(MariaDb::start);
  private static final Shared<Redis> REDIS = new Shared<>(Redis::start);
  private static final Shared<Trino> TRINO = new Shared<>(Trino::start);

  private SharedServers() {}

  /** A Hive Metastore. */
  public static HiveMetastore hiveMetastore() {
    return HIVE.get();
  }

  /** A REST catalog. */
  public static IcebergRest icebergRest() {
    return REST.get();
  }

  /** A PostgreSQL server; only where it {@linkplain PostgreSql#isInstalled is installed}. */
  public static PostgreSql postgreSql() {
    return POSTGRES.get();
  }

  /** A MariaDB server; only where it {@linkplain MariaDb#isThere can be started}. */
  public static MariaDb mariaDb() {
    return MARIADB.get();
  }

  /** A Redis; only where it {@linkplain Redis#isThere can be started}. */
  public static Redis redis() {
    return REDIS.get();
  }

  /** A Trino; only where there is a {@linkplain Java25#home JDK} for it. */
  public static Trino trino() {
    return TRINO.get();
  }

  /** Begins to start Trino, which takes longest, while other things are done. */
  public static void prepareTrino() {
    TRINO.begin();
  }

  private static final class Shared<T> {
    private final Supplier<T> start;
    private CompletableFuture<T> server;

    Shared(Supplier<T> start) {
      this.start = start;
    }

    synchronized void begin() {
      if (server == null) {
        server = CompletableFuture.supplyAsync(start);
      }
    }

    T get() {
      begin();
      return server.join();
    }
  }
}
