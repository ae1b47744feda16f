package io.tidemark.reconciliation.explain;

import io.tidemark.reconciliation.plan.Explanation;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Why the keys of a day differ.
 *
 * @param explanation per metric and cause; the parts add up to the difference
 * @param keys the keys that differ, in columns of their names; for metric i {@code causes__i}, from
 *     the cause to its part as text, and {@code evidence}, sentences for a person. It may hold
 *     millions, and stays where Spark has put it until {@link #close}
 * @param kept frames to release
 */
public record Explained(Explanation explanation, Dataset<Row> keys, List<Dataset<Row>> kept)
    implements AutoCloseable {
  public Explained {
    kept = List.copyOf(kept);
  }

  @Override
  public void close() {
    kept.forEach(Dataset::unpersist);
  }
}
