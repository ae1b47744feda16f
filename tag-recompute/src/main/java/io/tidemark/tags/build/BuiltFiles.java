package io.tidemark.tags.build;

import io.tidemark.tags.history.Piece.Level;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;
import org.apache.iceberg.DataFile;

/** What has been made of some buckets. */
final class BuiltFiles implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Files of the directory. */
  final ArrayList<DataFile> directory = new ArrayList<>();

  /** Files of blocks. */
  final ArrayList<DataFile> blocks = new ArrayList<>();

  /** Files of users' pieces. */
  final ArrayList<DataFile> users = new ArrayList<>();

  /** Active users of the days that were read, by days since 1970-01-01. */
  final HashMap<Integer, Long> userDays = new HashMap<>();

  /** Bytes of blocks and users' pieces, by the kind of piece. */
  final TreeMap<Level, Long> levels = new TreeMap<>();

  /** Users who got a number. */
  long newUsers;

  /** How many buckets they are. */
  int buckets;

  /** Takes in what a task has made. */
  synchronized void add(BuiltFiles part) {
    directory.addAll(part.directory);
    blocks.addAll(part.blocks);
    users.addAll(part.users);
    part.userDays.forEach(this::add);
    part.levels.forEach(this::add);
    newUsers += part.newUsers;
    buckets += part.buckets;
  }

  /** Counts active users of a day. */
  void add(int day, long users) {
    userDays.merge(day, users, Long::sum);
  }

  /** Counts bytes of a piece's files. */
  void add(Level level, long bytes) {
    levels.merge(level, bytes, Long::sum);
  }

  /** Bytes of all files. */
  BuildResult.Bytes bytes() {
    return new BuildResult.Bytes(bytes(directory), bytes(blocks), bytes(users), levels);
  }

  private static long bytes(List<DataFile> files) {
    return files.stream().mapToLong(DataFile::fileSizeInBytes).sum();
  }
}
