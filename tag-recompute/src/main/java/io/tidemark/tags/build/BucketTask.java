package io.tidemark.tags.build;

import io.tidemark.tags.build.BucketUsers.Numbered;
import io.tidemark.tags.history.Block;
import io.tidemark.tags.plan.BucketBuild;
import io.tidemark.tags.table.HistoryColumns;
import io.tidemark.tags.table.PlainFile;
import io.tidemark.tags.table.TaskFiles;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;

/**
 * Makes the files of one bucket: numbers for new users, the blocks of the plan's pieces, and of
 * each block, as long as it is at hand, the rows of its users.
 */
final class BucketTask {
  private static final List<String> NUMBER = List.of(HistoryColumns.NUMBER, HistoryColumns.USER_ID);

  private final BucketTables tables;
  private final BucketWork work;
  private final TaskFiles files;
  private final BuiltFiles built;
  private final BucketUsers users = new BucketUsers();
  private final List<Numbered> moved = new ArrayList<>();

  /**
   * A task.
   *
   * @param files where it writes
   * @param built gets what it made
   */
  BucketTask(BucketTables tables, BucketWork work, TaskFiles files, BuiltFiles built) {
    this.tables = tables;
    this.work = work;
    this.files = files;
    this.built = built;
  }

  /** Makes them of the next rows, as far as these are of the bucket. */
  void run(BucketRows rows) {
    readUsers();
    ReadDays days = new ReadDays(tables.types, tables.blocksName);
    while (rows.isOf(work.bucket())) {
      int day = rows.day();
      DayRows ofDay = new DayRows(day, tables.types, tables.inputs);
      while (rows.isOf(work.bucket()) && rows.day() == day) {
        rows.moveTo(ofDay);
      }
      List<Block> blocks = ofDay.blocks(work.bucket(), users);
      blocks.forEach(block -> built.add(day, block.days().count()));
      days.put(day, blocks);
    }
    built.newUsers += users.given().size();
    writeUsers();
    StoredBlocks stored = new StoredBlocks(tables, work);
    PieceSink sink = new PieceSink(tables, work.bucket(), users, files, built);
    new BucketBuild(
            work.bucket(),
            tables.types,
            tables.blockUsers,
            tables.windowStart,
            stored::of,
            days::of,
            sink)
        .run(work.plan());
    sink.finish();
  }

  private void readUsers() {
    for (PlainFile file : work.directory()) {
      boolean isMoved = work.merged().contains(file);
      file.read(
          tables.directory,
          tables.directoryName,
          NUMBER,
          row -> {
            int number = row.get(0, Integer.class);
            Object id = row.get(1);
            users.put(number, id);
            if (isMoved) {
              moved.add(new Numbered(number, id));
            }
          });
    }
  }

  private void writeUsers() {
    List<Numbered> all = new ArrayList<>(moved);
    all.addAll(users.given());
    all.sort(Comparator.comparingInt(Numbered::number));
    TaskFiles.PartFile<Record> file = files.begin(tables.directory);
    Record row = GenericRecord.create(tables.directory.schema());
    row.setField(HistoryColumns.BUCKET, work.bucket());
    for (Numbered user : all) {
      row.setField(HistoryColumns.NUMBER, user.number());
      row.setField(HistoryColumns.USER_ID, user.id());
      file.add(row);
    }
    file.finish(built.directory);
  }
}
