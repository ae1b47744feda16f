package io.tidemark.jobs.cli;

import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;

/** Spark's rows as a person reads them: times in the session's zone, which is the warehouse's. */
public final class RowTable {
  private RowTable() {}

  /** The first rows, in their order: at most {@code limit}. */
  public static TextTable of(Dataset<Row> rows, int limit) {
    return fill(new TextTable(rows.columns()), rows, limit);
  }

  /** Likewise, of rows whose numbers are counts and amounts. */
  public static TextTable ofCounts(Dataset<Row> rows, int limit) {
    return fill(new TextTable(rows.columns()).ofCounts(), rows, limit);
  }

  private static TextTable fill(TextTable table, Dataset<Row> rows, int limit) {
    StructField[] fields = rows.schema().fields();
    // By position: an answer may have two columns of one name.
    String[] positions =
        IntStream.range(0, fields.length).mapToObj(i -> "c" + i).toArray(String[]::new);
    Dataset<Row> byPosition = rows.toDF(positions);
    Column[] readable =
        IntStream.range(0, fields.length)
            .mapToObj(i -> readable(byPosition.col(positions[i]), fields[i]))
            .toArray(Column[]::new);
    for (Row row : byPosition.select(readable).takeAsList(limit)) {
      table.add(IntStream.range(0, row.size()).mapToObj(row::get).toArray());
    }
    return table;
  }

  private static Column readable(Column column, StructField field) {
    return field.dataType() instanceof NumericType ? column : column.cast(DataTypes.StringType);
  }
}
