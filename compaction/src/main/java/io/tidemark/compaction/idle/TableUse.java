package io.tidemark.compaction.idle;

import java.time.Instant;
import java.util.List;

/**
 * When a table was used last, as far as anybody can tell.
 *
 * @param table its name
 * @param owner who answers for it; empty when nobody is named
 * @param files data and delete files that its newest snapshot has
 * @param bytes of those
 * @param since when it was there already, at the latest
 * @param lastWrite the newest commit, of any branch, that added rows or took rows away, at the
 *     latest; {@code null} when there is none
 * @param lastRead the newest read that left a trace; {@code null} without one
 * @param readsKnown whether the storage says when files are read, so that a read by anybody, of the
 *     files it was asked for, would be known
 * @param readers declared jobs that read it, whether they run or not
 */
public record TableUse(
    String table,
    String owner,
    long files,
    long bytes,
    Instant since,
    Instant lastWrite,
    LastRead lastRead,
    boolean readsKnown,
    List<String> readers) {
  public TableUse {
    readers = List.copyOf(readers);
  }

  /** The last use that is known of, or when the table was made. */
  public Instant lastUse() {
    Instant written = lastWrite == null ? since : lastWrite;
    return lastRead == null || lastRead.at().isBefore(written) ? written : lastRead.at();
  }
}
