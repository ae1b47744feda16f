package io.tidemark.catalog.table;

import io.tidemark.catalog.table.TableChange.Consent;
import io.tidemark.catalog.table.TableChange.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StructType;

/** The changes of columns, at any depth. Columns are told apart by name, and renamed by id. */
final class SchemaPlanner {
  private final DeclaredTable declared;
  private final Table table;
  private final List<TableChange> changes = new ArrayList<>();

  /** Path of a field in the table to the name that it gets. */
  private final Map<String, String> renames = new TreeMap<>();

  SchemaPlanner(DeclaredTable declared, Table table) {
    this.declared = declared;
    this.table = table;
  }

  List<TableChange> changes() {
    compare("", declared.schema().asStruct(), table.schema().asStruct());
    return changes;
  }

  /** The name a column of the table has once its renaming is done. */
  String nameAfterwards(String column) {
    return renames.getOrDefault(column, column);
  }

  private void compare(String prefix, StructType wanted, StructType actual) {
    Set<String> met = new HashSet<>();
    for (NestedField field : wanted.fields()) {
      String path = prefix + field.name();
      NestedField there = actual.field(field.name());
      NestedField before = before(path, there, actual);
      if (there == null && before == null) {
        add(path, field);
      } else if (there == null) {
        rename(prefix, before, field);
        met.add(before.name());
        compare(path, field, before);
      } else {
        met.add(there.name());
        compare(path, field, there);
      }
    }
    actual.fields().stream()
        .filter(field -> !met.contains(field.name()))
        .forEach(field -> drop(prefix + field.name(), field));
  }

  private NestedField before(String path, NestedField there, StructType actual) {
    String from = declared.renamedFrom().get(path);
    return there != null || from == null ? null : actual.field(from);
  }

  private void rename(String prefix, NestedField from, NestedField to) {
    renames.put(prefix + from.name(), to.name());
    // By its path in the table, where it still has the old name.
    changes.add(
        new TableChange(
            Kind.RENAME_COLUMN,
            declared.name(),
            prefix + from.name(),
            to.name(),
            "rename column %s to %s".formatted(prefix + from.name(), to.name()),
            Consent.NONE,
            true));
  }

  private void add(String path, NestedField field) {
    String what = "add column %s %s".formatted(path, ColumnTypes.text(field.type()));
    Optional<String> now = renamedTo(path);
    if (field.isRequired()) {
      change(
          Kind.ADD_COLUMN,
          path,
          what
              + ", required: the rows that are there have no value for it; declare it without"
              + " 'required'",
          Consent.IMPOSSIBLE,
          true);
    } else if (now.isPresent()) {
      change(
          Kind.ADD_COLUMN,
          path,
          what
              + ", a new one: the column that had this name is now %s and keeps its rows"
                  .formatted(now.get()),
          Consent.NAMED,
          true);
    } else {
      change(Kind.ADD_COLUMN, path, what, Consent.NONE, false);
    }
  }

  /** What a column is called now that had this name before. */
  private Optional<String> renamedTo(String path) {
    return table.schemas().values().stream()
        .map(schema -> schema.findField(path))
        .filter(field -> field != null)
        .map(field -> table.schema().findColumnName(field.fieldId()))
        .filter(name -> name != null)
        .findFirst();
  }

  private void drop(String path, NestedField field) {
    String what = "drop column %s %s".formatted(path, ColumnTypes.text(field.type()));
    boolean partitions =
        table.specs().values().stream()
            .flatMap(spec -> spec.fields().stream())
            .map(PartitionField::sourceId)
            .anyMatch(id -> id == field.fieldId());
    if (partitions) {
      change(
          Kind.DROP_COLUMN,
          path,
          what
              + ": files of the table are partitioned by it, and could not be read any more; keep the"
              + " column",
          Consent.IMPOSSIBLE,
          field.isRequired());
    } else {
      change(
          Kind.DROP_COLUMN,
          path,
          what + " and the values it has",
          Consent.NAMED,
          field.isRequired());
    }
  }

  private void compare(String path, NestedField wanted, NestedField actual) {
    compare(path, wanted.type(), actual.type());
    if (wanted.isOptional() && actual.isRequired()) {
      change(Kind.MAKE_OPTIONAL, path, "let column %s be NULL".formatted(path), Consent.NONE, true);
    } else if (wanted.isRequired() && actual.isOptional()) {
      change(
          Kind.MAKE_REQUIRED,
          path,
          "require column %s: rows that are there may have no value for it; declare it without"
                  .formatted(path)
              + " 'required'",
          Consent.IMPOSSIBLE,
          false);
    }
    String comment = wanted.doc();
    if (comment != null && !comment.equals(actual.doc() == null ? "" : actual.doc())) {
      change(
          Kind.COMMENT_COLUMN,
          path,
          comment.isEmpty()
              ? "remove the comment of column " + path
              : "comment column %s: %s".formatted(path, comment),
          Consent.NONE,
          false);
    }
  }

  private void compare(String path, Type wanted, Type actual) {
    if (wanted.isStructType() && actual.isStructType()) {
      compare(path + ".", wanted.asStructType(), actual.asStructType());
    } else if (wanted.isListType() && actual.isListType()) {
      compare(
          path + ".element", wanted.asListType().elementType(), actual.asListType().elementType());
    } else if (wanted.isMapType() && actual.isMapType() && sameKeys(wanted, actual)) {
      compare(path + ".value", wanted.asMapType().valueType(), actual.asMapType().valueType());
    } else if (!wanted.isPrimitiveType() || !actual.isPrimitiveType()) {
      incompatible(path, wanted, actual);
    } else if (!wanted.equals(actual)) {
      primitive(path, wanted, actual);
    }
  }

  private static boolean sameKeys(Type wanted, Type actual) {
    String key = ColumnTypes.text(wanted.asMapType().keyType());
    return key.equals(ColumnTypes.text(actual.asMapType().keyType()));
  }

  private void primitive(String path, Type wanted, Type actual) {
    if (TypeUtil.isPromotionAllowed(actual, wanted.asPrimitiveType())) {
      change(
          Kind.WIDEN_COLUMN,
          path,
          "widen column %s from %s to %s"
              .formatted(path, ColumnTypes.text(actual), ColumnTypes.text(wanted)),
          Consent.NONE,
          true);
    } else if (TypeUtil.isPromotionAllowed(wanted, actual.asPrimitiveType())) {
      // A job goes on: what it writes fits. Widening was done for another definition of it.
      change(
          Kind.CHANGE_TYPE,
          path,
          "narrow column %s from %s to %s: its values may not fit; declare it %s"
              .formatted(
                  path,
                  ColumnTypes.text(actual),
                  ColumnTypes.text(wanted),
                  ColumnTypes.text(actual)),
          Consent.IMPOSSIBLE,
          false);
    } else {
      incompatible(path, wanted, actual);
    }
  }

  private void incompatible(String path, Type wanted, Type actual) {
    change(
        Kind.CHANGE_TYPE,
        path,
        "make column %s of %s %s: Iceberg does not read one as the other; give the new column another"
                .formatted(path, ColumnTypes.text(actual), ColumnTypes.text(wanted))
            + " name, or declare it "
            + ColumnTypes.text(actual),
        Consent.IMPOSSIBLE,
        true);
  }

  private void change(Kind kind, String subject, String text, Consent consent, boolean stopsJob) {
    changes.add(new TableChange(kind, declared.name(), subject, "", text, consent, stopsJob));
  }
}
