package io.tidemark.catalog;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.transform_values;
import static org.apache.spark.sql.functions.when;

import org.apache.iceberg.Schema;
import org.apache.iceberg.spark.SparkSchemaUtil;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StructType;
import org.apache.spark.sql.Column;

/**
 * Turns rows in one schema of a table into rows in another schema of the same table. Columns are
 * matched by Iceberg's field ids, at any depth: a renamed one is found, one that the rows do not
 * have is NULL, and a narrower one is widened.
 */
public final class Projection {
  private Projection() {}

  /**
   * The columns to select.
   *
   * @param from schema of the rows
   * @param to schema wanted
   */
  public static Column[] between(Schema from, Schema to) {
    StructType source = from.asStruct();
    return to.columns().stream()
        .map(
            field ->
                value(field, source, name -> col("`" + name.replace("`", "``") + "`"))
                    .as(field.name()))
        .toArray(Column[]::new);
  }

  private interface Child {
    Column named(String name);
  }

  private static Column value(NestedField field, StructType source, Child child) {
    NestedField own = source.field(field.fieldId());
    return own == null
        ? lit(null).cast(SparkSchemaUtil.convert(field.type()))
        : value(child.named(own.name()), own.type(), field.type());
  }

  private static Column value(Column column, Type from, Type to) {
    if (from.equals(to)) {
      return column;
    }
    if (from.isStructType() && to.isStructType()) {
      Column[] fields =
          to.asStructType().fields().stream()
              .map(field -> value(field, from.asStructType(), column::getField).as(field.name()))
              .toArray(Column[]::new);
      return when(column.isNotNull(), struct(fields));
    }
    if (from.isListType() && to.isListType()) {
      Type element = from.asListType().elementType();
      return transform(column, each -> value(each, element, to.asListType().elementType()));
    }
    if (from.isMapType() && to.isMapType()) {
      Types.MapType map = from.asMapType();
      return transform_values(
          column, (key, each) -> value(each, map.valueType(), to.asMapType().valueType()));
    }
    // What is wider than wanted stays as wide: whether a value fits is for a cast to say that
    // somebody asked for.
    boolean widens =
        to.isPrimitiveType() && TypeUtil.isPromotionAllowed(from, to.asPrimitiveType());
    return widens ? column.cast(SparkSchemaUtil.convert(to)) : column;
  }
}
