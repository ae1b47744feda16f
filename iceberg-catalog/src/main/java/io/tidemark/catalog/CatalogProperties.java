package io.tidemark.catalog;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** A catalog's settings as the properties that Iceberg opens it with. */
final class CatalogProperties {
  private static final String CONNECT_SECONDS = "10";
  private static final String ANSWER_SECONDS = "60";

  private CatalogProperties() {}

  static Map<String, String> of(CatalogSettings catalog) {
    Map<String, String> properties = new TreeMap<>(defaults(catalog));
    properties.putAll(catalog.properties());
    properties.put("type", typeOf(catalog));
    if (catalog.type() == CatalogSettings.Type.EMBEDDED) {
      // SQLite takes one writer at a time: the others wait for it rather than fail.
      properties.put("uri", sqlite(catalog) + "?busy_timeout=60000");
      properties.put("warehouse", location(catalog));
    } else {
      properties.put("uri", catalog.uri());
      put(properties, "warehouse", catalog.warehouse());
    }
    properties.putAll(credentials(catalog));
    return properties;
  }

  /** Where tables are: a directory as a URI, because Trino opens no path without a scheme. */
  static String location(CatalogSettings catalog) {
    return catalog.type() == CatalogSettings.Type.EMBEDDED
        ? "file:" + catalog.warehouse()
        : catalog.warehouse();
  }

  /** The database of an embedded catalog. */
  static String sqlite(CatalogSettings catalog) {
    return "jdbc:sqlite:" + Path.of(catalog.warehouse()).resolve("catalog.db");
  }

  private static String typeOf(CatalogSettings catalog) {
    return switch (catalog.type()) {
      case EMBEDDED, JDBC -> "jdbc";
      case HIVE -> "hive";
      case REST -> "rest";
    };
  }

  /** The clients' own limits are minutes, or none. */
  private static Map<String, String> defaults(CatalogSettings catalog) {
    return switch (catalog.type()) {
      case EMBEDDED -> Map.of("jdbc.schema-version", "V1");
      case HIVE ->
          Map.of(
              // Without the lock two processes lose each other's commits, and nobody is told.
              "hadoop.iceberg.engine.hive.lock-enabled",
              "true",
              "hadoop.hive.metastore.client.socket.timeout",
              ANSWER_SECONDS + "s");
      case REST ->
          Map.of(
              "rest.client.connection-timeout-ms", CONNECT_SECONDS + "000",
              "rest.client.socket-timeout-ms", ANSWER_SECONDS + "000");
      case JDBC ->
          Map.of(
              // The first version of the schema holds no views.
              "jdbc.schema-version", "V1",
              "jdbc.connectTimeout", CONNECT_SECONDS,
              "jdbc.socketTimeout", ANSWER_SECONDS);
    };
  }

  private static Map<String, String> credentials(CatalogSettings catalog) {
    Map<String, String> credentials = new TreeMap<>();
    if (catalog.type() == CatalogSettings.Type.JDBC) {
      put(credentials, "jdbc.user", catalog.user());
      put(credentials, "jdbc.password", catalog.password());
    } else if (catalog.type() == CatalogSettings.Type.REST && catalog.user() != null) {
      credentials.put("credential", catalog.user() + ":" + catalog.password());
    } else if (catalog.type() == CatalogSettings.Type.REST) {
      put(credentials, "token", catalog.password());
    }
    return credentials;
  }

  private static void put(Map<String, String> properties, String key, String value) {
    if (value != null) {
      properties.put(key, value);
    }
  }
}
