package io.tidemark.catalog.table;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.table.TableChange.Consent;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * What has to be done to a table, in order; nothing when it is as declared.
 *
 * @param table the table
 * @param changes the steps
 */
public record TablePlan(TableName table, List<TableChange> changes) {
  public TablePlan {
    changes = changes.stream().sorted(Comparator.comparing(TableChange::kind)).toList();
  }

  /** Whether the table is as declared. */
  public boolean isEmpty() {
    return changes.isEmpty();
  }

  /** The changes that cannot be made, or not without a flag. */
  public List<TableChange> refused(Collection<String> allowed) {
    return changes.stream()
        .filter(
            change ->
                change.consent() == Consent.IMPOSSIBLE
                    || change.consent() == Consent.NAMED && !allowed.contains(change.id()))
        .toList();
  }
}
