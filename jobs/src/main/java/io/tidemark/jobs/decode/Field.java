package io.tidemark.jobs.decode;

import io.tidemark.jobs.spec.ColumnSpec;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A declared field of a message: the columns it fills, or the declared fields inside it. The root
 * stands for the message itself.
 */
final class Field implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Position among all declared fields, for telling a repeated one. */
  final int id;

  /** As declared: names joined by dots. */
  final String path;

  final Map<String, Field> inside = new HashMap<>();

  /** Indexes of the columns filled from here; more than one may read the same field. */
  int[] columns = {};

  private Field(int id, String path) {
    this.id = id;
    this.path = path;
  }

  /** The fields that {@code columns} name, as one tree. */
  static Field tree(List<ColumnSpec> columns) {
    Field root = new Field(0, "");
    int fields = 1;
    for (int column = 0; column < columns.size(); column++) {
      Field field = root;
      for (String name : columns.get(column).path().split("\\.", -1)) {
        Field parent = field;
        String path = parent == root ? name : parent.path + "." + name;
        field = parent.inside.get(name);
        if (field == null) {
          field = new Field(fields++, path);
          parent.inside.put(name, field);
        }
      }
      field.columns = Arrays.copyOf(field.columns, field.columns.length + 1);
      field.columns[field.columns.length - 1] = column;
    }
    root.refuseValuesWithFields();
    return root;
  }

  /** The number of fields in this tree. */
  int size() {
    return 1 + inside.values().stream().mapToInt(Field::size).sum();
  }

  private void refuseValuesWithFields() {
    if (columns.length > 0 && !inside.isEmpty()) {
      throw new IllegalArgumentException(
          "path '"
              + path
              + "' is read as a value and as an object with the field '"
              + inside.keySet().iterator().next()
              + "'; a message can have only one of them");
    }
    inside.values().forEach(Field::refuseValuesWithFields);
  }
}
