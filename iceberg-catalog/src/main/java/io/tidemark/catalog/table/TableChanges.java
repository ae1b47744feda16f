package io.tidemark.catalog.table;

import io.tidemark.catalog.table.TableChange.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdatePartitionSpec;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Makes the changes of a plan in one transaction of the table: all of them, or none. Rows and
 * markers are not touched, because none of this makes a snapshot.
 */
final class TableChanges {
  private static final Set<Kind> RENAMES = EnumSet.of(Kind.RENAME_COLUMN);
  private static final Set<Kind> COLUMNS =
      EnumSet.of(Kind.ADD_COLUMN, Kind.WIDEN_COLUMN, Kind.MAKE_OPTIONAL, Kind.COMMENT_COLUMN);
  private static final Set<Kind> PARTITIONS = EnumSet.of(Kind.ADD_PARTITION, Kind.DROP_PARTITION);
  private static final Set<Kind> DROPS = EnumSet.of(Kind.DROP_COLUMN);
  private static final Set<Kind> SORT = EnumSet.of(Kind.SORT);
  private static final Set<Kind> PROPERTIES = EnumSet.of(Kind.SET_PROPERTY, Kind.REMOVE_PROPERTY);

  /** Changes of what only declarations set. */
  private static final Set<Kind> MANAGED =
      EnumSet.of(Kind.SORT, Kind.SET_PROPERTY, Kind.REMOVE_PROPERTY);

  private final DeclaredTable declared;
  private final List<TableChange> changes;

  private TableChanges(DeclaredTable declared, List<TableChange> changes) {
    this.declared = declared;
    this.changes = changes;
  }

  /**
   * Commits changes that were planned on the table of a transaction.
   *
   * @throws org.apache.iceberg.exceptions.CommitFailedException when the table has changed since
   */
  static void commit(DeclaredTable declared, Transaction all, List<TableChange> changes) {
    new TableChanges(declared, changes).commit(all);
  }

  private void commit(Transaction all) {
    // Each name as the step before left it: a column is renamed first, so that what is declared of
    // it finds it.
    of(RENAMES)
        .forEach(
            change -> all.updateSchema().renameColumn(change.subject(), change.value()).commit());
    columns(all);
    partitions(all);
    if (!of(SORT).isEmpty()) {
      var order = all.replaceSortOrder();
      declared.sort().forEach(term -> term.addTo(order));
      order.commit();
    }
    drops(all);
    properties(all);
    all.commitTransaction();
  }

  private void columns(Transaction all) {
    if (of(COLUMNS).isEmpty()) {
      return;
    }
    UpdateSchema update = all.updateSchema();
    for (TableChange change : of(COLUMNS)) {
      String path = change.subject();
      NestedField field = declared.schema().findField(path);
      switch (change.kind()) {
        case ADD_COLUMN -> {
          int dot = path.lastIndexOf('.');
          update.addColumn(
              dot < 0 ? null : path.substring(0, dot), field.name(), field.type(), field.doc());
        }
        case WIDEN_COLUMN -> update.updateColumn(path, field.type().asPrimitiveType());
        case MAKE_OPTIONAL -> update.makeColumnOptional(path);
        default -> update.updateColumnDoc(path, field.doc().isEmpty() ? null : field.doc());
      }
    }
    update.commit();
  }

  private void partitions(Transaction all) {
    if (of(PARTITIONS).isEmpty()) {
      return;
    }
    UpdatePartitionSpec update = all.updateSpec();
    for (TableChange change : of(PARTITIONS)) {
      if (change.kind() == Kind.DROP_PARTITION) {
        update.removeField(change.subject());
      } else {
        update.addField(PartitionTerm.parse(change.subject()).term());
      }
    }
    update.commit();
  }

  private void drops(Transaction all) {
    if (!of(DROPS).isEmpty()) {
      UpdateSchema update = all.updateSchema();
      of(DROPS).forEach(change -> update.deleteColumn(change.subject()));
      update.commit();
    }
  }

  private void properties(Transaction all) {
    boolean managed =
        !of(MANAGED).isEmpty()
            && !declared.managed().equals(all.table().properties().get(DeclaredTable.MANAGED));
    if (of(PROPERTIES).isEmpty() && !managed) {
      return;
    }
    UpdateProperties update = all.updateProperties();
    for (TableChange change : of(PROPERTIES)) {
      if (change.kind() == Kind.SET_PROPERTY) {
        update.set(change.subject(), declared.properties().get(change.subject()));
      } else {
        update.remove(change.subject());
      }
    }
    if (managed) {
      update.set(DeclaredTable.MANAGED, declared.managed());
    }
    update.commit();
  }

  private List<TableChange> of(Set<Kind> kinds) {
    return changes.stream().filter(change -> kinds.contains(change.kind())).toList();
  }
}
