package io.tidemark.compaction.health;

/**
 * Manifests of a snapshot.
 *
 * @param data manifests of data files
 * @param deletes manifests of delete files
 * @param bytes of all of them
 * @param targetBytes size that the table wants them to have
 */
public record ManifestStats(long data, long deletes, long bytes, long targetBytes) {
  /** All of them. */
  public long count() {
    return data + deletes;
  }

  /**
   * How many there would be if those of data were as large as they should be, and all bytes theirs.
   * Those of deletes stay: Iceberg writes none of them anew.
   */
  public long ideal() {
    return deletes + (data == 0 ? 0 : Math.max(1, -Math.floorDiv(-bytes, targetBytes)));
  }
}
