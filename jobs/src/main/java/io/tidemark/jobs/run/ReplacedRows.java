package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.Projection;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.StagedFiles.Layout;
import io.tidemark.jobs.source.OffsetParts;
import io.tidemark.jobs.spec.SystemColumns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.iceberg.util.SnapshotUtil;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Rows of one snapshot of a table that others take the place of: the files that hold them are
 * written once more, without them and with the others.
 */
final class ReplacedRows {
  /** The file that a row is in. */
  static final String FILE = "_file";

  /** Its place there. */
  static final String POSITION = "_pos";

  private static final StructType FILES = new StructType().add(FILE, DataTypes.StringType);

  private final Lakehouse lake;
  private final TableName name;
  private final Table table;
  private final long snapshot;
  private final Set<DataFile> removed = new HashSet<>();
  private StagedFiles staged;

  /**
   * @param table just refreshed
   * @param snapshot the head of its {@code main}
   */
  ReplacedRows(Lakehouse lake, TableName name, Table table, long snapshot) {
    this.lake = lake;
    this.name = name;
    this.table = table;
    this.snapshot = snapshot;
    this.staged = StagedFiles.none(table);
  }

  /** All columns that the table has today, and where each row is. */
  Dataset<Row> rows() {
    Column[] columns = Projection.between(SnapshotUtil.schemaFor(table, snapshot), table.schema());
    return lake.spark()
        .read()
        .option(SparkReadOptions.VERSION_AS_OF, snapshot)
        .table(lake.identifier(name))
        .select(
            Stream.concat(Stream.of(columns), Stream.of(col(FILE), col(POSITION)))
                .toArray(Column[]::new));
  }

  /**
   * Writes the files.
   *
   * @param gone {@link #FILE} and {@link #POSITION} of the rows that go
   * @param added the rows that come, in all columns of the table
   */
  void write(Dataset<Row> gone, Dataset<Row> added) {
    List<Row> files = gone.select(FILE).distinct().collectAsList();
    Dataset<Row> rows = added;
    if (!files.isEmpty()) {
      find(files.stream().map(row -> row.getString(0)).collect(Collectors.toSet()));
      rows = left(files, gone).unionByName(added, true);
    }
    staged = StagedFiles.write(table, rows, Layout.BY_PARTITION);
  }

  private Dataset<Row> left(List<Row> files, Dataset<Row> gone) {
    Dataset<Row> rows = rows();
    Set<LocalDate> days = new HashSet<>();
    removed.forEach(file -> days.add(day(file).orElse(null)));
    // A name of a file is nothing that Iceberg could skip others by.
    return (days.contains(null) ? rows : rows.where(col(SystemColumns.DT).isInCollection(days)))
        .join(broadcast(lake.spark().createDataFrame(files, FILES)), new String[] {FILE})
        .join(gone, new String[] {FILE, POSITION}, "left_anti")
        .drop(FILE, POSITION);
  }

  private Optional<LocalDate> day(DataFile file) {
    int column = table.schema().findField(SystemColumns.DT).fieldId();
    List<PartitionField> fields = table.specs().get(file.specId()).fields();
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).sourceId() == column && fields.get(i).transform().isIdentity()) {
        return Optional.ofNullable(file.partition().get(i, Integer.class))
            .map(LocalDate::ofEpochDay);
      }
    }
    return Optional.empty();
  }

  private void find(Set<String> files) {
    try (CloseableIterable<FileScanTask> tasks =
        table.newScan().useSnapshot(snapshot).planFiles()) {
      for (FileScanTask task : tasks) {
        if (files.contains(task.file().location())) {
          removed.add(task.file().copyWithoutStats());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the manifests of " + table.name(), e);
    }
  }

  /**
   * The change. It is refused by Iceberg when somebody has added or taken away rows of the same
   * messages since; what a stream appends meanwhile is of others.
   *
   * @param messages those whose rows are replaced
   */
  OverwriteFiles update(OffsetParts messages) {
    OverwriteFiles update =
        table
            .newOverwrite()
            .validateFromSnapshot(snapshot)
            .conflictDetectionFilter(of(messages))
            .validateNoConflictingData()
            .validateNoConflictingDeletes()
            .overwriteByRowFilter(noRow());
    removed.forEach(update::deleteFile);
    staged.files().forEach(update::addFile);
    return update;
  }

  private static Expression of(OffsetParts messages) {
    List<Expression> parts = new ArrayList<>();
    messages.stream()
        .forEach(
            part ->
                parts.add(
                    Expressions.and(
                        Expressions.equal(SystemColumns.PARTITION, part.partition()),
                        Expressions.greaterThanOrEqual(SystemColumns.OFFSET, part.from()),
                        Expressions.lessThan(SystemColumns.OFFSET, part.to()))));
    return parts.stream().reduce(Expressions.alwaysFalse(), Expressions::or);
  }

  /**
   * Matches nothing, and no file of a day. With it a commit that only adds rows is an overwrite to
   * Iceberg, too, which streams pass: they have read these messages.
   */
  private static Expression noRow() {
    return Expressions.and(
        Expressions.isNull(SystemColumns.DT),
        Expressions.equal(SystemColumns.INGEST_BATCH, Long.MIN_VALUE));
  }

  /** Deletes the files again, which no commit names. */
  void discard() {
    staged.discard();
  }
}
