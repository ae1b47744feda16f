package io.tidemark.catalog.publish;

import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.map_entries;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;

import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;

/**
 * Rows held against others of the same columns, copy by copy. Spark's {@code EXCEPT ALL} would do,
 * were it not that it refuses maps: here they are compared as their entries, in order.
 */
final class RowCopies {
  private static final String ROW = "row__";
  private static final String COPY = "copy__";
  private static final String OTHER_ROW = "other_row__";
  private static final String OTHER_COPY = "other_copy__";

  private RowCopies() {}

  /** Each row as many times as it is there more often than among the others. */
  static Dataset<Row> without(Dataset<Row> rows, Dataset<Row> others) {
    Column same = col(ROW).eqNullSafe(col(OTHER_ROW)).and(col(COPY).equalTo(col(OTHER_COPY)));
    return numbered(rows, ROW, COPY)
        .join(
            numbered(others, OTHER_ROW, OTHER_COPY).select(OTHER_ROW, OTHER_COPY),
            same,
            "left_anti")
        .drop(ROW, COPY);
  }

  private static Dataset<Row> numbered(Dataset<Row> rows, String row, String copy) {
    Column whole =
        struct(
            Arrays.stream(rows.schema().fields())
                .map(field -> comparable(rows.col(quoted(field.name())), field.dataType()))
                .toArray(Column[]::new));
    return rows.withColumn(row, whole)
        .withColumn(copy, row_number().over(Window.partitionBy(row).orderBy(row)));
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  private static Column comparable(Column value, DataType type) {
    if (type instanceof MapType map) {
      return array_sort(
          transform(
              map_entries(value),
              entry ->
                  struct(
                      comparable(entry.getField("key"), map.keyType()),
                      comparable(entry.getField("value"), map.valueType()))));
    }
    if (type instanceof ArrayType array) {
      return transform(value, element -> comparable(element, array.elementType()));
    }
    if (type instanceof StructType fields) {
      return when(
          value.isNotNull(),
          struct(
              Arrays.stream(fields.fields())
                  .map(field -> comparable(value.getField(field.name()), field.dataType()))
                  .toArray(Column[]::new)));
    }
    return value;
  }
}
