package io.tidemark.tags.build;

import io.tidemark.tags.history.Block;
import io.tidemark.tags.table.HistoryColumns;
import io.tidemark.tags.table.TaskFiles;
import java.time.LocalDate;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;

/** Writes the rows of a piece's users, in the order of their ids. */
final class UserRows {
  private final BucketTables tables;
  private final BucketUsers users;
  private final TaskFiles files;

  UserRows(BucketTables tables, BucketUsers users, TaskFiles files) {
    this.tables = tables;
    this.users = users;
    this.files = files;
  }

  /**
   * Writes those of blocks of one piece.
   *
   * @param written gets the file
   * @return its bytes
   */
  long write(List<Block> blocks, List<DataFile> written) {
    TaskFiles.PartFile<UserRow> file =
        files.begin(
            tables.users,
            (schema, columns) -> new UserRowWriter(columns, tables.metrics, tables.types),
            this::partition);
    UserRow.of(blocks, users::id, tables.blocksName).forEach(file::add);
    return file.finish(written);
  }

  /** What the partition follows from. */
  private Record partition(UserRow row) {
    Record record = GenericRecord.create(tables.users.schema());
    record.setField(HistoryColumns.USER_ID, row.id());
    record.setField(HistoryColumns.LEVEL, row.block().piece().level().text());
    record.setField(HistoryColumns.FIRST_DAY, LocalDate.ofEpochDay(row.block().piece().firstDay()));
    return record;
  }
}
