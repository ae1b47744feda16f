package io.tidemark.tests.tags;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.publish.DayFiles;
import io.tidemark.catalog.publish.DayPublish;
import io.tidemark.catalog.publish.DayUndo;
import io.tidemark.catalog.publish.PublishRecord;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** A daily table whose days are published as those of a job are, without the job. */
public final class PublishedDays {
  private final Lakehouse lake;
  private final TableName name;
  private final Table table;

  /**
   * Makes the table.
   *
   * @param columns without the day
   */
  public PublishedDays(Lakehouse lake, TableName name, String columns) {
    this.lake = lake;
    this.name = name;
    this.table = lake.ensure(name, StructType.fromDDL("dt DATE, " + columns), Map.of());
  }

  /** Puts rows on the branch of batches and publishes them. */
  public void publish(LocalDate day, Dataset<Row> rows) {
    table.refresh();
    StagedFiles staged =
        StagedFiles.write(table, rows.coalesce(1), StagedFiles.Layout.AS_THEY_COME);
    OverwriteFiles overwrite =
        table.newOverwrite().toBranch(Lakehouse.OFFLINE).overwriteByRowFilter(DayFiles.of(day));
    staged.files().forEach(overwrite::addFile);
    overwrite.commit();
    table.refresh();
    Snapshot main = table.currentSnapshot();
    DayPublish.publish(
        table,
        new DayPublish.Request(
            "dws_test",
            day,
            UUID.randomUUID().toString(),
            main == null ? null : main.snapshotId(),
            table.refs().get(Lakehouse.OFFLINE).snapshotId(),
            ""));
  }

  /**
   * Publishes many days, days without rows among them, by commits of their own that say the same of
   * themselves; the batch and the tags are left out.
   */
  void publishAll(Dataset<Row> rows, LocalDate first, LocalDate last) {
    StagedFiles staged =
        StagedFiles.write(table, rows.coalesce(1), StagedFiles.Layout.BY_PARTITION);
    Map<LocalDate, List<DataFile>> files =
        staged.files().stream()
            .collect(
                Collectors.groupingBy(
                    file -> LocalDate.ofEpochDay(file.partition().get(0, Integer.class))));
    ObjectMapper json = new ObjectMapper();
    for (LocalDate day = first; !day.isAfter(last); day = day.plusDays(1)) {
      List<DataFile> ofDay = files.getOrDefault(day, List.of());
      OverwriteFiles overwrite = table.newOverwrite();
      ofDay.forEach(overwrite::addFile);
      try {
        overwrite.set(
            PublishRecord.PROPERTY,
            json.writeValueAsString(
                new PublishRecord(
                    PublishRecord.Action.PUBLISH,
                    "dws_test",
                    day.toString(),
                    day.toString(),
                    0,
                    ofDay.size(),
                    0,
                    "")));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e);
      }
      overwrite.commit();
    }
    table.refresh();
  }

  /** Takes a day's publication back. */
  void undo(LocalDate day) {
    DayUndo.undo(lake, name, day).orElseThrow();
  }
}
