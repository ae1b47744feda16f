package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.expr;

import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.StagedFiles.Layout;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.DayRanges;
import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.SpecHash;
import io.tidemark.jobs.spec.SystemColumns;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The dead letters of an ingest job, committed before the rows of the same micro-batch. */
final class DeadLetterTable {
  /** The table property that holds the fingerprint of the declaration that letters are by. */
  private static final String DECLARATION = "tidemark.declaration";

  private final IngestSpec job;
  private final Table table;
  private final Schema columns;
  private long epoch;

  DeadLetterTable(IngestSpec job, Table table) {
    this.job = job;
    this.table = table;
    this.columns = JobTables.known(table, JobTables.deadLetterSchema());
  }

  /**
   * Takes the job over: no older driver writes dead letters from here on.
   *
   * @param rows how far the rows have been read
   * @throws ChangedDeclarationException when another declaration has told letters from rows beyond
   */
  void takeOver(KafkaOffsets rows) {
    Marker last = Commits.takeOver(table, job.name(), "none");
    epoch = last.epoch();
    String now = SpecHash.of(job);
    String before = table.properties().get(DECLARATION);
    if (!now.equals(before)) {
      KafkaOffsets letters = KafkaOffsets.parse(job.topic(), last.position());
      if (before != null && !rows.reaches(letters)) {
        throw new ChangedDeclarationException(job, rows, letters);
      }
      table.updateProperties().set(DECLARATION, now).commit();
    }
  }

  /**
   * Appends the letters of a micro-batch. A new checkpoint cuts its micro-batches anew, so letters
   * that an earlier one left behind its last commit of rows are told by their offsets.
   */
  void append(Dataset<Row> letters, String checkpoint, long batch, KafkaOffsets end) {
    table.refresh();
    Marker last = TableState.of(table).marker(job.name()).orElseThrow();
    KafkaOffsets known = KafkaOffsets.parse(job.topic(), last.position());
    // The smaller micro-batches of a new checkpoint must not take the position back.
    String position = known.furthest(end).toJson();
    String unread = known.notYetRead(SystemColumns.PARTITION, SystemColumns.OFFSET);
    StagedFiles staged =
        StagedFiles.write(table, columns, letters.where(expr(unread)), Layout.BY_PARTITION);
    Commits.append(
        staged,
        new Marker(job.name(), checkpoint, epoch, batch, position, Map.of()),
        DayRanges.EMPTY,
        Map.of());
  }
}
