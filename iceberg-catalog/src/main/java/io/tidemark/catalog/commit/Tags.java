package io.tidemark.catalog.commit;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.iceberg.ManageSnapshots;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.jdbc.UncheckedSQLException;

/**
 * Tags of a table, made beside writers that do not rest. A commit and its tag are two steps: what a
 * crash between them leaves behind is found by whoever comes next, from what the commit says of
 * itself.
 */
public final class Tags {
  private static final int MAX_ATTEMPTS = 50;

  private Tags() {}

  /**
   * Makes the tags that are missing, all in one step. Iceberg gives up on a tag when any other
   * commit comes in between, a stream's for example; then they are looked for again, and so they
   * are when the answer is lost. Behind this call the refreshed table has them all.
   *
   * @param missing tag to snapshot, from the refreshed table; asked until there is none
   */
  public static void create(Table table, Supplier<Map<String, Long>> missing) {
    table.refresh();
    Map<String, Long> tags = missing.get();
    for (int attempt = 1; !tags.isEmpty(); attempt++) {
      try {
        ManageSnapshots change = table.manageSnapshots();
        tags.forEach(change::createTag);
        change.commit();
      } catch (CommitFailedException
          | ValidationException
          | IllegalArgumentException
          | CommitStateUnknownException
          | UncheckedSQLException e) {
        if (attempt == MAX_ATTEMPTS) {
          throw e;
        }
      }
      table.refresh();
      tags = missing.get();
    }
  }
}
