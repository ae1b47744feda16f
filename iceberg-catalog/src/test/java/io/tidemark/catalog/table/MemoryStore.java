package io.tidemark.catalog.table;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.MemoryTable;
import io.tidemark.catalog.commit.MemoryTable.Fault;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;

/** Tables in memory, whose commits go wrong when a test says so. */
final class MemoryStore implements TableStore {
  private static final Map<String, String> DEFAULTS =
      Map.of("format-version", "2", "commit.retry.min-wait-ms", "1");

  private final InMemoryCatalog catalog = new InMemoryCatalog();
  private final Deque<Fault> faults = new ArrayDeque<>();

  MemoryStore() {
    catalog.initialize("memory", Map.of());
    catalog.createNamespace(Namespace.of("dwd"));
  }

  /** What the next commits of changes meet, one each. */
  void next(Fault... each) {
    faults.addAll(Arrays.asList(each));
  }

  /** The table, as somebody else sees it. */
  Table table(TableName name) {
    return catalog.loadTable(TableIdentifier.of(name.layer(), name.name()));
  }

  @Override
  public Optional<Table> find(TableName name) {
    TableIdentifier identifier = TableIdentifier.of(name.layer(), name.name());
    return catalog.tableExists(identifier)
        ? Optional.of(MemoryTable.unreliable(table(name), faults))
        : Optional.empty();
  }

  @Override
  public void create(DeclaredTable table) {
    table.create(catalog, DEFAULTS);
  }
}
