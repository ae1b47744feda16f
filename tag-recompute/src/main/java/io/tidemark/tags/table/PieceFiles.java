package io.tidemark.tags.table;

import io.tidemark.tags.history.Piece;
import io.tidemark.tags.plan.BuildRecord;
import io.tidemark.tags.table.Builds.Build;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;

/**
 * The data files of a table of blocks or of users' pieces in one snapshot, by bucket and piece. It
 * follows from their partitions; no file is opened.
 *
 * @param files by bucket and piece
 */
public record PieceFiles(Map<Integer, Map<Piece, List<DataFile>>> files) {
  private static PieceFiles read(Table table, long snapshot, PieceLength length) {
    Map<Integer, Map<Piece, List<DataFile>>> files = new HashMap<>();
    try (CloseableIterable<FileScanTask> tasks =
        table.newScan().useSnapshot(snapshot).planFiles()) {
      for (FileScanTask task : tasks) {
        FilePartition partition = FilePartition.of(task.spec(), task.file());
        files
            .computeIfAbsent(partition.bucket(), bucket -> new HashMap<>())
            .computeIfAbsent(length.piece(partition), piece -> new ArrayList<>())
            .add(task.file());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the manifests of " + table.name(), e);
    }
    return new PieceFiles(files);
  }

  /** The files of a build; none before the first. */
  public static PieceFiles of(Table table, Optional<Build> build) {
    return build
        .map(each -> read(table, each.snapshot(), PieceLength.of(each.record())))
        .orElse(new PieceFiles(Map.of()));
  }

  /** The table's newest files. */
  public static PieceFiles newest(Table table) {
    return of(table, Builds.newest(table));
  }

  /** Days of the pieces that close others. */
  private record PieceLength(int weekDays, int epochDays) {
    private static PieceLength of(BuildRecord record) {
      return new PieceLength(record.layout().get(1), record.layout().get(2));
    }

    private Piece piece(FilePartition file) {
      int days =
          switch (file.level()) {
            case DAY, PATCH -> 1;
            case WEEK -> weekDays;
            case EPOCH -> epochDays;
          };
      return new Piece(file.level(), file.firstDay(), file.firstDay() + days - 1);
    }
  }

  /** The pieces and patches of a bucket that have files. */
  public Set<Piece> pieces(int bucket) {
    return files.getOrDefault(bucket, Map.of()).keySet();
  }

  /** The files of a piece; none where it has none. */
  public List<DataFile> of(int bucket, Piece piece) {
    return files.getOrDefault(bucket, Map.of()).getOrDefault(piece, List.of());
  }

  /** The files of pieces, by bucket. */
  public List<DataFile> of(Map<Integer, Set<Piece>> pieces) {
    List<DataFile> all = new ArrayList<>();
    pieces.forEach((bucket, some) -> some.forEach(piece -> all.addAll(of(bucket, piece))));
    return all;
  }

  /** All pieces and patches that have files, by bucket. */
  public Map<Integer, Set<Piece>> all() {
    Map<Integer, Set<Piece>> all = new HashMap<>();
    files.forEach((bucket, pieces) -> all.put(bucket, new HashSet<>(pieces.keySet())));
    return all;
  }

  /** The pieces and patches whose files are not those of another snapshot, by bucket. */
  public Map<Integer, Set<Piece>> differing(PieceFiles other) {
    Map<Integer, Set<Piece>> differing = new HashMap<>();
    Set<Integer> buckets = new HashSet<>(files.keySet());
    buckets.addAll(other.files.keySet());
    for (int bucket : buckets) {
      Set<Piece> pieces = new HashSet<>(pieces(bucket));
      pieces.addAll(other.pieces(bucket));
      pieces.removeIf(piece -> locations(bucket, piece).equals(other.locations(bucket, piece)));
      if (!pieces.isEmpty()) {
        differing.put(bucket, pieces);
      }
    }
    return differing;
  }

  private Set<String> locations(int bucket, Piece piece) {
    return of(bucket, piece).stream().map(DataFile::location).collect(Collectors.toSet());
  }
}
