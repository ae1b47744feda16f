package io.tidemark.tags.attribute;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.tags.kernel.Window;
import io.tidemark.tags.plan.BuildRecord;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tags.table.Builds;
import io.tidemark.tags.table.Builds.Build;
import io.tidemark.tags.table.HistoryTables;
import java.time.LocalDate;
import java.util.Optional;
import org.apache.iceberg.Table;

/**
 * A history as its newest build has left it.
 *
 * @param spec the history
 * @param build what the build says of itself
 * @param snapshot the snapshot of the blocks
 * @param blocks the files of blocks
 * @param directory the files of users' numbers
 */
record PinnedHistory(
    HistorySpec spec, BuildRecord build, long snapshot, BucketFiles blocks, BucketFiles directory) {
  /**
   * Pins the newest build.
   *
   * @throws TagsRefusedException when there is none
   */
  static PinnedHistory pin(Lakehouse lake, HistorySpec spec) {
    HistoryTables tables = new HistoryTables(lake, spec);
    Build newest = tables.exist() ? Builds.newest(tables.blocks()).orElse(null) : null;
    if (newest == null) {
      throw new TagsRefusedException(
          "history %s was never built; build it first with ./tidemark tags build --day DAY"
              .formatted(spec.name()));
    }
    Table directory = tables.directory();
    return new PinnedHistory(
        spec,
        newest.record(),
        newest.snapshot(),
        BucketFiles.plan(
            tables.blocks(), spec.blocksTable().toString(), Optional.of(newest.snapshot())),
        BucketFiles.plan(
            directory,
            spec.directoryTable().toString(),
            Builds.directory(directory, newest.record())));
  }

  /** The latest day. */
  LocalDate day() {
    return build.date();
  }

  /** How many buckets the users are divided into. */
  int buckets() {
    return build.layout().get(0);
  }

  /** So many days, of which {@code last} is the last. */
  static Window window(LocalDate last, int days) {
    return new Window(Math.toIntExact(last.toEpochDay()) - days + 1, days);
  }
}
