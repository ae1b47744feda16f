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

  /** How many there would be if all were as large as they should be. */
  public long ideal() {
    long atLeast = (data > 0 ? 1 : 0) + (deletes > 0 ? 1 : 0);
    return Math.max(atLeast, -Math.floorDiv(-bytes, targetBytes));
  }
}
