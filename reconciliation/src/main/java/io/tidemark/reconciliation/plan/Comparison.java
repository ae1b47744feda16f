package io.tidemark.reconciliation.plan;

import java.util.List;
import java.util.Optional;

/** How a job's two sides are compared, whatever views of the sides it is asked about. */
public interface Comparison {
  /** The rows of a side as hashes: equal sets of rows have equal hashes, others do not. */
  HashedRows hashed(String view);

  /** Where the totals of each metric come from, in order of the metrics. */
  List<MetricTotal> totals();

  /**
   * Both sides key by key.
   *
   * @param only which keys are looked at; nothing for all
   */
  SideBySide of(String streamView, String batchView, Optional<Only> only);
}
