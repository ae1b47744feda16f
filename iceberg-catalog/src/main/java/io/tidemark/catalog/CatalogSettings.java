package io.tidemark.catalog;

import io.tidemark.catalog.config.Secrets;
import java.util.Map;
import java.util.Objects;

/**
 * Where the tables are.
 *
 * @param name what SQL calls the catalog
 * @param type what keeps the catalog
 * @param uri where it answers; {@code null} for an embedded one
 * @param warehouse where new tables are written: the directory of an embedded catalog, a location
 *     that every machine opens alike, or what a REST server calls it; {@code null} only for {@link
 *     Type#REST}
 * @param user who asks; {@code null} for nobody in particular
 * @param password the user's, or a bearer token where there is no user; {@code null} without one
 * @param properties what else Iceberg's catalog is opened with
 */
public record CatalogSettings(
    String name,
    Type type,
    String uri,
    String warehouse,
    String user,
    String password,
    Map<String, String> properties) {

  /** What keeps the catalog. Each is held to the same contract by the tests. */
  public enum Type {
    /** Files in a directory, for one machine. */
    EMBEDDED,
    /** A Hive Metastore, over thrift. */
    HIVE,
    /** A server of Iceberg's REST protocol. */
    REST,
    /** A database, through JDBC. */
    JDBC
  }

  public CatalogSettings {
    properties = Map.copyOf(properties);
    if (type != Type.EMBEDDED) {
      Objects.requireNonNull(uri, "uri");
    }
    if (type != Type.REST) {
      Objects.requireNonNull(warehouse, "warehouse");
    }
  }

  /** A catalog in a directory of this machine. */
  public static CatalogSettings embedded(String name, String directory) {
    return new CatalogSettings(name, Type.EMBEDDED, null, directory, null, null, Map.of());
  }

  @Override
  public String toString() {
    return "CatalogSettings[name="
        + name
        + ", type="
        + type
        + ", uri="
        + uri
        + ", warehouse="
        + warehouse
        + ", user="
        + user
        + ", password="
        + (password == null ? null : Secrets.redact("password", password))
        + ", properties="
        + Secrets.redact(properties)
        + "]";
  }
}
