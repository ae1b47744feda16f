package io.tidemark.catalog;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A catalog's settings as the properties of Trino's Iceberg connector, for {@code
 * etc/catalog/NAME.properties}. Where files are and how they are opened is Trino's own affair
 * ({@code fs.s3.enabled} and the like), but for the files of one machine.
 */
public final class TrinoProperties {
  private static final String JDBC = "iceberg.jdbc-catalog.";
  private static final String REST = "iceberg.rest-catalog.";

  private TrinoProperties() {}

  /** The properties, {@code connector.name} first. */
  public static Map<String, String> of(CatalogSettings catalog) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("connector.name", "iceberg");
    switch (catalog.type()) {
      case EMBEDDED ->
          jdbc(properties, catalog, "org.sqlite.JDBC", CatalogProperties.sqlite(catalog));
      case JDBC -> jdbc(properties, catalog, "org.postgresql.Driver", catalog.uri());
      case HIVE -> {
        properties.put("iceberg.catalog.type", "hive_metastore");
        properties.put("hive.metastore.uri", catalog.uri());
      }
      case REST -> rest(properties, catalog);
    }
    if (isLocal(catalog)) {
      properties.put("fs.local.enabled", "true");
      properties.put("local.location", "/");
    }
    return properties;
  }

  private static void jdbc(
      Map<String, String> properties, CatalogSettings catalog, String driver, String uri) {
    properties.put("iceberg.catalog.type", "jdbc");
    properties.put(JDBC + "driver-class", driver);
    properties.put(JDBC + "connection-url", uri);
    put(properties, JDBC + "connection-user", catalog.user());
    put(properties, JDBC + "connection-password", catalog.password());
    // The same in Spark, where it is the catalog's name: rows of the database are found by it.
    properties.put(JDBC + "catalog-name", catalog.name());
    properties.put(JDBC + "default-warehouse-dir", CatalogProperties.location(catalog));
  }

  private static void rest(Map<String, String> properties, CatalogSettings catalog) {
    properties.put("iceberg.catalog.type", "rest");
    properties.put(REST + "uri", catalog.uri());
    put(properties, REST + "warehouse", catalog.warehouse());
    if (catalog.password() != null) {
      properties.put(REST + "security", "OAUTH2");
      properties.put(
          REST + (catalog.user() == null ? "oauth2.token" : "oauth2.credential"),
          catalog.user() == null ? catalog.password() : catalog.user() + ":" + catalog.password());
    }
  }

  private static boolean isLocal(CatalogSettings catalog) {
    String location = CatalogProperties.location(catalog);
    return location != null && location.startsWith("file:");
  }

  private static void put(Map<String, String> properties, String key, String value) {
    if (value != null) {
      properties.put(key, value);
    }
  }
}
