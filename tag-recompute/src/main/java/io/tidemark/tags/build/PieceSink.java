package io.tidemark.tags.build;

import io.tidemark.tags.codec.StoredBlock;
import io.tidemark.tags.history.Block;
import io.tidemark.tags.history.BlockBuilder;
import io.tidemark.tags.history.Piece;
import io.tidemark.tags.table.HistoryColumns;
import io.tidemark.tags.table.TaskFiles;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;

/** Writes the blocks of a bucket, piece by piece, and the rows of their users: a file of each. */
final class PieceSink implements BlockBuilder.Sink {
  private final BucketTables tables;
  private final UserRows users;
  private final TaskFiles files;
  private final BuiltFiles built;
  private final Record row;
  private Piece piece;
  private TaskFiles.PartFile<Record> file;
  private List<Block> blocks = new ArrayList<>();

  PieceSink(BucketTables tables, int bucket, BucketUsers users, TaskFiles files, BuiltFiles built) {
    this.tables = tables;
    this.users = new UserRows(tables, users, files);
    this.files = files;
    this.built = built;
    this.row = GenericRecord.create(tables.blocks.schema());
    row.setField(HistoryColumns.BUCKET, bucket);
  }

  @Override
  public void accept(Block block) {
    if (!block.piece().equals(piece)) {
      finish();
      piece = block.piece();
      file = files.begin(tables.blocks);
    }
    write(StoredBlock.encode(block, tables.types));
    blocks.add(block);
  }

  private void write(StoredBlock block) {
    row.setField(HistoryColumns.LEVEL, piece.level().text());
    row.setField(HistoryColumns.FIRST_DAY, LocalDate.ofEpochDay(piece.firstDay()));
    row.setField(HistoryColumns.LAST_DAY, LocalDate.ofEpochDay(piece.lastDay()));
    row.setField(HistoryColumns.FIRST_USER, block.firstUser());
    row.setField(HistoryColumns.USERS, block.users());
    row.setField(HistoryColumns.USER_DAYS, block.userDays());
    row.setField(HistoryColumns.DAYS, ByteBuffer.wrap(block.days()));
    row.setField(
        HistoryColumns.REMOVED, block.removed() == null ? null : ByteBuffer.wrap(block.removed()));
    for (int i = 0; i < tables.metrics.size(); i++) {
      row.setField(tables.metrics.get(i), ByteBuffer.wrap(block.metrics()[i]));
    }
    file.add(row);
  }

  /** Ends the last piece. */
  void finish() {
    if (piece == null) {
      return;
    }
    built.add(piece.level(), file.finish(built.blocks) + users.write(blocks, built.users));
    piece = null;
    blocks = new ArrayList<>();
  }
}
