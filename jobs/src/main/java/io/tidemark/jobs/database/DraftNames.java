package io.tidemark.jobs.database;

import io.tidemark.catalog.NamingRules;
import io.tidemark.catalog.NamingRules.Layer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * What a source's jobs and tables are called: {@code ods.SOURCE_TABLE_change} and {@code
 * dwd.SOURCE_TABLE}, the schema before the table when there are several. What a layer's limit does
 * not hold is cut, and ends with a checksum of the whole; so does what another table is called.
 */
final class DraftNames {
  static final String CHANGES = "ods";
  static final String MIRRORS = "dwd";
  static final String SUFFIX = "_change";

  private final String source;
  private final boolean withSchema;
  private final int longest;
  private final Map<String, String> owners;

  /**
   * @param declared the tables whose changes jobs read, {@code schema.name} by name of the job
   */
  DraftNames(
      String source, List<String> schemas, NamingRules rules, Map<String, String> declared) {
    this.source = source;
    this.withSchema = schemas.size() > 1;
    this.owners = new HashMap<>(declared);
    this.longest = Math.min(limit(rules, MIRRORS), limit(rules, CHANGES) - SUFFIX.length());
  }

  private static int limit(NamingRules rules, String layer) {
    Layer found = rules.layers().get(layer);
    return found == null ? Integer.MAX_VALUE : found.maxLength();
  }

  /** The name of a table's mirror, which no other table has, here or in what is declared. */
  String of(DatabaseTable table) {
    String name = wanted(table);
    if (owner(name, table).isPresent()) {
      name = cut(whole(table), table);
    }
    owners.put(changeJob(name), table.qualified());
    return name;
  }

  /** The other table that is called as a table is wanted to be. */
  Optional<String> rival(DatabaseTable table) {
    return owner(wanted(table), table);
  }

  /** What a table is called unless another one is. */
  String wanted(DatabaseTable table) {
    String whole = whole(table);
    return whole.length() <= longest ? whole : cut(whole, table);
  }

  static String changeJob(String name) {
    return CHANGES + "_" + name + SUFFIX;
  }

  private Optional<String> owner(String name, DatabaseTable except) {
    return Optional.ofNullable(owners.get(changeJob(name)))
        .filter(owner -> !owner.equals(except.qualified()));
  }

  private String whole(DatabaseTable table) {
    return source
        + "_"
        + (withSchema ? YamlText.identifier(table.schema()) + "_" : "")
        + YamlText.identifier(table.name());
  }

  private String cut(String whole, DatabaseTable table) {
    CRC32 sum = new CRC32();
    sum.update(table.qualified().getBytes(StandardCharsets.UTF_8));
    String end = "_" + String.format(Locale.ROOT, "%08x", sum.getValue());
    return whole.substring(0, Math.min(whole.length(), longest - end.length())) + end;
  }
}
