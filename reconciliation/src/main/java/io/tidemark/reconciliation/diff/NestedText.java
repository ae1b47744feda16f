package io.tidemark.reconciliation.diff;

import io.tidemark.jobs.plan.Sql;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * SQL that writes a nested value as text, so that equal values give equal texts: entries of maps
 * stand in the order of their keys, and fields of structs in that of their names.
 */
final class NestedText {
  private NestedText() {}

  /** The text of a value of this type, with {@code %1$s} for the value. NULLs inside are kept. */
  static String of(DataType type) {
    return "to_json(named_struct('v', "
        + sorted("%1$s", type, 0)
        + "), map('ignoreNullFields', 'false'))";
  }

  private static String sorted(String value, DataType type, int depth) {
    if (!hasOrder(type)) {
      return value;
    }
    if (type instanceof MapType map) {
      String entry = "entry" + depth;
      return """
          transform(array_sort(map_entries(%1$s), (a%2$d, b%2$d) ->
            CASE WHEN a%2$d.key < b%2$d.key THEN -1 WHEN a%2$d.key > b%2$d.key THEN 1 ELSE 0 END),
            %3$s -> named_struct('key', %4$s, 'value', %5$s))"""
          .formatted(
              value,
              depth,
              entry,
              sorted(entry + ".key", map.keyType(), depth + 1),
              sorted(entry + ".value", map.valueType(), depth + 1));
    }
    if (type instanceof ArrayType array) {
      String element = "element" + depth;
      return "transform(%s, %s -> %s)"
          .formatted(value, element, sorted(element, array.elementType(), depth + 1));
    }
    String fields =
        Arrays.stream(((StructType) type).fields())
            .sorted(Comparator.comparing(StructField::name))
            .map(field -> field(value, field, depth))
            .collect(Collectors.joining(", "));
    return "CASE WHEN %s IS NOT NULL THEN named_struct(%s) END".formatted(value, fields);
  }

  private static String field(String value, StructField field, int depth) {
    String name = field.name().replace("%", "%%");
    return Sql.text(name)
        + ", "
        + sorted("(" + value + ")." + Sql.name(name), field.dataType(), depth + 1);
  }

  /** Whether values that are equal may be written in several ways. */
  private static boolean hasOrder(DataType type) {
    return type instanceof MapType
        || type instanceof StructType
        || type instanceof ArrayType array && hasOrder(array.elementType());
  }
}
