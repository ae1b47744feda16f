package io.tidemark.jobs.database;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a capture that runs needs to take more tables.
 *
 * @param source its name
 * @param tables those to be added
 */
record AddedTables(String source, List<DraftTable> tables) {
  /** What the owner of the tables runs. */
  List<String> sql() {
    String publication = "ALTER PUBLICATION " + SqlNames.quoted(DatabaseDraft.slot(source));
    List<String> sql = new ArrayList<>();
    if (tables.stream().anyMatch(table -> table.table().partitioned())) {
      // A publication that was made without says whose partition changed, and not which table.
      sql.add(publication + " SET (publish_via_partition_root = true);");
    }
    for (DraftTable table : tables) {
      ConnectorDraft.identityOf(table).ifPresent(sql::add);
      sql.add(publication + " ADD TABLE " + SqlNames.quoted(table.table()) + ";");
    }
    return sql;
  }

  /**
   * The messages that have their rows read which were there before, {@code key;value}, by what they
   * are for. A connector makes its first snapshot once: of tables that it is told of later it takes
   * the changes.
   */
  Map<String, List<String>> signals() {
    Map<String, List<String>> signals = new LinkedHashMap<>();
    String where = "message on " + source + ".signal, once the connector runs with them";
    signals.put(where, signal(DraftTable::hasMirror));
    // A row that is written meanwhile is in the log and in the snapshot, and no key makes it one.
    signals.put(
        where + ", while nobody writes to them: no key", signal(table -> !table.hasMirror()));
    return signals;
  }

  private List<String> signal(Predicate<DraftTable> which) {
    String names =
        tables.stream()
            .filter(which)
            .map(table -> '"' + ConnectorDraft.pattern(table) + '"')
            .collect(Collectors.joining(","));
    return names.isEmpty()
        ? List.of()
        : List.of(
            source
                + ";{\"type\":\"execute-snapshot\","
                + "\"data\":{\"type\":\"blocking\",\"data-collections\":["
                + names
                + "]}}");
  }
}
