package io.tidemark.tags.build;

import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.tags.table.HistoryTables;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files that a build has made and that no commit was asked to take. No table can come to name
 * those that are left when the build ends, however it ends, so they are deleted.
 */
final class UnofferedFiles implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UnofferedFiles.class);

  private final Deque<Waiting> waiting = new ArrayDeque<>();

  private record Waiting(Supplier<Table> table, Collection<DataFile> files) {
    StagedFiles staged() {
      return new StagedFiles(table.get(), Set.copyOf(files));
    }
  }

  /**
   * The files of a build.
   *
   * @param built what it has made, now or later
   */
  UnofferedFiles(HistoryTables tables, BuiltFiles built) {
    waiting.add(new Waiting(tables::directory, built.directory));
    waiting.add(new Waiting(tables::blocks, built.blocks));
    waiting.add(new Waiting(tables::users, built.users));
  }

  /**
   * Hands on the files of the next table, in the order of the commits: directory, blocks, users.
   * Whoever gets them sees to them.
   */
  StagedFiles next() {
    StagedFiles next = waiting.element().staged();
    waiting.remove();
    return next;
  }

  @Override
  public void close() {
    for (Waiting each : waiting) {
      try {
        if (!each.files().isEmpty()) {
          each.staged().discard();
        }
      } catch (RuntimeException e) {
        LOG.warn("{} files of a build that failed stay", each.files().size(), e);
      }
    }
  }
}
