package io.tidemark.reconciliation.explain;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.run.JobTables;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.JoinSpec;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.reconciliation.compare.DifferingKeys;
import io.tidemark.reconciliation.compare.Explainer;
import io.tidemark.reconciliation.compare.FewRows;
import io.tidemark.reconciliation.plan.JobResult;
import io.tidemark.reconciliation.plan.Pin;
import org.apache.spark.sql.SparkSession;

/**
 * Gives every key that differs its causes, with evidence. Many keys, and the rows behind them, stay
 * where Spark has them; the driver sees the sums, and the keys that are kept.
 */
public final class CauseExplainer implements Explainer {
  private final int few;
  private final JobCatalog jobs;
  private final SparkSession spark;
  private final RowExplainer rows;
  private final KeyExplainer keys;

  /**
   * Explains in a session.
   *
   * @param lake tables through the session that compares
   */
  public CauseExplainer(Lakehouse lake, JobCatalog jobs, JobTables tables) {
    this(lake, jobs, tables, FewRows.LIMIT);
  }

  /**
   * The same with another limit.
   *
   * @param few frames of so many rows are brought to the driver; 0 for none
   */
  public CauseExplainer(Lakehouse lake, JobCatalog jobs, JobTables tables, int few) {
    this.few = few;
    this.jobs = jobs;
    this.spark = lake.spark();
    DayInputs inputs = new DayInputs(lake);
    Origins origins = new Origins(lake, jobs);
    RowJudge judge = new RowJudge(lake, jobs, tables, inputs);
    InputRows read = new InputRows(lake, jobs, inputs, origins, judge);
    this.rows = new RowExplainer(lake, read, origins, judge);
    this.keys = new KeyExplainer(lake, jobs, tables, inputs, origins, read);
  }

  @Override
  public JobResult explain(JobSpec job, DifferingKeys differing, JobResult result) {
    if (job instanceof JoinSpec || isBehindJoin(job)) {
      // A row follows from two messages, and from what else is near them: no rule tells that yet.
      return result;
    }
    Pin pin = result.pin();
    try (Frames frames = new Frames(spark, few, differing.areFew())) {
      Explained explained =
          job instanceof TransformSpec transform
              ? rows.explain(transform, pin, differing.rows(), frames)
              : keys.explain((AggregateSpec) job, pin, differing.rows(), frames);
      return result.explained(
          explained.explanation(),
          new KeptKeys(spark, explained, differing.keys()).of(result.metrics()));
    }
  }

  private boolean isBehindJoin(JobSpec job) {
    return jobs.upstream(job).stream().anyMatch(JoinSpec.class::isInstance);
  }
}
