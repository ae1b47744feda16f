package io.tidemark.tests.bench;

import static org.apache.iceberg.expressions.Expressions.alwaysTrue;
import static org.apache.iceberg.expressions.Expressions.equal;
import static org.apache.iceberg.expressions.Expressions.greaterThanOrEqual;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.spark.sql.Row;

/**
 * A question that people ask of a table of events.
 *
 * @param name what the table of results calls it
 * @param sql with a place for the table
 * @param filter what of its condition Iceberg plans files by
 */
record CompactionQuery(String name, String sql, Expression filter) {
  /** Five of them, of a table with so many days. */
  static List<CompactionQuery> typical(int days) {
    LocalDate last = SmallFilesTable.FIRST_DAY.plusDays(days - 1);
    LocalDate week = last.minusDays(6);
    return List.of(
        new CompactionQuery(
            "a day by channel",
            """
            SELECT channel, count(*), sum(seconds) FROM %s WHERE dt = DATE'@' GROUP BY channel
            ORDER BY channel"""
                .replace("@", last.toString()),
            equal("dt", last.toString())),
        new CompactionQuery(
            "a user's week",
            """
            SELECT dt, event_id, channel, seconds FROM %s WHERE dt >= DATE'@' AND user_id = 4711
            ORDER BY event_id"""
                .replace("@", week.toString()),
            greaterThanOrEqual("dt", week.toString())),
        new CompactionQuery(
            "top contents of a week",
            """
            SELECT content_id, count(*) AS n FROM %s WHERE dt >= DATE'@' GROUP BY content_id
            ORDER BY n DESC, content_id LIMIT 20"""
                .replace("@", week.toString()),
            greaterThanOrEqual("dt", week.toString())),
        new CompactionQuery(
            "readers by day",
            "SELECT dt, count(DISTINCT user_id) FROM %s GROUP BY dt ORDER BY dt",
            alwaysTrue()),
        new CompactionQuery(
            "an event by its id",
            "SELECT * FROM %s WHERE event_id = 12345",
            equal("event_id", 12345L)));
  }

  List<Row> ask(Lakehouse lake, TableName table) {
    return lake.spark().sql(sql.formatted(lake.identifier(table))).collectAsList();
  }

  /** Data and delete files that it opens, each once. */
  long filesOpened(Lakehouse lake, TableName table) {
    Set<String> opened = new HashSet<>();
    try (CloseableIterable<FileScanTask> tasks =
        lake.load(table).newScan().filter(filter).planFiles()) {
      for (FileScanTask task : tasks) {
        opened.add(task.file().location());
        task.deletes().forEach(delete -> opened.add(delete.location()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return opened.size();
  }
}
