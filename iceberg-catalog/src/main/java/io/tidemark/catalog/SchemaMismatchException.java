package io.tidemark.catalog;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** A table's columns are not those that its job declares. */
public final class SchemaMismatchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private SchemaMismatchException(String message) {
    super(message);
  }

  /** Compares names and types; nullability and order do not matter. */
  static void check(TableName table, StructType actual, StructType declared) {
    List<String> differences = new ArrayList<>();
    for (StructField field : declared.fields()) {
      if (!List.of(actual.fieldNames()).contains(field.name())) {
        differences.add("declared but not in the table: " + describe(field));
      } else if (!actual.apply(field.name()).dataType().equals(field.dataType())) {
        differences.add(
            "declared "
                + describe(field)
                + ", in the table "
                + describe(actual.apply(field.name())));
      }
    }
    for (StructField field : actual.fields()) {
      if (!List.of(declared.fieldNames()).contains(field.name())) {
        differences.add("in the table but not declared: " + describe(field));
      }
    }
    if (!differences.isEmpty()) {
      throw new SchemaMismatchException(
          "table "
              + table
              + " does not have the columns its job declares ("
              + String.join("; ", differences)
              + "). Change the declaration back, alter the table to match, or give the job another"
              + " output");
    }
  }

  private static String describe(StructField field) {
    return field.name() + " " + field.dataType().sql().toLowerCase(java.util.Locale.ROOT);
  }
}
