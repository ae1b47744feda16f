package io.tidemark.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;

/** Spark sessions that see the catalog of an environment. */
public final class Sessions {
  private Sessions() {}

  /** Opens a session, or returns the one this JVM has. */
  public static SparkSession open(Environment environment) {
    SparkSession.Builder builder = SparkSession.builder().appName("tidemark");
    settings(environment).forEach(builder::config);
    if (System.getProperty("spark.master") == null) {
      builder.master(environment.spark().getOrDefault("spark.master", "local[*]"));
    }
    return builder.getOrCreate();
  }

  /** The settings with which a plain {@code spark-sql} reads the same tables. */
  public static Map<String, String> settings(Environment environment) {
    Map<String, String> settings = new TreeMap<>();
    String catalog = "spark.sql.catalog." + environment.catalog().name();
    settings.put(
        "spark.sql.extensions",
        "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions");
    settings.put(catalog, "org.apache.iceberg.spark.SparkCatalog");
    catalogProperties(environment.catalog())
        .forEach((key, value) -> settings.put(catalog + "." + key, value));
    // A session must see at once what another process, or its own stream, committed.
    settings.put(catalog + ".cache-enabled", "false");
    settings.put("spark.sql.defaultCatalog", environment.catalog().name());
    // Days, hours and minutes are the warehouse's, whatever zone a machine is in.
    settings.put("spark.sql.session.timeZone", environment.timeZone().getId());
    settings.put("spark.sql.datetime.java8API.enabled", "true");
    settings.putAll(environment.spark());
    return settings;
  }

  private static Map<String, String> catalogProperties(CatalogSettings catalog) {
    if (catalog.type() == CatalogSettings.Type.ICEBERG) {
      return catalog.properties();
    }
    Path warehouse = catalog.warehouse().toAbsolutePath();
    try {
      Files.createDirectories(warehouse);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create the warehouse folder " + warehouse, e);
    }
    // SQLite takes one writer at a time: the others wait for it rather than fail.
    return Map.of(
        "type", "jdbc",
        "uri", "jdbc:sqlite:" + warehouse.resolve("catalog.db") + "?busy_timeout=60000",
        "jdbc.schema-version", "V1",
        "warehouse", warehouse.toString());
  }
}
