package io.tidemark.catalog.table;

import io.tidemark.catalog.TableName;
import java.util.Optional;
import org.apache.iceberg.Table;

/** Where tables are looked up and created. */
public interface TableStore {
  /** The table as it is now; nothing when there is none. */
  Optional<Table> find(TableName table);

  /**
   * Creates a table that was not there.
   *
   * @throws org.apache.iceberg.exceptions.AlreadyExistsException when somebody else did
   */
  void create(DeclaredTable table);
}
