package io.tidemark.reconciliation;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.publish.Publication;
import io.tidemark.catalog.publish.PublishRecord;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.SystemColumns;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The ledger of what was published and put back: {@code ops.publication}. It follows from the
 * commits of the job's table, which say of themselves what they are; a row that a crash has kept
 * from being written is written by the next call for the same day.
 */
public final class PublicationTable {
  static final TableName NAME = TableName.parse("ops.publication");

  private static final String SNAPSHOT = "snapshot";
  private static final String SECONDS = "seconds";

  static final StructType SCHEMA =
      new StructType()
          .add(SystemColumns.DT, DataTypes.DateType)
          .add(ResultRows.JOB, DataTypes.StringType)
          .add("action", DataTypes.StringType)
          .add("run_id", DataTypes.StringType)
          .add("table_name", DataTypes.StringType)
          .add("snapshot_before", DataTypes.LongType)
          .add(SNAPSHOT, DataTypes.LongType)
          .add("batch_snapshot", DataTypes.LongType)
          .add("files", DataTypes.LongType)
          .add("rows", DataTypes.LongType)
          .add("published_at", DataTypes.TimestampType)
          .add(SECONDS, DataTypes.DoubleType)
          .add("reason", DataTypes.StringType);

  private final Lakehouse lake;
  private final ResultTables tables;

  public PublicationTable(Lakehouse lake) {
    this.lake = lake;
    this.tables = new ResultTables(lake);
  }

  /**
   * Writes down all publications of a day that the table still knows of, in place of what was
   * written of them. What was written of others, whose snapshots are gone, stays.
   *
   * @param all publications of the job's table, oldest first
   * @param seconds how long commits took, by snapshot; those of another process or an earlier call
   *     are not known
   */
  public void record(JobSpec job, LocalDate day, List<Publication> all, Map<Long, Double> seconds) {
    List<Publication> ofDay =
        all.stream().filter(each -> each.record().date().equals(day)).toList();
    List<Long> snapshots = ofDay.stream().map(Publication::snapshot).toList();
    if (seconds.isEmpty() && isWritten(job, day, snapshots)) {
      return;
    }
    tables.replace(
        NAME,
        SCHEMA,
        base -> {
          Map<Long, Row> rows = new LinkedHashMap<>(written(job, day, base));
          for (Publication each : ofDay) {
            Row row = rows.get(each.snapshot());
            Double known = row == null ? null : row.getAs(SECONDS);
            rows.put(each.snapshot(), row(job, each, seconds.getOrDefault(each.snapshot(), known)));
          }
          return List.copyOf(rows.values());
        },
        day,
        List.of(job.name()));
  }

  private boolean isWritten(JobSpec job, LocalDate day, List<Long> snapshots) {
    Optional<Long> now =
        lake.exists(NAME)
            ? Optional.ofNullable(lake.load(NAME).currentSnapshot()).map(Snapshot::snapshotId)
            : Optional.empty();
    return written(job, day, now).keySet().containsAll(snapshots);
  }

  /** What is written already, by snapshot. */
  private Map<Long, Row> written(JobSpec job, LocalDate day, Optional<Long> asOf) {
    Map<Long, Row> written = new LinkedHashMap<>();
    if (asOf.isPresent()) {
      for (Row row :
          lake.readAsOf(NAME, asOf.get())
              .where(col(SystemColumns.DT).equalTo(lit(day)))
              .where(col(ResultRows.JOB).equalTo(job.name()))
              .select(
                  Arrays.stream(SCHEMA.fieldNames()).map(name -> col(name)).toArray(Column[]::new))
              .collectAsList()) {
        written.put(row.getAs(SNAPSHOT), row);
      }
    }
    return written;
  }

  private static Row row(JobSpec job, Publication publication, Double seconds) {
    PublishRecord record = publication.record();
    return RowFactory.create(
        record.date(),
        job.name(),
        record.action().text(),
        record.run(),
        job.output().toString(),
        publication.before(),
        publication.snapshot(),
        record.batch(),
        record.files(),
        record.rows(),
        publication.at(),
        seconds,
        record.reason());
  }
}
