package io.tidemark.reconciliation.explain;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.run.JobTables;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.reconciliation.compare.DifferingKeys;
import io.tidemark.reconciliation.compare.Explainer;
import io.tidemark.reconciliation.plan.JobResult;
import io.tidemark.reconciliation.plan.Pin;

/**
 * Gives every key that differs its causes, with evidence. The keys, and the rows behind them, stay
 * where Spark has them; the driver sees the sums, and the keys that are kept.
 */
public final class CauseExplainer implements Explainer {
  private final RowExplainer rows;
  private final KeyExplainer keys;

  /**
   * Explains in a session.
   *
   * @param lake tables through the session that compares
   */
  public CauseExplainer(Lakehouse lake, JobCatalog jobs, JobTables tables) {
    this.rows = new RowExplainer(lake, jobs, tables);
    this.keys = new KeyExplainer(lake, jobs, tables, rows);
  }

  @Override
  public JobResult explain(JobSpec job, DifferingKeys differing, JobResult result) {
    Pin pin = result.pin();
    try (Explained explained =
        job instanceof TransformSpec transform
            ? rows.explain(transform, pin, differing.rows())
            : keys.explain((AggregateSpec) job, pin, differing.rows())) {
      return result.explained(
          explained.explanation(), new KeptKeys(explained, differing.keys()).of(result.metrics()));
    }
  }
}
