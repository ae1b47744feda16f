package io.tidemark.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.CatalogUtil;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/** Spark sessions that see the catalog of an environment. */
public final class Sessions {
  /** Settings that a running Spark no longer takes; they are the same in every environment. */
  private static final Set<String> STATIC =
      Set.of(
          "spark.sql.extensions",
          "spark.sql.warehouse.dir",
          "spark.sql.catalogImplementation",
          "spark.sql.codegen.cache.maxEntries");

  private Sessions() {}

  /**
   * Opens a session of its own on the Spark of this JVM, which is started when there is none. Two
   * sessions share executors and cached rows, and nothing else.
   */
  static SparkSession open(Environment environment) {
    Map<String, String> settings = settings(environment);
    if (environment.catalog().type() == CatalogSettings.Type.EMBEDDED) {
      makeWarehouse(Path.of(environment.catalog().warehouse()));
      plainFiles("spark.sql.catalog." + environment.catalog().name())
          .forEach(settings::putIfAbsent);
    }
    return start(environment, settings);
  }

  /**
   * Opens a session whose catalog is empty and in memory, for what needs the engine and no table:
   * it reaches for nothing outside of this JVM.
   */
  static SparkSession withoutTables(Environment environment) {
    return start(
        environment,
        settings(
            environment, Map.of("catalog-impl", "org.apache.iceberg.inmemory.InMemoryCatalog")));
  }

  private static SparkSession start(Environment environment, Map<String, String> settings) {
    SparkSession session = running(environment, settings).newSession();
    settings.forEach(
        (key, value) -> {
          if (isOfASession(key)) {
            session.conf().set(key, value);
          }
        });
    return session;
  }

  /**
   * The Spark of this JVM, which the first to ask starts. Spark's builder alone will not do: where
   * Spark runs already, it writes the settings into whatever session the thread used last, which
   * may be that of other tables.
   */
  private static synchronized SparkSession running(
      Environment environment, Map<String, String> settings) {
    Option<SparkSession> running = SparkSession.getDefaultSession();
    if (running.isDefined() && !running.get().sparkContext().isStopped()) {
      return running.get();
    }
    SparkSession.Builder builder = SparkSession.builder().appName("tidemark");
    // Streams of one driver share its cores, each in a pool of its own; an environment may differ.
    builder.config("spark.scheduler.mode", "FAIR");
    // Spark keeps the code of a hundred stages; the streams of one driver have several hundred, and
    // would compile each of theirs anew in every micro-batch.
    builder.config("spark.sql.codegen.cache.maxEntries", 1_000);
    settings.forEach(
        (key, value) -> {
          if (!isOfASession(key)) {
            builder.config(key, value);
          }
        });
    // No session brings classes of its own: one class loader for all, so that code generated for
    // one job is found by the next.
    builder.config("spark.sql.artifact.isolation.enabled", false);
    // An adaptive plan numbers its stages as they come: with the number in the name, the same code
    // would be compiled for every number.
    builder.config("spark.sql.codegen.useIdInClassName", false);
    // A distribution's defaults often say Kryo, and the Kryo that Spark brings takes no records.
    builder.config("spark.serializer", "org.apache.spark.serializer.JavaSerializer");
    // Until it is reset, Java's serializer holds every object it has written: of rows that are kept
    // on disk, a hundred batches of some megabytes each.
    builder.config("spark.serializer.objectStreamReset", 10);
    // Spark's own pattern, and what Iceberg calls a password.
    builder.config("spark.redaction.regex", "(?i)secret|password|token|access[.]?key|credential");
    if (System.getProperty("spark.master") == null) {
      builder.master(environment.spark().getOrDefault("spark.master", "local[*]"));
    }
    return builder.getOrCreate();
  }

  private static boolean isOfASession(String key) {
    return key.startsWith("spark.sql.") && !STATIC.contains(key);
  }

  /**
   * Not among the settings for others: the files are the same without it, and others may not have
   * the class. The cache of file systems does not tell one class for a scheme from another.
   */
  private static Map<String, String> plainFiles(String catalog) {
    Map<String, String> settings = new TreeMap<>();
    settings.put(catalog + ".hadoop.fs.file.impl", PlainLocalFileSystem.class.getName());
    settings.put(catalog + ".hadoop.fs.file.impl.disable.cache", "true");
    // An Iceberg that is among Spark's own jars does not see the classes of an application.
    if (CatalogUtil.class.getClassLoader() == PlainFileIO.class.getClassLoader()) {
      settings.put(catalog + ".io-impl", PlainFileIO.class.getName());
    }
    return settings;
  }

  /** The settings with which a plain {@code spark-sql} reads the same tables. */
  public static Map<String, String> settings(Environment environment) {
    return settings(environment, CatalogProperties.of(environment.catalog()));
  }

  private static Map<String, String> settings(
      Environment environment, Map<String, String> catalogProperties) {
    Map<String, String> settings = new TreeMap<>();
    String catalog = "spark.sql.catalog." + environment.catalog().name();
    settings.put(
        "spark.sql.extensions",
        "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions");
    settings.put(catalog, "org.apache.iceberg.spark.SparkCatalog");
    catalogProperties.forEach((key, value) -> settings.put(catalog + "." + key, value));
    // A session must see at once what another process, or its own stream, committed.
    settings.put(catalog + ".cache-enabled", "false");
    settings.put("spark.sql.defaultCatalog", environment.catalog().name());
    // Days, hours and minutes are the warehouse's, whatever zone a machine is in.
    settings.put("spark.sql.session.timeZone", environment.timeZone().getId());
    settings.put("spark.sql.datetime.java8API.enabled", "true");
    settings.putAll(environment.spark());
    return settings;
  }

  private static void makeWarehouse(Path warehouse) {
    try {
      Files.createDirectories(warehouse);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create the warehouse folder " + warehouse, e);
    }
  }
}
