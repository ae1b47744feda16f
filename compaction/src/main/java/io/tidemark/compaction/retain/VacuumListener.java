package io.tidemark.compaction.retain;

/** Is told each step, in the thread that takes it. */
@FunctionalInterface
public interface VacuumListener {
  /** Says nothing. */
  VacuumListener SILENT = (table, step, what) -> {};

  /**
   * A step was taken.
   *
   * @param what how much, for people
   */
  void reached(String table, Step step, String what);
}
