package io.tidemark.reconciliation.diff;

import io.tidemark.reconciliation.plan.MetricColumn;
import io.tidemark.reconciliation.plan.MetricColumn.Type;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.VariantType;

/**
 * How a column of two sides is made comparable where its types differ.
 *
 * @param type what the values are once both have been made the same
 * @param scale digits after the point of decimals
 * @param left what is made of the left value, with {@code %1$s} for it
 * @param right the same of the right
 */
record CommonType(Type type, int scale, String left, String right) {
  private static final List<DataType> WHOLE =
      List.of(DataTypes.ByteType, DataTypes.ShortType, DataTypes.IntegerType, DataTypes.LongType);
  private static final List<DataType> FLOATING = List.of(DataTypes.FloatType, DataTypes.DoubleType);
  private static final List<DataType> TIMES =
      List.of(DataTypes.DateType, DataTypes.TimestampType, DataTypes.TimestampNTZType);
  private static final int DIGITS_OF_LONG = 19;
  private static final int MOST_DIGITS = 38;

  /**
   * The common type, or nothing when values of one mean nothing beside values of the other.
   *
   * @param measured whether the values have to be numbers, because a tolerance is given
   */
  static Optional<CommonType> of(DataType left, DataType right, boolean measured) {
    if (isNumber(left) && isNumber(right)) {
      return Optional.of(numbers(left, right));
    }
    boolean text = left instanceof StringType;
    boolean otherText = right instanceof StringType;
    if (measured) {
      boolean readable = (text || isNumber(left)) && (otherText || isNumber(right));
      return readable
          ? Optional.of(new CommonType(Type.FLOATING, 0, asNumber(text), asNumber(otherText)))
          : Optional.empty();
    }
    if (isNested(left) || isNested(right)) {
      return left.getClass().equals(right.getClass())
          ? Optional.of(new CommonType(Type.ORDERED, 0, NestedText.of(left), NestedText.of(right)))
          : Optional.empty();
    }
    if (text && otherText || left.equals(right)) {
      return Optional.of(new CommonType(Type.ORDERED, 0, "%1$s", "%1$s"));
    }
    if (TIMES.contains(left) && TIMES.contains(right)) {
      String time = "CAST(%1$s AS TIMESTAMP)";
      return Optional.of(new CommonType(Type.ORDERED, 0, time, time));
    }
    if (text && !right.equals(DataTypes.BinaryType)) {
      return Optional.of(new CommonType(Type.ORDERED, 0, asText(right), "CAST(%1$s AS STRING)"));
    }
    return otherText && !left.equals(DataTypes.BinaryType)
        ? Optional.of(new CommonType(Type.ORDERED, 0, "CAST(%1$s AS STRING)", asText(left)))
        : Optional.empty();
  }

  private static CommonType numbers(DataType left, DataType right) {
    if (FLOATING.contains(left) || FLOATING.contains(right)) {
      return same(Type.FLOATING, 0, "DOUBLE");
    }
    if (WHOLE.contains(left) && WHOLE.contains(right)) {
      return same(Type.WHOLE, 0, "BIGINT");
    }
    int scale = Math.max(scale(left), scale(right));
    int digits = Math.max(whole(left), whole(right)) + scale;
    if (digits > MOST_DIGITS) {
      return same(Type.FLOATING, 0, "DOUBLE");
    }
    return same(
        digits <= MetricColumn.EXACT_DIGITS ? Type.EXACT : Type.WIDE,
        scale,
        "DECIMAL(" + digits + ", " + scale + ")");
  }

  private static CommonType same(Type type, int scale, String sql) {
    String cast = "CAST(%1$s AS " + sql + ")";
    return new CommonType(type, scale, cast, cast);
  }

  /** As the other type writes it; a text that the other type cannot read stays what it is. */
  private static String asText(DataType other) {
    return "COALESCE(CAST(try_cast(%1$s AS " + other.sql() + ") AS STRING), %1$s)";
  }

  /** A text that is no number is no number. */
  private static String asNumber(boolean text) {
    return text
        ? "COALESCE(try_cast(%1$s AS DOUBLE), CASE WHEN %1$s IS NOT NULL THEN DOUBLE('NaN') END)"
        : "CAST(%1$s AS DOUBLE)";
  }

  private static boolean isNumber(DataType type) {
    return WHOLE.contains(type) || FLOATING.contains(type) || type instanceof DecimalType;
  }

  private static boolean isNested(DataType type) {
    return type instanceof ArrayType
        || type instanceof MapType
        || type instanceof StructType
        || type instanceof VariantType;
  }

  private static int scale(DataType type) {
    return type instanceof DecimalType decimal ? decimal.scale() : 0;
  }

  private static int whole(DataType type) {
    return type instanceof DecimalType decimal
        ? decimal.precision() - decimal.scale()
        : DIGITS_OF_LONG;
  }
}
