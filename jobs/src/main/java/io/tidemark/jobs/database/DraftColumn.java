package io.tidemark.jobs.database;

import io.tidemark.jobs.spec.ChangeColumns;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.SystemColumns;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A column of a table with the declaration that is suggested for it.
 *
 * @param name that is declared; {@code null} when it is left out
 * @param source the column at the source
 * @param type its type; its remark says why when the column is left out
 */
record DraftColumn(String name, DatabaseTable.Column source, DraftType type) {
  /** Those of a table, in its order. */
  static List<DraftColumn> of(DatabaseTable table) {
    Set<String> taken = new HashSet<>();
    List<DraftColumn> columns = new ArrayList<>();
    for (DatabaseTable.Column column : table.columns()) {
      DraftType type = DraftType.of(column);
      if (type.type() != null && column.generated()) {
        type = new DraftType(null, null, "generated: the log does not have it");
      } else if (type.type() != null && !column.name().matches(ColumnSpec.FIELD_NAME)) {
        type =
            new DraftType(null, null, "a name with a dot, or blank at an end, cannot be declared");
      }
      columns.add(
          new DraftColumn(type.type() == null ? null : free(column.name(), taken), column, type));
    }
    return columns;
  }

  boolean isDeclared() {
    return name != null;
  }

  /** The line in the job's file, without indentation; a comment when it is left out. */
  String line() {
    String remark = YamlText.comment(type.remark(), source.comment());
    if (!isDeclared()) {
      return "# left out: "
          + YamlText.oneLine(source.name() + " (" + source.type() + ")")
          + remark.replaceFirst("^ {3}# ", "; ");
    }
    boolean plain = type.format() == null && name.equals(source.name());
    StringBuilder line = new StringBuilder(name + ": ");
    if (plain) {
      line.append(type.type());
    } else {
      line.append("{ type: ").append(type.type());
      if (type.format() != null) {
        line.append(", format: ").append(type.format());
      }
      if (!name.equals(source.name())) {
        line.append(", path: ").append(YamlText.quoted(source.name()));
      }
      line.append(" }");
    }
    return line + remark;
  }

  private static String free(String column, Set<String> taken) {
    String wanted = YamlText.identifier(column);
    if (SystemColumns.contains(wanted)
        || ChangeColumns.TYPES.containsKey(wanted)
        || wanted.equals(ChangeColumns.BUCKET)
        || wanted.equals(ChangeColumns.IS_DELETED)) {
      wanted = "source_" + wanted;
    }
    String free = wanted.toLowerCase(Locale.ROOT);
    for (int i = 2; !taken.add(free); i++) {
      free = wanted + "_" + i;
    }
    return free;
  }
}
