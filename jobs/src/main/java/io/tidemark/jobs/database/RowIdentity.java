package io.tidemark.jobs.database;

import io.tidemark.jobs.database.DatabaseTable.Identity;
import io.tidemark.jobs.database.DatabaseTable.UniqueKey;
import java.util.List;
import java.util.Optional;

/**
 * By what a table's rows are told apart, and what has to be done to the table so that its log has
 * it. Without an identity PostgreSQL refuses the application's updates and deletes as soon as the
 * table is published.
 *
 * @param key columns; empty when nothing tells rows apart
 * @param change what follows {@code ALTER TABLE name}; {@code null} when the table is as needed
 * @param remark for a person, when there is something to know
 */
record RowIdentity(List<String> key, String change, String remark) {
  private static final String NO_KEY =
      "No primary key and no unique index over NOT NULL columns: nothing tells its rows apart, so"
          + " there is no mirror, only the table of changes. An update is there as the delete of the"
          + " old row and the update to the new one.";

  static RowIdentity of(DatabaseTable table) {
    Optional<UniqueKey> key = table.keys().stream().filter(UniqueKey::primary).findFirst();
    if (table.identity() == Identity.INDEX) {
      // The log has the columns of this index and no others, whatever the primary key is.
      return table.keys().stream()
          .filter(UniqueKey::identity)
          .findFirst()
          .map(index -> new RowIdentity(index.columns(), null, byIndex(index)))
          .orElseGet(() -> full(table));
    }
    if (key.isPresent()) {
      boolean nothing = table.identity() == Identity.NOTHING;
      return new RowIdentity(
          key.get().columns(),
          nothing ? "REPLICA IDENTITY DEFAULT" : null,
          nothing ? "Its REPLICA IDENTITY is NOTHING, which is to be changed first." : "");
    }
    if (table.keys().isEmpty()) {
      return full(table);
    }
    UniqueKey index = table.keys().get(0);
    return new RowIdentity(
        index.columns(),
        table.identity() == Identity.FULL
            ? null
            : "REPLICA IDENTITY USING INDEX " + SqlNames.quoted(index.index()),
        byIndex(index));
  }

  private static RowIdentity full(DatabaseTable table) {
    boolean full = table.identity() == Identity.FULL;
    return new RowIdentity(List.of(), full ? null : "REPLICA IDENTITY FULL", NO_KEY);
  }

  private static String byIndex(UniqueKey index) {
    return index.primary()
        ? ""
        : "No primary key is used: the unique index " + index.index() + " tells its rows apart.";
  }
}
