package io.tidemark.jobs.database;

import java.util.ArrayList;
import java.util.List;

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
}
