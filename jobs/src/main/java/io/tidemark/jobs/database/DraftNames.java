package io.tidemark.jobs.database;

import io.tidemark.catalog.NamingRules;
import io.tidemark.catalog.NamingRules.Layer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * What a source's jobs and tables are called: {@code ods.SOURCE_TABLE_change} and {@code
 * dwd.SOURCE_TABLE}, the schema before the table when there are several. What a layer's limit does
 * not hold is cut, and ends with a checksum of the whole.
 */
final class DraftNames {
  static final String CHANGES = "ods";
  static final String MIRRORS = "dwd";
  static final String SUFFIX = "_change";

  private final String source;
  private final boolean withSchema;
  private final int longest;
  private final Set<String> taken = new HashSet<>();

  DraftNames(String source, List<String> schemas, NamingRules rules) {
    this.source = source;
    this.withSchema = schemas.size() > 1;
    this.longest = Math.min(limit(rules, MIRRORS), limit(rules, CHANGES) - SUFFIX.length());
  }

  private static int limit(NamingRules rules, String layer) {
    Layer found = rules.layers().get(layer);
    return found == null ? Integer.MAX_VALUE : found.maxLength();
  }

  /** The name of a table's mirror, which no other table has. */
  String of(DatabaseTable table) {
    String whole =
        source
            + "_"
            + (withSchema ? YamlText.identifier(table.schema()) + "_" : "")
            + YamlText.identifier(table.name());
    String name = whole.length() <= longest ? whole : cut(whole, table);
    if (!taken.add(name)) {
      name = cut(whole, table);
      taken.add(name);
    }
    return name;
  }

  private String cut(String whole, DatabaseTable table) {
    CRC32 sum = new CRC32();
    sum.update(table.qualified().getBytes(StandardCharsets.UTF_8));
    String end = "_" + String.format(Locale.ROOT, "%08x", sum.getValue());
    return whole.substring(0, Math.min(whole.length(), longest - end.length())) + end;
  }
}
