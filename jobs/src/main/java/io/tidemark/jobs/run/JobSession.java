package io.tidemark.jobs.run;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.plan.AggregateSql;
import io.tidemark.jobs.plan.LookupSql;
import io.tidemark.jobs.plan.TransformSql;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * A session of one job's own, so that the views of jobs that run side by side cannot meet. Here the
 * SQL of {@code io.tidemark.jobs.plan} becomes frames; stream and batch share these lines.
 */
final class JobSession {
  private final Lakehouse lake;

  JobSession(Lakehouse lake) {
    this.lake = lake.newSession();
  }

  Lakehouse lake() {
    return lake;
  }

  /** The declared SQL over ODS or DWD rows; what it looks up is given by {@link #lookUp}. */
  Dataset<Row> transformed(TransformSql job, Dataset<Row> input) {
    return transformed(job, job.input(), input);
  }

  /** The same over a frame without rows: what comes out, and how. No dimension is needed. */
  Dataset<Row> analysed(TransformSql job, StructType input) {
    return transformed(job, job.inputWithoutLookups(), empty(input));
  }

  private Dataset<Row> transformed(TransformSql job, String inputSql, Dataset<Row> raw) {
    raw.createOrReplaceTempView("raw");
    lake.spark().sql(inputSql).createOrReplaceTempView("input");
    return lake.spark().sql(job.declared());
  }

  /** Puts the rows of a dimension where a transform of this session finds them. */
  void lookUp(LookupSql lookup, Dataset<Row> dimension) {
    dimension.createOrReplaceTempView(lookup.dimension());
    lake.spark().sql(lookup.rows()).createOrReplaceTempView(lookup.view());
  }

  /** Some keys that a dimension has more than once, and how often. */
  List<Row> repeatedKeys(LookupSql lookup) {
    return lake.spark().sql(lookup.repeatedKeys()).collectAsList();
  }

  /** Of rows that share a key, the first received. */
  Dataset<Row> firstReceived(TransformSql job, Dataset<Row> rows) {
    if (!job.dedupes()) {
      return rows;
    }
    rows.createOrReplaceTempView("candidates");
    return lake.spark().sql(job.firstReceived("candidates"));
  }

  /** Rows of a micro-batch whose key the table does not hold, each key's first received. */
  Dataset<Row> unseen(TransformSql job, Dataset<Row> rows, Dataset<Row> kept) {
    rows.createOrReplaceTempView("rows");
    kept.createOrReplaceTempView("kept");
    lake.spark().sql(job.firstOfMicroBatch()).createOrReplaceTempView("firsts");
    return lake.spark().sql(job.unseen());
  }

  /** The plain GROUP BY. */
  Dataset<Row> aggregated(AggregateSql job, Dataset<Row> input) {
    input.createOrReplaceTempView("input");
    return lake.spark().sql(job.batch());
  }

  /** SQL over the view {@code input}. */
  Dataset<Row> overInput(String sql, Dataset<Row> input) {
    input.createOrReplaceTempView("input");
    return lake.spark().sql(sql);
  }

  /** SQL over views of these names. */
  Dataset<Row> over(Map<String, Dataset<Row>> views, String sql) {
    views.forEach((name, rows) -> rows.createOrReplaceTempView(name));
    return lake.spark().sql(sql);
  }

  /** SQL over two views, {@code input} and {@code earlier}. */
  Dataset<Row> delta(String sql, Dataset<Row> input, Dataset<Row> earlier) {
    input.createOrReplaceTempView("input");
    earlier.createOrReplaceTempView("earlier");
    return lake.spark().sql(sql);
  }

  /** SQL that reads a table, over the view {@code stored} that has its columns and no row. */
  Dataset<Row> read(StructType stored, String sql) {
    empty(stored).createOrReplaceTempView("stored");
    return lake.spark().sql(sql);
  }

  Dataset<Row> empty(StructType schema) {
    return lake.spark().createDataFrame(List.of(), schema);
  }
}
