package io.tidemark.compaction.run;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.ScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.ScanTaskSetManager;
import org.apache.iceberg.util.ContentFileUtil;
import org.apache.iceberg.util.SnapshotUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, while a group of files is rewritten, at what others commit: a group of which a file was
 * taken out, or got deletes by position, will lose its commit, and is stopped at once. Equality
 * deletes are no conflict: new files are as old as those that they were made of.
 */
final class ConflictWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConflictWatch.class);
  private static final Duration INTERVAL = Duration.ofMillis(500);

  private final Table table;
  private final String partition;
  private final Runnable stop;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "conflict-watch");
            thread.setDaemon(true);
            return thread;
          });
  private Snapshot seen;
  private volatile String conflict = "";

  private ConflictWatch(Table table, Snapshot from, String partition, Runnable stop) {
    this.table = table;
    this.partition = partition;
    this.stop = stop;
    this.seen = from;
  }

  /**
   * Begins to look, at commits behind a snapshot.
   *
   * @param table a copy of its own
   * @param from the snapshot that the group is planned on
   * @param partition the path of the group's partition
   * @param stop stops what runs of the group; called again and again until this is closed
   */
  static ConflictWatch begin(Table table, Snapshot from, String partition, Runnable stop) {
    ConflictWatch watch = new ConflictWatch(table, from, partition, stop);
    long millis = INTERVAL.toMillis();
    watch.thread.scheduleWithFixedDelay(watch::look, millis, millis, TimeUnit.MILLISECONDS);
    return watch;
  }

  /** What made the commit impossible, if something did. */
  Optional<String> conflict() {
    return conflict.isEmpty() ? Optional.empty() : Optional.of(conflict);
  }

  private void look() {
    try {
      if (!conflict.isEmpty()) {
        // It may have been between two jobs.
        stop.run();
        return;
      }
      Set<String> files = files();
      if (files.isEmpty()) {
        return;
      }
      table.refresh();
      Snapshot head = table.currentSnapshot();
      for (Snapshot commit :
          SnapshotUtil.ancestorsBetween(
              head.snapshotId(), seen == null ? null : seen.snapshotId(), table::snapshot)) {
        if (meets(commit, files)) {
          conflict =
              "commit %d took files of it away or deleted rows of them"
                  .formatted(commit.snapshotId());
          stop.run();
          return;
        }
      }
      seen = head;
    } catch (RuntimeException e) {
      // Whatever is not seen here, the commit's own check sees.
      LOG.warn("cannot look for conflicts in {}", table.name(), e);
    }
  }

  /** The files that are rewritten right now. */
  private Set<String> files() {
    Set<String> files = new HashSet<>();
    ScanTaskSetManager sets = ScanTaskSetManager.get();
    for (String set : sets.fetchSetIds(table)) {
      Iterable<? extends ScanTask> tasks = sets.fetchTasks(table, set);
      if (tasks != null) {
        for (ScanTask task : tasks) {
          if (task instanceof FileScanTask it && isOfPartition(it.file())) {
            files.add(it.file().location());
          }
        }
      }
    }
    return files;
  }

  private boolean meets(Snapshot commit, Set<String> files) {
    if (DataOperations.APPEND.equals(commit.operation())) {
      return false;
    }
    SnapshotChanges changes = SnapshotChanges.builderFor(table).snapshot(commit).build();
    for (ContentFile<?> removed : changes.removedDataFiles()) {
      if (files.contains(removed.location())) {
        return true;
      }
    }
    for (DeleteFile added : changes.addedDeleteFiles()) {
      if (added.content() == FileContent.POSITION_DELETES && isOf(added, files)) {
        return true;
      }
    }
    return false;
  }

  private boolean isOf(DeleteFile delete, Set<String> files) {
    String referenced = ContentFileUtil.referencedDataFileLocation(delete);
    return referenced == null ? isOfPartition(delete) : files.contains(referenced);
  }

  private boolean isOfPartition(ContentFile<?> file) {
    return table.specs().get(file.specId()).partitionToPath(file.partition()).equals(partition);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
