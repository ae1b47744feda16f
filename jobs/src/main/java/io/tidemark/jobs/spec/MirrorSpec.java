package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;

/**
 * Keeps the latest row of each primary key of a change log, by the log's own position; or, as a
 * history, all its versions.
 *
 * @param input the ODS table of a change log, whose ingest job declares the key
 * @param history whether every version is kept, with when it was valid
 * @param delete what becomes of a row that was deleted in the source; of a history, whose deleted
 *     rows keep their versions, {@link Delete#HARD}
 * @param buckets partitions of the table, by a hash of the key
 */
public record MirrorSpec(
    String name,
    String description,
    String owner,
    TableName input,
    boolean history,
    Delete delete,
    int buckets,
    TableName output)
    implements JobSpec {
  private static final int MOST_BUCKETS = 10_000;

  /** What becomes of a deleted row. */
  public enum Delete {
    /** It is gone. */
    HARD,
    /** It stays with its last values and is marked. */
    SOFT
  }

  /** A mirror, which keeps the latest row. */
  public MirrorSpec(
      String name,
      String description,
      String owner,
      TableName input,
      Delete delete,
      int buckets,
      TableName output) {
    this(name, description, owner, input, false, delete, buckets, output);
  }

  public MirrorSpec {
    if (buckets < 1 || buckets > MOST_BUCKETS) {
      throw new IllegalArgumentException("has " + buckets + " buckets; use 1 to " + MOST_BUCKETS);
    }
  }
}
