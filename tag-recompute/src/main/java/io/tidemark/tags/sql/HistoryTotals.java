package io.tidemark.tags.sql;

import io.tidemark.tags.history.MetricType;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.connector.catalog.functions.BoundFunction;
import org.apache.spark.sql.connector.catalog.functions.UnboundFunction;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * {@code history_totals(days, metric, ...)}: adds up the rows of users in a group. It takes the
 * array of days and any number of arrays of a metric beside it, and gives an array of {@code (dt,
 * users, sum_1, sum_2, ...)} in the order of the days, without exploding a row.
 */
final class HistoryTotals implements UnboundFunction {
  static final String NAME = "history_totals";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return NAME
        + "(days, metric, ...): of the users in a group, by day, how many were active and the sum of"
        + " each metric, as an array of (dt, users, sum_1, ...)";
  }

  @Override
  public BoundFunction bind(StructType arguments) {
    if (arguments.isEmpty() || !isArrayOf(arguments.fields()[0], DataTypes.DateType)) {
      throw new UnsupportedOperationException(
          "the first argument is the array of days, array<date>" + found(arguments, 0));
    }
    List<MetricType> metrics = new ArrayList<>();
    for (int i = 1; i < arguments.size(); i++) {
      metrics.add(metric(arguments, i));
    }
    return new TotalsOfDays(metrics);
  }

  private static boolean isArrayOf(StructField argument, DataType element) {
    return argument.dataType() instanceof ArrayType array && array.elementType().equals(element);
  }

  private static MetricType metric(StructType arguments, int place) {
    if (arguments.fields()[place].dataType() instanceof ArrayType array) {
      DataType element = array.elementType();
      if (element.equals(DataTypes.LongType)
          || element.equals(DataTypes.IntegerType)
          || element.equals(DataTypes.ShortType)
          || element.equals(DataTypes.ByteType)) {
        return MetricType.INTEGER;
      }
      if (element.equals(DataTypes.DoubleType) || element.equals(DataTypes.FloatType)) {
        return MetricType.DOUBLE;
      }
      if (element instanceof DecimalType decimal) {
        return MetricType.decimal(decimal.precision(), decimal.scale());
      }
    }
    throw new UnsupportedOperationException(
        "a metric is an array of numbers" + found(arguments, place));
  }

  private static String found(StructType arguments, int place) {
    return place < arguments.size()
        ? "; argument %d is %s".formatted(place + 1, arguments.fields()[place].dataType().sql())
        : "; there is none";
  }
}
