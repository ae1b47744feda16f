package io.tidemark.tags.table;

import io.tidemark.catalog.commit.TableState;
import io.tidemark.tags.plan.BuildRecord;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/** Finds the build that a table of a history holds. */
public final class Builds {
  private Builds() {}

  /**
   * The newest build of a table, and the snapshot that holds it.
   *
   * @param record what its commit says
   * @param snapshot the newest snapshot: that of the build, or a compaction's behind it, which has
   *     the same rows
   */
  public record Build(BuildRecord record, long snapshot) {}

  /**
   * The newest build of a table of blocks, of users' pieces or of the directory, which was just
   * loaded or refreshed; nothing before the first.
   */
  public static Optional<Build> newest(Table table) {
    Snapshot head = table.currentSnapshot();
    if (head == null) {
      return Optional.empty();
    }
    return Optional.ofNullable(TableState.of(table).properties().get(TableState.TAG_BUILD))
        .map(json -> new Build(BuildRecord.parse(json), head.snapshotId()));
  }

  /** Whether a build is in the history of a table, which was just refreshed. */
  public static boolean has(Table table, BuildRecord build) {
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
      String record = snapshot.summary().get(TableState.TAG_BUILD);
      if (record != null && BuildRecord.parse(record).isOfSameAttempt(build)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The snapshot of the directory that has the numbers of a build's blocks; nothing when nobody has
   * a number yet.
   *
   * @param directory the directory, just loaded
   * @param blocks the record of the blocks' build
   */
  public static Optional<Long> directory(Table directory, BuildRecord blocks) {
    if (blocks.directory() == 0) {
      return Optional.empty();
    }
    if (directory.snapshot(blocks.directory()) != null) {
      return Optional.of(blocks.directory());
    }
    // Expired. What is left has the same numbers unless it is of another attempt or a later build,
    // whose users are others.
    return Optional.of(
        newest(directory)
            .filter(
                build ->
                    build.record().number() < blocks.number()
                        || build.record().isOfSameAttempt(blocks))
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "table %s has no snapshot any more with the numbers of build %d of history %s: it was expired, and another build was interrupted since. Run ./tidemark tags build --rebuild --day %s"
                            .formatted(
                                directory.name(), blocks.number(), blocks.history(), blocks.day())))
            .snapshot());
  }
}
