package io.tidemark.tags.build;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.tags.history.Piece;
import io.tidemark.tags.plan.BuildRecord;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tags.table.Builds;
import io.tidemark.tags.table.Builds.Build;
import io.tidemark.tags.table.HistoryColumns;
import io.tidemark.tags.table.HistoryTables;
import io.tidemark.tags.table.PieceFiles;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Table;

/**
 * Makes the users' pieces follow the blocks. A build makes their rows together with its blocks;
 * where it was interrupted behind these, those whose blocks are in other files than when they were
 * made last are made anew, of the blocks.
 */
final class UserWriter {
  private final Lakehouse lake;
  private final HistorySpec spec;
  private final HistoryTables tables;

  UserWriter(Lakehouse lake, HistorySpec spec) {
    this.lake = lake;
    this.spec = spec;
    this.tables = new HistoryTables(lake, spec);
  }

  /**
   * Follows the build that has just made the rows of users as well.
   *
   * @param before the build that they showed until now
   * @param made their files
   * @param dropped pieces of the blocks that went
   */
  void follow(
      Build build,
      Optional<BuildRecord> before,
      StagedFiles made,
      Map<Integer, Set<Piece>> dropped) {
    BuildCommits.commit(
        made,
        build.record().withBlocks(build.snapshot()),
        before,
        table -> {
          PieceFiles there = PieceFiles.newest(table);
          return there.of(build.record().isFromScratch() ? there.all() : dropped);
        },
        List.of());
  }

  /**
   * Follows a build that was interrupted; nothing is done when it was followed already.
   *
   * @return whether anything was to be done
   */
  boolean catchUp(Build build) {
    Table users = tables.users();
    Optional<Build> shown = Builds.newest(users);
    if (shown.isPresent() && shown.get().record().number() >= build.record().number()) {
      return false;
    }
    Map<Integer, Set<Piece>> differing = differing(build, users, shown);
    StagedFiles staged = StagedFiles.none(users);
    Optional<Long> directory = Builds.directory(tables.directory(), build.record());
    if (!differing.isEmpty() && directory.isPresent()) {
      staged =
          StagedFiles.write(
              users,
              new UserPieces(lake, spec)
                  .of(build.snapshot(), directory.get(), differing)
                  .drop(HistoryColumns.BUCKET),
              StagedFiles.Layout.AS_THEY_COME);
    }
    BuildCommits.commit(
        staged,
        build.record().withBlocks(build.snapshot()),
        shown.map(Build::record),
        table -> PieceFiles.newest(table).of(differing),
        List.of());
    return true;
  }

  /** The pieces that have to be made or go; all of them where a history began anew. */
  private Map<Integer, Set<Piece>> differing(Build build, Table users, Optional<Build> shown) {
    Table blocks = tables.blocks();
    PieceFiles now = PieceFiles.of(blocks, Optional.of(build));
    Optional<Build> made =
        shown
            .map(Build::record)
            .filter(before -> !build.record().isFromScratch())
            .filter(before -> blocks.snapshot(before.blocks()) != null)
            .map(before -> new Build(before, before.blocks()));
    if (made.isPresent()) {
      return now.differing(PieceFiles.of(blocks, made));
    }
    Map<Integer, Set<Piece>> all = now.all();
    PieceFiles.newest(users)
        .all()
        .forEach(
            (bucket, pieces) ->
                all.computeIfAbsent(bucket, each -> new HashSet<>()).addAll(pieces));
    return all;
  }
}
