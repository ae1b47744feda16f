package io.tidemark.catalog.table;

import io.tidemark.catalog.config.Section;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Makes a {@link TableSpec} of its file. What needs other files, or the engine, is checked later.
 */
public final class TableSpecReader {
  /** Properties that follow from keys or that Tidemark cannot do without, with what to do. */
  private static final Map<String, String> OWN =
      Map.of(
          "comment", "write 'description' instead",
          "owner", "write 'owner' above instead",
          "format-version", "remove it",
          "write.distribution-mode", "write 'distribution' instead",
          "write.format.default", "remove it",
          "write.spark.accept-any-schema", "remove it");

  private static final Set<String> OWN_PREFIXES = Set.of("tidemark.");

  private TableSpecReader() {}

  /** The declaration, or {@code null} after a problem. */
  public static TableSpec read(Section file) {
    Map<String, Section> columns = file.get(TableKeys.COLUMNS);
    Map<String, String> properties = file.get(TableKeys.PROPERTIES);
    if (properties != null) {
      properties.forEach((name, value) -> checkProperty(file, name, value));
    }
    boolean sound = columns != null && columns.values().stream().allMatch(Section::sound);
    return !sound ? null : file.build(() -> spec(file, columns));
  }

  private static void checkProperty(Section file, String name, String value) {
    String remedy = OWN.get(name);
    if (remedy == null && OWN_PREFIXES.stream().anyMatch(name::startsWith)) {
      remedy = "remove it";
    }
    if (remedy != null) {
      file.refuse(
          TableKeys.PROPERTIES, name, value, "is a property that Tidemark sets itself; " + remedy);
    }
  }

  private static TableSpec spec(Section file, Map<String, Section> declared) {
    Map<String, TableSpec.Column> columns = new LinkedHashMap<>();
    declared.forEach((name, column) -> columns.put(name, column(column)));
    return new TableSpec(
        file.file(),
        file.get(TableKeys.TABLE),
        file.get(TableKeys.DESCRIPTION),
        file.get(TableKeys.OWNER),
        columns,
        file.get(TableKeys.KEYS_OF_ROWS),
        file.get(TableKeys.PARTITIONS),
        file.get(TableKeys.SORT),
        file.get(TableKeys.DISTRIBUTION),
        file.get(TableKeys.RETENTION),
        file.get(TableKeys.FRESHNESS),
        file.get(TableKeys.PROPERTIES));
  }

  private static TableSpec.Column column(Section section) {
    return new TableSpec.Column(
        section.get(TableKeys.COLUMN_TYPE),
        section.get(TableKeys.COLUMN_REQUIRED),
        section.get(TableKeys.COLUMN_COMMENT),
        section.get(TableKeys.COLUMN_RENAMED_FROM));
  }
}
