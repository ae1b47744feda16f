package io.tidemark.tags.table;

import io.tidemark.catalog.commit.TableState;
import io.tidemark.tags.plan.BuildRecord;
import java.time.LocalDate;
import java.util.List;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * How large a history is, as the summaries of its commits say; no file is opened.
 *
 * @param users users who have a number: whoever was active since the history began
 * @param blocks bytes of blocks
 * @param userPieces bytes of users' pieces, the other form of the same
 * @param directory bytes of users' numbers
 * @param written bytes that builds have written into the three tables while a day was the latest
 */
public record HistorySizes(long users, long blocks, long userPieces, long directory, long written) {
  /** The sizes now, and what was written while this day was the latest. */
  public static HistorySizes of(HistoryTables tables, LocalDate latest) {
    Table blocks = tables.blocks();
    Table userPieces = tables.users();
    Table directory = tables.directory();
    return new HistorySizes(
        total(directory, SnapshotSummary.TOTAL_RECORDS_PROP),
        total(blocks, SnapshotSummary.TOTAL_FILE_SIZE_PROP),
        total(userPieces, SnapshotSummary.TOTAL_FILE_SIZE_PROP),
        total(directory, SnapshotSummary.TOTAL_FILE_SIZE_PROP),
        List.of(blocks, userPieces, directory).stream()
            .mapToLong(table -> written(table, latest))
            .sum());
  }

  /** Bytes of all three tables. */
  public long stored() {
    return blocks + userPieces + directory;
  }

  /** These, of a day of which something is known: what was written may have expired since. */
  HistorySizes after(HistorySizes before) {
    return before == null || before.written <= written
        ? this
        : new HistorySizes(users, blocks, userPieces, directory, before.written);
  }

  private static long total(Table table, String property) {
    return number(table.currentSnapshot(), property);
  }

  private static long written(Table table, LocalDate latest) {
    long bytes = 0;
    for (Snapshot each : SnapshotUtil.currentAncestors(table)) {
      String record = each.summary().get(TableState.TAG_BUILD);
      if (record != null && !each.operation().equals(DataOperations.REPLACE)) {
        if (!BuildRecord.parse(record).date().equals(latest)) {
          break;
        }
        bytes += number(each, SnapshotSummary.ADDED_FILE_SIZE_PROP);
      }
    }
    return bytes;
  }

  private static long number(Snapshot snapshot, String property) {
    return snapshot == null ? 0 : Long.parseLong(snapshot.summary().getOrDefault(property, "0"));
  }
}
