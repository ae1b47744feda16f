package io.tidemark.compaction.retain;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.compaction.retain.plan.Locations;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;

/**
 * Every table of a catalog, by name: each may be a reader of the others, or keep its files among
 * theirs.
 *
 * @param tables those that could be loaded
 * @param unreadable those that could not, and why
 */
public record CatalogTables(SortedMap<String, Table> tables, SortedMap<String, String> unreadable) {
  /** Loads all tables. */
  public static CatalogTables load(Lakehouse lake) {
    SortedMap<String, Table> tables = new TreeMap<>();
    SortedMap<String, String> unreadable = new TreeMap<>();
    for (TableIdentifier name : lake.listTables()) {
      try {
        tables.put(name.toString(), lake.load(name));
      } catch (NoSuchTableException dropped) {
        tables.remove(name.toString());
      } catch (RuntimeException e) {
        unreadable.put(name.toString(), String.valueOf(e.getMessage()));
      }
    }
    return new CatalogTables(tables, unreadable);
  }

  /** Tables that Tidemark has made. */
  SortedMap<String, Table> ofTidemark() {
    SortedMap<String, Table> own = new TreeMap<>(tables);
    own.values().removeIf(table -> !table.properties().containsKey(Lakehouse.TIME_ZONE));
    return own;
  }

  /** Where all of them keep their files. */
  Locations locations() {
    Locations locations = new Locations();
    tables.forEach((name, table) -> locations.add(name, table.location(), table.properties()));
    return locations;
  }
}
