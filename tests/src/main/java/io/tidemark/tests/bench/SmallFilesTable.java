package io.tidemark.tests.bench;

import io.tidemark.catalog.TableName;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.PlainFiles;
import io.tidemark.tests.lakehouse.PlainFiles.Position;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.spark.sql.types.StructType;

/**
 * A table of reading events as streams leave it: of a hundred files eighty are tiny, eighteen are
 * small and two are larger; each day has one good file of an earlier rewrite; rows were deleted by
 * position and by value. The same seed makes the same rows in files of the same sizes, whatever the
 * table's name.
 */
final class SmallFilesTable {
  static final LocalDate FIRST_DAY = LocalDate.of(2026, 1, 1);

  /** What a good file is, for both sides. Smaller than by default, as the whole table is. */
  static final long TARGET_BYTES = 8 << 20;

  static final String COLUMNS =
      "dt DATE, event_id BIGINT, user_id BIGINT, channel STRING, content_id BIGINT, seconds BIGINT,"
          + " event_time TIMESTAMP, session STRING";

  private static final int FILES_OF_A_DAY = 1250;
  private static final int COMMITS_OF_A_DAY = 25;

  /** Rows of a file between three quarters of the target and all of it. */
  private static final int GOOD_FILE_ROWS = 320_000;

  private final Table table;
  private final PlainFiles files;
  private final SplittableRandom random;
  private long rows;

  private SmallFilesTable(Table table, long seed) {
    this.table = table;
    this.files = new PlainFiles(table, "event_id");
    this.random = new SplittableRandom(seed);
  }

  /** How many days a table of so many small files has. */
  static int days(long smallFiles) {
    return (int) Math.max(2, smallFiles / FILES_OF_A_DAY);
  }

  /**
   * Creates a table and writes all of it.
   *
   * @return how many rows its data files have, deleted ones among them
   */
  static long write(LocalLakehouse house, TableName name, long smallFiles, long seed) {
    Table table =
        house
            .lake()
            .ensure(
                name,
                StructType.fromDDL(COLUMNS),
                Map.of("write.target-file-size-bytes", Long.toString(TARGET_BYTES)));
    SmallFilesTable made = new SmallFilesTable(table, seed);
    int days = days(smallFiles);
    for (int day = 0; day < days; day++) {
      made.day(FIRST_DAY.plusDays(day), (int) (smallFiles / days));
    }
    return made.rows;
  }

  private void day(LocalDate day, int smallFiles) {
    List<DataFile> ofDay = new ArrayList<>();
    table.newAppend().appendFile(add(day, GOOD_FILE_ROWS, ofDay)).commit();
    for (int commit = 0; commit < COMMITS_OF_A_DAY; commit++) {
      AppendFiles append = table.newAppend();
      int until = 1 + smallFiles * (commit + 1) / COMMITS_OF_A_DAY;
      while (ofDay.size() < until) {
        append.appendFile(add(day, streamed(), ofDay));
      }
      append.commit();
      delete(day, commit, ofDay);
    }
  }

  private int streamed() {
    int kind = random.nextInt(100);
    return kind < 80
        ? random.nextInt(10, 120)
        : kind < 98 ? random.nextInt(300, 900) : random.nextInt(6_000, 10_000);
  }

  private DataFile add(LocalDate day, int count, List<DataFile> ofDay) {
    long first = rows;
    rows += count;
    // By number of the row alone, so that each table and each run has the same.
    Iterator<Record> records =
        LongStream.range(first, first + count).mapToObj(number -> record(day, number)).iterator();
    DataFile file = files.data("dt=" + day, () -> records);
    ofDay.add(file);
    return file;
  }

  private Record record(LocalDate day, long number) {
    Random row = new Random(number);
    Record record = GenericRecord.create(table.schema());
    record.setField("dt", day);
    record.setField("event_id", number);
    record.setField("user_id", (long) row.nextInt(200_000));
    record.setField("channel", "channel-" + row.nextInt(12));
    record.setField("content_id", (long) (row.nextGaussian() * row.nextGaussian() * 5_000));
    record.setField("seconds", (long) row.nextInt(600));
    record.setField("event_time", timeOf(day, row.nextInt(86_400_000)));
    record.setField("session", Long.toHexString(row.nextLong()));
    return record;
  }

  private static OffsetDateTime timeOf(LocalDate day, int milli) {
    return day.atStartOfDay().atOffset(ZoneOffset.UTC).plusNanos(milli * 1_000_000L);
  }

  /**
   * As a stream of changes does with each commit: by position in what it wrote before, by value
   * wherever a row may be. Every fourth day has many, the others a few.
   */
  private void delete(LocalDate day, int commit, List<DataFile> ofDay) {
    boolean many = day.toEpochDay() % 4 == 0;
    if (!many && commit % 8 != 0) {
      return;
    }
    RowDelta delta = table.newRowDelta();
    delta.addDeletes(files.positionDeletes("dt=" + day, positions(ofDay, many ? 3_000 : 800)));
    long first = rows - Math.min(rows, GOOD_FILE_ROWS);
    Record key = GenericRecord.create(table.schema().select("event_id"));
    List<Record> keys =
        LongStream.range(0, 40)
            .mapToObj(i -> key.copy("event_id", random.nextLong(first, rows)))
            .toList();
    delta.addDeletes(files.equalityDeletes("dt=" + day, keys));
    delta.commit();
  }

  private List<Position> positions(List<DataFile> ofDay, int count) {
    List<Position> positions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      // Half of them where most rows are.
      DataFile file = ofDay.get(i % 2 == 0 ? 0 : random.nextInt(ofDay.size()));
      positions.add(new Position(file.location(), random.nextLong(file.recordCount())));
    }
    return positions.stream()
        .distinct()
        .sorted(Comparator.comparing(Position::file).thenComparing(Position::row))
        .toList();
  }
}
