package io.tidemark.catalog;

import io.tidemark.catalog.config.Secrets;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where the tables are.
 *
 * @param name what SQL calls the catalog
 * @param type whether Tidemark keeps the catalog itself or joins one that is there
 * @param warehouse directory of an embedded catalog; {@code null} for any other
 * @param properties what an Iceberg catalog is opened with; empty for an embedded one
 */
public record CatalogSettings(
    String name, Type type, Path warehouse, Map<String, String> properties) {

  /** Who keeps the catalog. */
  public enum Type {
    /** Tidemark: files in a directory, for one machine. */
    EMBEDDED,
    /** Any catalog Iceberg can open: Hive Metastore, REST, JDBC. */
    ICEBERG
  }

  public CatalogSettings {
    properties = Map.copyOf(properties);
    if (type == Type.EMBEDDED && warehouse == null) {
      throw new IllegalArgumentException(
          "has no warehouse, which type embedded needs; write 'warehouse: .tidemark/warehouse'");
    }
    if (type == Type.EMBEDDED && !properties.isEmpty()) {
      throw new IllegalArgumentException(
          "has properties, which type embedded would not use; remove them or write 'type:"
              + " iceberg'");
    }
    if (type == Type.ICEBERG && warehouse != null) {
      throw new IllegalArgumentException(
          "has a warehouse, which type iceberg would not use; write it as properties.warehouse");
    }
    if (type == Type.ICEBERG && properties.isEmpty()) {
      throw new IllegalArgumentException(
          "has no properties, which type iceberg needs; write those of the catalog below"
              + " 'properties:', such as type, uri and warehouse");
    }
  }

  @Override
  public String toString() {
    return "CatalogSettings[name="
        + name
        + ", type="
        + type
        + ", warehouse="
        + warehouse
        + ", properties="
        + Secrets.redact(properties)
        + "]";
  }
}
