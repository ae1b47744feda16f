package io.tidemark.compaction.run;

import io.tidemark.catalog.TableName;

/** Is told each step, in the thread that takes it. */
@FunctionalInterface
public interface CompactionListener {
  /** Says nothing. */
  CompactionListener SILENT = (table, step, what) -> {};

  /** How far a group of files has come; a crash can come between any two. */
  enum Step {
    /** Its table's next group begins. */
    GROUP_STARTED,
    /** Its new files are written, and no commit names them. */
    GROUP_WRITTEN,
    /** Its new files are the table's. */
    GROUP_COMMITTED,
    /** Another writer came first; nothing of it is left. */
    GROUP_CONFLICTED,
    /** It could not be rewritten. */
    GROUP_FAILED,
    /** All that is done of a partition, or of the manifests, is done. */
    REWRITE_DONE
  }

  /**
   * A step was taken.
   *
   * @param what which files, or what became of them, for people
   */
  void reached(TableName table, Step step, String what);
}
