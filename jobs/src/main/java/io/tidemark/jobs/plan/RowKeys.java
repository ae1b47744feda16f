package io.tidemark.jobs.plan;

import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.ChangeColumns;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.JoinSpec;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.jobs.spec.TransformSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The columns that tell the rows of a job's table apart; of an aggregate, those of its view. */
public final class RowKeys {
  private RowKeys() {}

  /**
   * The columns; none where a transform keeps every row, and of a join: NULLs are among its places.
   */
  public static List<String> of(JobSpec job) {
    if (job instanceof IngestSpec ingest) {
      List<String> message =
          List.of(SystemColumns.TOPIC, SystemColumns.PARTITION, SystemColumns.OFFSET);
      return ingest.payload().isChangeLog()
          ? Stream.concat(message.stream(), Stream.of(ChangeColumns.NUMBER)).toList()
          : message;
    }
    if (job instanceof AggregateSpec aggregate) {
      return new AggregateSql(aggregate).keys();
    }
    if (job instanceof JoinSpec) {
      return List.of();
    }
    List<String> keys = new ArrayList<>(((TransformSpec) job).dedupeKey());
    if (!keys.isEmpty()) {
      keys.add(0, SystemColumns.DT);
    }
    return keys;
  }
}
