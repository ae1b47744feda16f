package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.ConfigurationException;
import io.tidemark.catalog.config.Problem;
import io.tidemark.jobs.plan.AggregateSql;
import io.tidemark.jobs.plan.JoinSql;
import io.tidemark.jobs.plan.LookupSql;
import io.tidemark.jobs.plan.MirrorSql;
import io.tidemark.jobs.plan.Sql;
import io.tidemark.jobs.plan.TransformSql;
import io.tidemark.jobs.spec.JoinSide;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.jobs.spec.TransformInput;
import io.tidemark.jobs.spec.TransformSpec;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
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

  /**
   * The declared SQL over ODS or DWD rows; what it looks up is given by {@link #lookUp}.
   *
   * @param inputs rows of each input that has some, at least one
   */
  Dataset<Row> transformed(TransformSql job, Map<TableName, Dataset<Row>> inputs) {
    return job.inputs().stream()
        .filter(input -> inputs.containsKey(input.table()))
        .map(
            input -> {
              Dataset<Row> made = transformed(job.input(), input, inputs.get(input.table()));
              return flattened(job, made, job::flattened);
            })
        .reduce(Dataset::unionByName)
        .orElseThrow();
  }

  /** The same of one input, without rows: what comes out, and how. No dimension is needed. */
  Dataset<Row> analysed(TransformSql job, TransformInput input, StructType columns) {
    Dataset<Row> made = transformed(job.inputWithoutLookups(), input, empty(columns));
    return flattened(job, made, job::flattenedWithoutRows);
  }

  /** SQL of rows made of arrays: of a view, its columns and the fields of an element. */
  private interface Flattening {
    String of(String view, List<String> columns, List<String> fields);
  }

  private Dataset<Row> flattened(TransformSql job, Dataset<Row> made, Flattening sql) {
    if (job.flatten() == null) {
      return made;
    }
    List<String> columns = List.of(made.columns());
    String column = job.flatten().column();
    if (!columns.contains(column)
        || !(made.schema().apply(column).dataType() instanceof ArrayType array)) {
      throw new ConfigurationException(
          List.of(
              new Problem(
                  "job " + job.name(),
                  "flatten.column",
                  column,
                  "is not an array among the columns of the SQL's result; its columns are "
                      + made.schema().sql())));
    }
    List<String> fields =
        array.elementType() instanceof StructType struct ? List.of(struct.fieldNames()) : List.of();
    made.createOrReplaceTempView("made");
    return lake.spark().sql(sql.of("made", columns, fields));
  }

  private Dataset<Row> transformed(String inputSql, TransformInput input, Dataset<Row> raw) {
    raw.createOrReplaceTempView("raw");
    lake.spark().sql(inputSql).createOrReplaceTempView("input");
    return lake.spark().sql(input.sql());
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

  /** Of the rows of a table those whose key a micro-batch has: mostly few. */
  Dataset<Row> looked(TransformSql job, Dataset<Row> rows, Dataset<Row> written) {
    rows.createOrReplaceTempView("rows");
    written.createOrReplaceTempView("kept");
    return lake.spark().sql(job.looked());
  }

  /**
   * Each key's first received row of a micro-batch, where it came before the one that the table
   * has, and what it takes back.
   *
   * @param looked what the table has of these keys
   */
  Correction corrected(TransformSql job, Dataset<Row> rows, Dataset<Row> looked) {
    rows.createOrReplaceTempView("rows");
    looked.createOrReplaceTempView("looked");
    lake.spark().sql(job.firstOfMicroBatch()).createOrReplaceTempView("firsts");
    return new Correction(lake.spark().sql(job.earlier()), lake.spark().sql(job.takenBack()));
  }

  /**
   * What a micro-batch makes of a table from which duplicates are dropped.
   *
   * @param added rows to write
   * @param takenBack rows that were written, and are to be written once more as taken back; with
   *     all columns of the table but the mark
   */
  record Correction(Dataset<Row> added, Dataset<Row> takenBack) {
    /** All of it in the columns of the table. */
    Dataset<Row> rows(TransformSpec job) {
      return asWritten(job, added).unionByName(withMark(takenBack, true));
    }

    /** Rows of a transform that take none back, in the columns of its table. */
    static Dataset<Row> asWritten(TransformSpec job, Dataset<Row> rows) {
      Dataset<Row> marked = job.takesBack() ? withMark(rows, false) : rows;
      return job.corrects() ? marked.withColumn(SystemColumns.REVISION, lit(0)) : marked;
    }

    /** Rows with the column that says whether they take others back. */
    static Dataset<Row> withMark(Dataset<Row> rows, boolean takesBack) {
      return rows.withColumn(SystemColumns.TAKES_BACK, lit(takesBack));
    }
  }

  /**
   * What a side of a join makes of ODS rows with {@link JoinSql#NEW}.
   *
   * @param cuts of sealed days, the numbers that rows behind them have at least
   */
  Dataset<Row> sideOf(JoinSide side, Dataset<Row> ods, SortedMap<LocalDate, Long> cuts) {
    ods.createOrReplaceTempView("raw");
    lake.spark().sql(JoinSql.input(cuts)).createOrReplaceTempView("input");
    return lake.spark().sql(side.sql());
  }

  /** The same without rows: what comes out. */
  Dataset<Row> analysed(JoinSide side, StructType ods) {
    return sideOf(side, JoinRows.marked(empty(ods), false), new TreeMap<>());
  }

  /** By what rows of a micro-batch, of both sides, may have partners. */
  Dataset<Row> keys(JoinSql job, Dataset<Row> left, Dataset<Row> right) {
    Column[] on =
        job.spec().on().stream().map(column -> col(Sql.name(column))).toArray(Column[]::new);
    left.select(on).union(right.select(on)).createOrReplaceTempView("rows");
    return lake.spark().sql(job.keys());
  }

  /** Of rows that were there before, those that have one of the keys. */
  Dataset<Row> touched(JoinSql job, Dataset<Row> known, Dataset<Row> keys) {
    known.createOrReplaceTempView("known");
    keys.createOrReplaceTempView("keys");
    return lake.spark().sql(job.touched());
  }

  /** The rows of a join. */
  Dataset<Row> joined(JoinSql job, Dataset<Row> left, Dataset<Row> right) {
    return lake.spark().sql(job.joined("left_rows", "right_rows", columns(job, left, right)));
  }

  /** What a micro-batch changes of them. */
  Dataset<Row> delta(JoinSql job, Dataset<Row> left, Dataset<Row> right) {
    return lake.spark().sql(job.delta(columns(job, left, right)));
  }

  private static JoinSql.Columns columns(JoinSql job, Dataset<Row> left, Dataset<Row> right) {
    left.createOrReplaceTempView("left_rows");
    right.createOrReplaceTempView("right_rows");
    return new JoinSql.Columns(job.spec(), List.of(left.columns()), List.of(right.columns()));
  }

  /** All versions of what a history holds. */
  Dataset<Row> versions(MirrorSql history, String name, Dataset<Row> changes) {
    return over(Map.of(name, changes), history.read(name));
  }

  /** Rows of a table of which some are taken back: those that stand, with their revision. */
  Dataset<Row> standing(TransformSql job, Dataset<Row> written) {
    written.createOrReplaceTempView("written");
    return lake.spark().sql(job.standing("written", List.of(written.columns())));
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
