package io.tidemark.catalog.commit;

import io.tidemark.catalog.KnownTable;
import io.tidemark.catalog.Projection;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.spark.FileRewriteCoordinator;
import org.apache.iceberg.spark.SparkSchemaUtil;
import org.apache.iceberg.spark.SparkTableCache;
import org.apache.iceberg.spark.SparkWriteOptions;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Data files that Spark has written for a table and no commit names yet.
 *
 * <p>Spark's own writers commit by themselves and check nothing of ours at commit time. Iceberg's
 * rewrite path ends one step earlier, with files handed to the driver; this class uses that path
 * for ordinary rows, so that {@link Commits} can commit them with a marker and a check.
 *
 * @param table the table they belong to
 * @param files the files; empty when there was no row
 */
public record StagedFiles(Table table, Set<DataFile> files) {
  private static final Logger LOG = LoggerFactory.getLogger(StagedFiles.class);

  /** How rows reach the writers. */
  public enum Layout {
    /** As they come: no shuffle, a file per task and day. For micro-batches of few days. */
    AS_THEY_COME,
    /** Gathered by partition first: one shuffle, few files. For rows of many days. */
    BY_PARTITION
  }

  public StagedFiles {
    files = Set.copyOf(files);
  }

  /** No file. */
  public static StagedFiles none(Table table) {
    return new StagedFiles(table, Set.of());
  }

  /** Writes all rows; columns are matched to the table's by name and cast to its types. */
  public static StagedFiles write(Table table, Dataset<Row> rows, Layout layout) {
    return write(table, table.schema(), rows, layout);
  }

  /**
   * Writes all rows of a job that goes on while its table changes.
   *
   * @param known the table's columns when the job came to know them: the names in {@code rows} mean
   *     those, whatever they are called by now; columns added since are NULL
   * @throws io.tidemark.catalog.SchemaMismatchException when one of them was dropped
   */
  public static StagedFiles write(Table table, Schema known, Dataset<Row> rows, Layout layout) {
    return write(table, known, rows, layout, Map.of());
  }

  /**
   * Writes all rows as they come, in files of another size than the table's own.
   *
   * @param fileBytes from so many bytes on a task begins another file
   */
  public static StagedFiles write(Table table, Dataset<Row> rows, long fileBytes) {
    return write(
        table,
        table.schema(),
        rows,
        Layout.AS_THEY_COME,
        Map.of(SparkWriteOptions.TARGET_FILE_SIZE_BYTES, Long.toString(fileBytes)));
  }

  private static StagedFiles write(
      Table table, Schema known, Dataset<Row> rows, Layout layout, Map<String, String> options) {
    KnownTable.requireAll(table.name(), known, table.schema());
    String ticket = UUID.randomUUID().toString();
    String distribution =
        table
            .properties()
            .getOrDefault(
                TableProperties.WRITE_DISTRIBUTION_MODE,
                layout == Layout.BY_PARTITION ? "hash" : "none");
    // Iceberg looks the ticket up through the thread's active session: make it the one of the rows,
    // whatever thread this is and whichever session it used before.
    SparkSession.setActiveSession(rows.sparkSession());
    SparkTableCache.get().add(ticket, table);
    try {
      rows.select(columns(known, table.schema()))
          .write()
          .format("iceberg")
          .options(options)
          .option(SparkWriteOptions.DISTRIBUTION_MODE, distribution)
          .option(SparkWriteOptions.FANOUT_ENABLED, Boolean.toString(distribution.equals("none")))
          .mode("append")
          .save(ticket);
      return new StagedFiles(table, FileRewriteCoordinator.get().fetchNewFiles(table, ticket));
    } finally {
      SparkTableCache.get().remove(ticket);
      FileRewriteCoordinator.get().clearRewrite(table, ticket);
    }
  }

  private static Column[] columns(Schema known, Schema now) {
    Column[] values = Projection.between(known, now);
    StructField[] fields = SparkSchemaUtil.convert(now).fields();
    return IntStream.range(0, fields.length)
        .mapToObj(i -> values[i].cast(fields[i].dataType()).as(fields[i].name()))
        .toArray(Column[]::new);
  }

  /** Rows in all files. */
  public long rows() {
    return files.stream().mapToLong(DataFile::recordCount).sum();
  }

  /** Deletes the files; only for files that no commit can name any more. */
  public void discard() {
    for (DataFile file : files) {
      try {
        table.io().deleteFile(file.location());
      } catch (NotFoundException gone) {
        LOG.debug("{} was gone already", file.location());
      }
    }
  }
}
