package io.tidemark.compaction.retain;

/** What has just been done to a table, and stays done whatever comes after. */
public enum Step {
  /** A commit with manifests that were written anew. */
  MANIFESTS_REWRITTEN,
  /** Snapshots are gone from the metadata; their files are still there. */
  SNAPSHOTS_EXPIRED,
  /** Files that only these snapshots named are deleted. */
  FILES_DELETED,
  /** Orphans are found, and none is deleted yet. */
  ORPHANS_FOUND,
  /** The orphans are deleted. */
  ORPHANS_DELETED
}
