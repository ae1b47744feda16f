package io.tidemark.tags.build;

import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.tags.plan.BuildRecord;
import io.tidemark.tags.table.Builds;
import io.tidemark.tags.table.Builds.Build;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;

/**
 * The files with the users' numbers. A build begins with those that the last one's blocks have, and
 * gives the next numbers of each bucket to users who have none. What an interrupted build has left
 * in the table beyond that goes with the same commit. A day adds a small file to each bucket; when
 * there are many small ones, they are put into one, so that a user is written a few times at most.
 */
final class Directory {
  /** Small files of a bucket that are put into one. */
  private static final int MANY_FILES = 16;

  /** A file is small when it has less than one in so many of its bucket's users. */
  private static final int SMALL = 16;

  private final Table table;
  private final Optional<Long> base;
  private final Map<String, DataFile> files;
  private final Map<Integer, List<DataFile>> byBucket;
  private final int manyFiles;

  /**
   * The directory of the newest build.
   *
   * @param table just loaded
   * @param blocks the record of its blocks; none to begin anew
   */
  Directory(Table table, Optional<BuildRecord> blocks) {
    this(table, blocks, MANY_FILES);
  }

  Directory(Table table, Optional<BuildRecord> blocks, int manyFiles) {
    this.table = table;
    this.base = blocks.flatMap(record -> Builds.directory(table, record));
    this.files = BuildCommits.files(table, base.orElse(null));
    this.byBucket =
        files.values().stream()
            .collect(Collectors.groupingBy(file -> file.partition().get(0, Integer.class)));
    this.manyFiles = manyFiles;
  }

  /** The files of a bucket. */
  List<DataFile> of(int bucket) {
    return byBucket.getOrDefault(bucket, List.of());
  }

  /** Those of a bucket that are to be put into one; none as long as they are few. */
  List<DataFile> merged(int bucket) {
    long users = of(bucket).stream().mapToLong(DataFile::recordCount).sum();
    List<DataFile> small =
        of(bucket).stream().filter(file -> SMALL * file.recordCount() < users).toList();
    return small.size() < manyFiles ? List.of() : small;
  }

  /**
   * Commits what a build has made.
   *
   * @param staged files with new numbers
   * @param merged buckets whose {@link #merged} files are in them, too
   * @return the snapshot that has all numbers; nothing when there is no user
   */
  Optional<Long> commit(StagedFiles staged, Set<Integer> merged, BuildRecord record) {
    Optional<BuildRecord> before = Builds.newest(table).map(Build::record);
    Map<String, DataFile> there = BuildCommits.files(table, BuildCommits.head(table));
    Map<String, DataFile> kept = new HashMap<>(files);
    merged.forEach(bucket -> merged(bucket).forEach(file -> kept.remove(file.location())));
    List<DataFile> gone = new ArrayList<>(BuildCommits.without(there, kept));
    List<DataFile> back = BuildCommits.without(kept, there);
    if (staged.files().isEmpty() && gone.isEmpty() && back.isEmpty()) {
      return base;
    }
    return Optional.of(BuildCommits.commit(staged, record, before, now -> gone, back));
  }
}
