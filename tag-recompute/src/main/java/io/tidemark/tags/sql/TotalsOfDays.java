package io.tidemark.tags.sql;

import io.tidemark.tags.attribute.plan.DayTotals;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.MetricType.Kind;
import io.tidemark.tags.table.HistoryColumns;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.connector.catalog.functions.AggregateFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.StructType;

/** {@link HistoryTotals} of metrics of known types. */
final class TotalsOfDays implements AggregateFunction<DayTotals, ArrayData> {
  private static final long serialVersionUID = 1L;

  private final ArrayList<MetricType> metrics;

  TotalsOfDays(List<MetricType> metrics) {
    this.metrics = new ArrayList<>(metrics);
  }

  @Override
  public String name() {
    return HistoryTotals.NAME;
  }

  @Override
  public String canonicalName() {
    return "io.tidemark." + HistoryTotals.NAME + metrics;
  }

  @Override
  public DataType[] inputTypes() {
    List<DataType> types = new ArrayList<>();
    types.add(DataTypes.createArrayType(DataTypes.DateType));
    metrics.forEach(type -> types.add(DataTypes.createArrayType(HistoryColumns.metricType(type))));
    return types.toArray(DataType[]::new);
  }

  @Override
  public DataType resultType() {
    StructType day =
        new StructType()
            .add("dt", DataTypes.DateType, false)
            .add("users", DataTypes.LongType, false);
    for (int metric = 0; metric < metrics.size(); metric++) {
      day = day.add("sum_" + (metric + 1), HistoryColumns.metricType(metrics.get(metric).ofSum()));
    }
    return DataTypes.createArrayType(day, false);
  }

  @Override
  public DayTotals newAggregationState() {
    return new DayTotals(metrics);
  }

  @Override
  public DayTotals update(DayTotals totals, InternalRow user) {
    if (user.isNullAt(0)) {
      return totals;
    }
    ArrayData days = user.getArray(0);
    ArrayData[] values = new ArrayData[metrics.size()];
    for (int metric = 0; metric < values.length; metric++) {
      values[metric] = user.isNullAt(metric + 1) ? null : user.getArray(metric + 1);
      if (values[metric] != null && values[metric].numElements() != days.numElements()) {
        throw new IllegalArgumentException(
            "%s: argument %d has %d values for %d days"
                .formatted(
                    HistoryTotals.NAME,
                    metric + 2,
                    values[metric].numElements(),
                    days.numElements()));
      }
    }
    for (int i = 0; i < days.numElements(); i++) {
      if (!days.isNullAt(i)) {
        add(totals, days.getInt(i), values, i);
      }
    }
    return totals;
  }

  private void add(DayTotals totals, int day, ArrayData[] values, int at) {
    totals.addUser(day);
    for (int metric = 0; metric < values.length; metric++) {
      if (values[metric] != null && !values[metric].isNullAt(at)) {
        MetricType type = metrics.get(metric);
        if (type.kind() == Kind.DOUBLE) {
          totals.add(metric, day, values[metric].getDouble(at));
        } else if (type.kind() == Kind.INTEGER) {
          totals.add(metric, day, values[metric].getLong(at));
        } else {
          Decimal value = values[metric].getDecimal(at, type.precision(), type.scale());
          if (type.isWide()) {
            totals.add(metric, day, value.toJavaBigDecimal().unscaledValue());
          } else {
            totals.add(metric, day, value.toUnscaledLong());
          }
        }
      }
    }
  }

  @Override
  public DayTotals merge(DayTotals one, DayTotals other) {
    return one.addAll(other);
  }

  @Override
  public ArrayData produceResult(DayTotals totals) {
    int[] days = totals.days();
    Object[] rows = new Object[days.length];
    for (int i = 0; i < days.length; i++) {
      Object[] row = new Object[2 + metrics.size()];
      row[0] = days[i];
      row[1] = totals.users(days[i]);
      for (int metric = 0; metric < metrics.size(); metric++) {
        row[2 + metric] = sum(totals, metric, days[i]);
      }
      rows[i] = new GenericInternalRow(row);
    }
    return new GenericArrayData(rows);
  }

  private Object sum(DayTotals totals, int metric, int day) {
    try {
      return inSpark(totals.sum(metric, day), metric);
    } catch (ArithmeticException e) {
      throw new ArithmeticException(
          "%s, argument %d, on %s: %s%s"
              .formatted(
                  HistoryTotals.NAME,
                  metric + 2,
                  LocalDate.ofEpochDay(day),
                  e.getMessage(),
                  metrics.get(metric).kind() == Kind.INTEGER
                      ? "; give it transform(VALUES, v -> CAST(v AS decimal(19,0)))"
                      : ""));
    }
  }

  private Object inSpark(Object sum, int metric) {
    if (sum instanceof BigDecimal decimal) {
      MetricType type = metrics.get(metric).ofSum();
      return Decimal.apply(decimal, type.precision(), type.scale());
    }
    return sum;
  }
}
