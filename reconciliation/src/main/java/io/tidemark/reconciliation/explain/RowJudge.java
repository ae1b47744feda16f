package io.tidemark.reconciliation.explain;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.run.JobTables;
import io.tidemark.jobs.run.LookedUp;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.reconciliation.compare.MetricTypes;
import io.tidemark.reconciliation.plan.Pin;
import io.tidemark.reconciliation.plan.RowCauseSql;
import io.tidemark.reconciliation.plan.RowSides;
import io.tidemark.reconciliation.plan.TransformComparison;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Judges rows of a transform that differ by the messages and dead letters that stand where they
 * come from.
 */
final class RowJudge {
  static final String KEYS = "explain_row_keys";
  static final String UPSTREAM = "explain_upstream";
  static final String JUDGED = "explain_judged";
  private static final String TABLE_ROWS = "explain_union_rows";
  private static final String ODS = "explain_ods";
  private static final String LETTER_TABLE = "explain_letter_table";
  private static final String PLACES = "explain_places";
  private static final String MESSAGES = "explain_messages";
  private static final String LETTERS = "explain_letters";

  private final SparkSession spark;
  private final JobCatalog jobs;
  private final JobTables tables;
  private final DayInputs inputs;

  RowJudge(Lakehouse lake, JobCatalog jobs, JobTables tables, DayInputs inputs) {
    this.spark = lake.spark();
    this.jobs = jobs;
    this.tables = tables;
    this.inputs = inputs;
  }

  /** Rows of a transform's table as readers see them. */
  Dataset<Row> shown(TransformSpec job, Dataset<Row> written) {
    if (job.view().isEmpty()) {
      return written;
    }
    written.createOrReplaceTempView(TABLE_ROWS);
    return spark.sql(tables.readSql(job, TABLE_ROWS));
  }

  /** How rows of a transform are compared. */
  TransformComparison comparison(TransformSpec job) {
    return new TransformComparison(job, MetricTypes.columns(tables.shown(job)));
  }

  /**
   * Shows what each place in Kafka has to say of a difference as the view {@link #JUDGED}. The keys
   * that differ are in the view {@link #KEYS}, and what their rows came with in {@link #UPSTREAM}.
   */
  RowCauseSql judge(
      TransformSpec job,
      Pin pin,
      Origins.Origin origin,
      RowSides sides,
      String mainChanges,
      String offlineChanges,
      Frames frames) {
    LookedUp lookedUp = tables.lookedUp(job);
    RowCauseSql sql =
        new RowCauseSql(
            comparison(job),
            origin.definitions(),
            origin.dimensions(),
            lookedUp.columns(),
            lookedUp.rows(),
            mainChanges,
            offlineChanges);
    frames.keep(PLACES, spark.sql(sql.places(sides, KEYS)));
    List<IngestSpec> roots = jobs.roots(job);
    inputs.messages(roots, pin).createOrReplaceTempView(ODS);
    inputs.letters(roots).createOrReplaceTempView(LETTER_TABLE);
    frames.show(MESSAGES, spark.sql(RowCauseSql.messages(ODS, PLACES)));
    frames.show(LETTERS, spark.sql(RowCauseSql.letters(LETTER_TABLE, PLACES)));
    spark.sql(sql.judged(PLACES, MESSAGES, LETTERS, UPSTREAM)).createOrReplaceTempView(JUDGED);
    return sql;
  }
}
