package io.tidemark.tags.attribute;

import io.tidemark.tags.attribute.plan.ResultParts;
import org.apache.spark.Partitioner;

/** Brings the cells of a part of the result together. */
final class PartPartitioner extends Partitioner {
  private static final long serialVersionUID = 1L;

  private final ResultParts parts;

  PartPartitioner(ResultParts parts) {
    this.parts = parts;
  }

  @Override
  public int numPartitions() {
    return parts.parts().size();
  }

  @Override
  public int getPartition(Object key) {
    CellKey cells = (CellKey) key;
    return parts.partOf(cells.set(), cells.chunk());
  }
}
