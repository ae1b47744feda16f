package io.tidemark.tags.build;

import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.tags.plan.BuildRecord;
import io.tidemark.tags.table.Builds;
import io.tidemark.tags.table.Builds.Build;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.ValidationException;

/**
 * The commits of a build, one a table. Each replaces some files by others, says of itself which
 * build it is of, and is made only on top of the build it was planned on.
 */
final class BuildCommits {
  private BuildCommits() {}

  /**
   * Replaces files.
   *
   * @param staged what comes, too
   * @param record of this build
   * @param before the newest build of the table when this one was planned
   * @param gone what goes, of the table's newest files as they are at commit time
   * @param back files that come back
   * @return the table's newest snapshot
   * @throws BuildOvertakenException when another build came first
   */
  static long commit(
      StagedFiles staged,
      BuildRecord record,
      Optional<BuildRecord> before,
      Function<Table, Collection<DataFile>> gone,
      Collection<DataFile> back) {
    Table table = staged.table();
    try {
      Commits.overwrite(
          table,
          Map.of(TableState.TAG_BUILD, record.toJson()),
          () -> {
            Optional<BuildRecord> now = Builds.newest(table).map(Build::record);
            if (now.isPresent() && now.get().isOfSameAttempt(record)) {
              return Optional.empty();
            }
            if (!now.map(BuildCommits::attempt).equals(before.map(BuildCommits::attempt))) {
              throw new BuildOvertakenException(table.name(), record.history());
            }
            OverwriteFiles overwrite = unlessChanged(table);
            gone.apply(table).forEach(overwrite::deleteFile);
            back.forEach(overwrite::addFile);
            staged.files().forEach(overwrite::addFile);
            return Optional.of(overwrite);
          });
    } catch (BuildOvertakenException e) {
      // The other build may stand on this one, whose commit landed unheard.
      if (!Builds.has(table, record)) {
        staged.discard();
      }
      throw e;
    } catch (ValidationException e) {
      // Not discarded: should a commit of unknown outcome have landed after all, they are its
      // files.
      throw new BuildOvertakenException(table.name(), record.history(), e);
    }
    return table.currentSnapshot().snapshotId();
  }

  /** Fails when anything was added, or a file is gone that is to go, since the table was read. */
  private static OverwriteFiles unlessChanged(Table table) {
    OverwriteFiles overwrite = table.newOverwrite();
    Long head = head(table);
    return head == null
        ? overwrite
        : overwrite
            .validateFromSnapshot(head)
            .validateNoConflictingData()
            .validateNoConflictingDeletes();
  }

  private static String attempt(BuildRecord record) {
    return record.number() + " " + record.attempt();
  }

  /** The data files of a snapshot by location; none without a snapshot. */
  static Map<String, DataFile> files(Table table, Long snapshot) {
    Map<String, DataFile> files = new HashMap<>();
    if (snapshot != null) {
      table
          .newScan()
          .useSnapshot(snapshot)
          .includeColumnStats()
          .planFiles()
          .forEach(task -> files.put(task.file().location(), task.file()));
    }
    return files;
  }

  /** The newest snapshot. */
  static Long head(Table table) {
    Snapshot head = table.currentSnapshot();
    return head == null ? null : head.snapshotId();
  }

  /** Those of some files that others do not have. */
  static List<DataFile> without(Map<String, DataFile> files, Map<String, DataFile> others) {
    List<DataFile> rest = new ArrayList<>();
    files.forEach(
        (location, file) -> {
          if (!others.containsKey(location)) {
            rest.add(file);
          }
        });
    return rest;
  }
}
