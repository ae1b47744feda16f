package io.tidemark.catalog;
import java.nio.file.Path;
import java.util.Map;
public record CatalogSettings(String name, Type type, Path warehouse, Map<String, String> properties) {
  public enum Type { EMBEDDED, ICEBERG }
}
