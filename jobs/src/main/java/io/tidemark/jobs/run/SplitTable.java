package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.col;

import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.Commits.Outcome;
import io.tidemark.catalog.commit.FencedException;
import io.tidemark.catalog.commit.LostPositionException;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.StagedFiles.Layout;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.DayRanges;
import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.SystemColumns;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What one job of a split writes. Its marker tells how far it has read, whatever the others have:
 * of a micro-batch it takes what lies behind that.
 */
final class SplitTable {
  private final IngestSpec job;
  private final Table ods;
  private final Schema columns;
  private final DeadLetterTable deadLetters;
  private final IngestRows rows;
  private final MicroBatchListener listener;
  private long epoch;
  private KafkaOffsets position;

  SplitTable(IngestSpec job, Table ods, Table deadLetters, MicroBatchListener listener) {
    this.job = job;
    this.ods = ods;
    this.columns = JobTables.known(ods, JobTables.odsSchema(job));
    this.deadLetters = new DeadLetterTable(job, deadLetters);
    // It makes ODS's rows of what was decoded before, so it needs no schema.
    this.rows = new IngestRows(job, null);
    this.listener = listener;
    this.position = KafkaOffsets.none(job.topic());
  }

  IngestSpec job() {
    return job;
  }

  Table ods() {
    return ods;
  }

  /** How far it has read; no partition when it never ran. */
  KafkaOffsets position() {
    return position;
  }

  /** Looks up in the table how far it has read. */
  KafkaOffsets refresh() {
    ods.refresh();
    position =
        KafkaOffsets.parse(
            job.topic(), TableState.of(ods).marker(job.name()).map(Marker::position).orElse(""));
    return position;
  }

  /**
   * Takes the job over.
   *
   * @param first where it begins when it never ran
   */
  void takeOver(KafkaOffsets first) {
    String start = first.next().isEmpty() ? "" : first.toJson();
    Marker last = Commits.takeOver(ods, job.name(), "none", start);
    epoch = last.epoch();
    position = KafkaOffsets.parse(job.topic(), last.position());
    deadLetters.takeOver(position);
  }

  /** The checkpoints of older drivers are told apart by it. */
  long epoch() {
    return epoch;
  }

  /** Stops a driver that a newer one has taken the job from. */
  void requireOwnTurn() {
    ods.refresh();
    long newest = TableState.of(ods).marker(job.name()).orElseThrow().epoch();
    if (newest > epoch) {
      throw new FencedException(job.name(), epoch, newest);
    }
  }

  /** Refuses to pass over messages. */
  void requireNothingBetween(KafkaOffsets begin) {
    if (!position.reaches(begin)) {
      throw new LostPositionException(
          "job %s would read %s from %s, but its table %s holds everything up to %s and nothing behind it: run it again, and it goes on from there"
              .formatted(job.name(), job.topic(), begin.toJson(), job.output(), position.toJson()));
    }
  }

  /**
   * Commits what a micro-batch has for this job: dead letters, then rows. When there is nothing,
   * the position goes on alone, so that a quiet route keeps nobody back.
   *
   * @param decoded the job's messages behind its position
   */
  void append(
      Dataset<Row> decoded,
      SplitRows.Facts facts,
      String checkpoint,
      long batch,
      KafkaOffsets begin,
      KafkaOffsets end) {
    if (position.reaches(end)) {
      return;
    }
    // Grows from commit to commit of this table, also where the reader went back for another one.
    long number = position.furthest(begin).total();
    if (facts.dead() > 0) {
      deadLetters.append(IngestRows.dead(decoded, number + numberedOn()), checkpoint, batch, end);
    }
    KafkaOffsets next = position.furthest(end);
    Outcome outcome;
    do {
      ods.refresh();
      DayRanges sealed = TableState.of(ods).sealedDays();
      // Also where a move took this one back, and behind repaired letters.
      long on = numberedOn();
      long ingestBatch = number + on;
      Marker marker = new Marker(job.name(), checkpoint, epoch, batch, next.toJson(), Map.of(), on);
      StagedFiles staged = stage(decoded, facts, ingestBatch, sealed);
      listener.reached(job.name(), batch, Phase.FILES_WRITTEN);
      MicroBatchReport report =
          new MicroBatchReport(
              job.name(),
              batch,
              facts.messages(),
              staged.rows(),
              facts.dead(),
              0,
              facts.ignored(),
              0,
              pending(decoded, facts, sealed));
      outcome = Commits.append(staged, marker, sealed, report.facts());
      if (outcome == Outcome.COMMITTED) {
        listener.reached(job.name(), batch, Phase.COMMITTED);
        if (facts.messages() > 0) {
          listener.committed(
              report,
              new Reach(position.toJson(), next.toJson(), MicroBatchReport.snapshotIn(ods)));
        }
      }
    } while (outcome == Outcome.CHANGED_MEANWHILE);
    position = next;
  }

  /** What the numbers of micro-batches are beyond their positions, by the refreshed table. */
  private long numberedOn() {
    return TableState.of(ods).marker(job.name()).orElseThrow().back();
  }

  private StagedFiles stage(
      Dataset<Row> decoded, SplitRows.Facts facts, long ingestBatch, DayRanges sealed) {
    if (facts.messages() == facts.dead() + facts.ignored()) {
      return StagedFiles.none(ods);
    }
    Layout layout =
        facts.days().size() > HopStream.DAYS_AS_THEY_COME
            ? Layout.BY_PARTITION
            : Layout.AS_THEY_COME;
    return StagedFiles.write(ods, columns, rows.accepted(decoded, ingestBatch, sealed), layout);
  }

  private long pending(Dataset<Row> decoded, SplitRows.Facts facts, DayRanges sealed) {
    return facts.days().stream().anyMatch(sealed::contains)
        ? rows.accepted(decoded, 0, sealed).where(col(SystemColumns.PENDING)).count()
        : 0;
  }
}
