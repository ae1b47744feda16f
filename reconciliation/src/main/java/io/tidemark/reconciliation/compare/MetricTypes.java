package io.tidemark.reconciliation.compare;

import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.Closeness;
import io.tidemark.reconciliation.plan.AggregateComparison;
import io.tidemark.reconciliation.plan.MetricColumn;
import io.tidemark.reconciliation.plan.MetricColumn.Type;
import io.tidemark.reconciliation.plan.TransformComparison;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.VariantType;

/** From the engine's types to how values are compared. */
public final class MetricTypes {
  private MetricTypes() {}

  private static MetricColumn column(
      StructType schema, String name, String total, Optional<Closeness> closeness) {
    DataType type = schema.apply(name).dataType();
    int scale = type instanceof DecimalType decimal ? decimal.scale() : 0;
    return new MetricColumn(name, typeOf(type), scale, total, closeness);
  }

  /**
   * The metrics of an aggregate that are compared, in order.
   *
   * @param shown the columns that a reader of its table sees
   */
  public static List<MetricColumn> of(AggregateSpec job, StructType shown) {
    return AggregateComparison.metrics(job).stream()
        .map(
            name ->
                column(
                    shown,
                    name,
                    AggregateComparison.total(job, name),
                    job.reconcile().of(name).closeness()))
        .toList();
  }

  private static Type typeOf(DataType type) {
    if (type instanceof DecimalType decimal) {
      return decimal.precision() <= MetricColumn.EXACT_DIGITS ? Type.EXACT : Type.WIDE;
    }
    if (type.equals(DataTypes.DoubleType) || type.equals(DataTypes.FloatType)) {
      return Type.FLOATING;
    }
    boolean integer =
        List.of(DataTypes.ByteType, DataTypes.ShortType, DataTypes.IntegerType, DataTypes.LongType)
            .contains(type);
    return integer ? Type.WHOLE : Type.ORDERED;
  }

  /** The columns of a transform. */
  public static List<TransformComparison.Column> columns(StructType schema) {
    return Arrays.stream(schema.fields())
        .map(field -> new TransformComparison.Column(field.name(), isScalar(field)))
        .toList();
  }

  private static boolean isScalar(StructField field) {
    DataType type = field.dataType();
    return !(type instanceof ArrayType
        || type instanceof MapType
        || type instanceof StructType
        || type instanceof VariantType);
  }
}
