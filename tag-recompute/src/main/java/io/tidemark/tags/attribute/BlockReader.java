package io.tidemark.tags.attribute;

import io.tidemark.tags.attribute.BucketFiles.BucketFile;
import io.tidemark.tags.attribute.plan.BlockWalk;
import io.tidemark.tags.attribute.plan.BlockWalk.Wanted;
import io.tidemark.tags.attribute.plan.Patches.Corrected;
import io.tidemark.tags.codec.BlockDecoder;
import io.tidemark.tags.history.Block;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.Piece;
import io.tidemark.tags.kernel.Window;
import io.tidemark.tags.table.BlockFiles;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Reads the blocks of a bucket in the order of their days, corrections in place, with the metrics
 * that are asked for and no others. Pieces outside the window are not opened.
 */
final class BlockReader implements Serializable {
  private static final long serialVersionUID = 1L;

  private final BucketFiles files;
  private final BlockFiles blocks;
  private final ArrayList<Integer> layout;
  private final Window window;

  /**
   * A reader.
   *
   * @param metrics names of the metrics
   * @param types their types, in the same order
   * @param layout buckets, days of a week and of an epoch, as the history was built with
   */
  BlockReader(
      BucketFiles files,
      List<String> metrics,
      List<MetricType> types,
      List<Integer> layout,
      Window window) {
    this.files = files;
    this.blocks = new BlockFiles(files.name(), metrics, types);
    this.layout = new ArrayList<>(layout);
    this.window = window;
  }

  /** Bytes of the files of pieces. */
  long bytes(Predicate<Piece> pieces) {
    return files.all().stream()
        .filter(this::isInWindow)
        .filter(file -> pieces.test(piece(file)))
        .mapToLong(BucketFile::bytes)
        .sum();
  }

  /**
   * Passes on the blocks of a bucket.
   *
   * @param decoder of the task: a block is overwritten by the next one
   * @throws io.tidemark.tags.codec.CorruptStreamException when a stream is not what it should be
   * @throws io.tidemark.tags.table.UnreadableFileException when a file is not
   */
  void read(int bucket, BlockDecoder decoder, Consumer<Corrected> blocks) {
    read(bucket, decoder, Wanted.ALL, blocks);
  }

  /** The same of the blocks that are wanted, at least; corrections are all read. */
  void read(int bucket, BlockDecoder decoder, Wanted wanted, Consumer<Corrected> blocks) {
    BlockWalk.walk(
        files.of(bucket).stream()
            .filter(this::isInWindow)
            .<BlockWalk.Stored>map(file -> new StoredPiece(bucket, file, piece(file), decoder))
            .toList(),
        wanted,
        blocks);
  }

  private boolean isInWindow(BucketFile file) {
    Piece piece = piece(file);
    return piece.lastDay() >= window.firstDay()
        && piece.firstDay() < window.firstDay() + window.days();
  }

  private Piece piece(BucketFile file) {
    int days =
        switch (file.level()) {
          case DAY, PATCH -> 1;
          case WEEK -> layout.get(1);
          case EPOCH -> layout.get(2);
        };
    return new Piece(file.level(), file.firstDay(), file.firstDay() + days - 1);
  }

  /** A file of blocks. */
  private final class StoredPiece implements BlockWalk.Stored {
    private final int bucket;
    private final BucketFile file;
    private final Piece piece;
    private final BlockDecoder decoder;

    StoredPiece(int bucket, BucketFile file, Piece piece, BlockDecoder decoder) {
      this.bucket = bucket;
      this.file = file;
      this.piece = piece;
      this.decoder = decoder;
    }

    @Override
    public Piece piece() {
      return piece;
    }

    @Override
    public void read(Wanted wanted, Consumer<Block> taker) {
      files.read(
          file,
          blocks.columns(),
          row -> {
            if (wanted.wants(piece, BlockFiles.firstUser(row), BlockFiles.users(row))) {
              // A patch is kept, so its blocks are not to be overwritten by one another.
              BlockDecoder own = piece.isPatch() ? blocks.decoder() : decoder;
              taker.accept(blocks.block(bucket, piece, own, file.location(), row));
            }
          });
    }
  }
}
