package io.tidemark.tags.build;

import io.tidemark.tags.history.Block;
import io.tidemark.tags.history.Piece;
import io.tidemark.tags.table.BlockFiles;
import io.tidemark.tags.table.PlainFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Reads the blocks of a bucket that its plan needs. */
final class StoredBlocks {
  private final BucketTables tables;
  private final BucketWork work;
  private final BlockFiles files;

  StoredBlocks(BucketTables tables, BucketWork work) {
    this.tables = tables;
    this.work = work;
    this.files = new BlockFiles(tables.blocksName, tables.metrics, tables.types);
  }

  /**
   * The blocks of a piece, in the order of their users.
   *
   * @throws io.tidemark.tags.codec.CorruptStreamException when a stream is not what it should be
   * @throws io.tidemark.tags.table.UnreadableFileException when a file is not
   */
  List<Block> of(Piece piece) {
    List<Block> blocks = new ArrayList<>();
    for (PlainFile file : work.blocks().getOrDefault(piece, List.of())) {
      file.read(
          tables.blocks,
          tables.blocksName,
          files.columns(),
          row ->
              blocks.add(files.block(work.bucket(), piece, files.decoder(), file.location(), row)));
    }
    blocks.sort(Comparator.comparingInt(block -> block.days().firstUser()));
    return blocks;
  }
}
