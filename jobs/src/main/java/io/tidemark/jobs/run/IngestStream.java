package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.when;

import io.tidemark.catalog.Environment;
import io.tidemark.catalog.KafkaSettings;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.Commits.Outcome;
import io.tidemark.catalog.commit.FencedException;
import io.tidemark.catalog.commit.LostPositionException;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.StagedFiles.Layout;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.DayRanges;
import io.tidemark.jobs.decode.MessageDecoder;
import io.tidemark.jobs.source.KafkaCheck;
import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.source.StartOffsets;
import io.tidemark.jobs.source.SubjectCheck;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.SystemColumns;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * Reads a topic into ODS with Structured Streaming.
 *
 * <p>A micro-batch is two commits, dead letters first, each with a marker. When the driver dies
 * between them, or before the checkpoint notes that it is done, Spark runs the micro-batch again
 * with the same offsets, and what is in a table already is recognised. When the checkpoint itself
 * is lost, the position in the table is where the next one starts.
 */
final class IngestStream implements JobStream {
  private final IngestSpec job;
  private final Lakehouse lake;
  private final Table ods;
  private final DeadLetterTable deadLetters;
  private final Schema columns;
  private final IngestRows rows;
  private final KafkaSettings kafka;
  private final StartOffsets start;
  private final Checkpoint checkpoint;
  private final StreamContext context;
  private final TopicQuery query;
  private long epoch;
  private KafkaOffsets startedAt;

  IngestStream(
      IngestSpec job, Lakehouse lake, Table ods, Table deadLetters, StreamContext context) {
    Environment environment = lake.environment();
    SparkSession spark = lake.newSession().spark();
    String folder = environment.checkpoints().resolve(job.name()).toString();
    this.job = job;
    this.lake = lake;
    this.ods = ods;
    this.deadLetters = new DeadLetterTable(job, deadLetters);
    this.columns = JobTables.known(ods, JobTables.odsSchema(job));
    this.kafka = environment.kafka();
    this.rows = new IngestRows(job, kafka.schemaRegistry());
    this.start = new StartOffsets(job, kafka, environment.timeZone());
    this.checkpoint = new Checkpoint(folder, spark.sparkContext().hadoopConfiguration());
    this.context = context;
    this.query = new TopicQuery(job, spark, kafka, context);
  }

  @Override
  public void run(boolean drain) {
    try (DriverLock.Held running = DriverLock.hold(checkpoint.folder())) {
      runAlone(drain);
    }
  }

  private void runAlone(boolean drain) {
    TopicIdentity.require(job, ods, new KafkaCheck(kafka).topicId(job.topic()));
    SubjectCheck.atStart(job, kafka.schemaRegistry(), position().next().isEmpty());
    // Fixed before anything is read: a second start finds the end of a topic somewhere else.
    String first = position().next().isEmpty() ? start.first().toJson() : "";
    Marker last = Commits.takeOver(ods, job.name(), "none", first);
    epoch = last.epoch();
    KafkaOffsets position = KafkaOffsets.parse(job.topic(), last.position());
    deadLetters.takeOver(position);
    endSplit(position);
    startedAt = start.after(position);
    if (last.batch() < 0) {
      // Of a table that was dropped, or from before a move: it would go on from there, or not at
      // all, because what it has read up to is where the topic ends.
      checkpoint.remove();
    }
    query.run(
        startedAt,
        checkpoint.folder(),
        MessageDecoder.readsHeaders(job.columns()),
        drain,
        this::microBatch,
        cause -> StartOffsets.lost(job, position(), "", cause));
  }

  /** All messages are this job's again from where the routes that had some of them stand. */
  private void endSplit(KafkaOffsets position) {
    Optional<SplitRoutes> routes = SplitRoutes.in(ods);
    if (routes.isPresent()) {
      new RouteChange(job, position, lake).requireTogether(routes.get());
      SplitRoutes.removeFrom(ods);
    }
  }

  private KafkaOffsets position() {
    ods.refresh();
    return KafkaOffsets.parse(
        job.topic(), TableState.of(ods).marker(job.name()).map(Marker::position).orElse(""));
  }

  private void microBatch(Dataset<Row> messages, Long number) throws InterruptedException {
    query.awaitTurn();
    long begun = System.nanoTime();
    MicroBatchListener listener = context.listener();
    listener.reached(job.name(), number, Phase.STARTED);
    ods.refresh();
    Marker last = TableState.of(ods).marker(job.name()).orElseThrow();
    if (last.epoch() > epoch) {
      throw new FencedException(job.name(), epoch, last.epoch());
    }
    KafkaOffsets end = KafkaOffsets.parse(job.topic(), checkpoint.endOf(number).orElseThrow());
    String id = checkpoint.id();
    if (last.checkpoint().equals(id) && last.batch() >= number) {
      listener.reached(job.name(), number, Phase.FINISHED);
      return;
    }
    KafkaOffsets begin = begin(number);
    KafkaOffsets inTable = KafkaOffsets.parse(job.topic(), last.position());
    if (!inTable.continuesAt(begin)) {
      throw new LostPositionException(
          "job %s would read %s from %s, but its table %s holds everything up to %s and nothing behind it. Remove the checkpoint folder %s to go on from the table's position"
              .formatted(
                  job.name(),
                  job.topic(),
                  begin.toJson(),
                  job.output(),
                  inTable.toJson(),
                  checkpoint.folder()));
    }
    Dataset<Row> decoded = rows.decode(messages).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      query.read(append(decoded, id, number, begin, end), begun);
    } finally {
      decoded.unpersist();
    }
    listener.reached(job.name(), number, Phase.FINISHED);
  }

  /** Returns how many messages were read. */
  private long append(
      Dataset<Row> decoded, String id, long number, KafkaOffsets begin, KafkaOffsets end) {
    Row facts =
        decoded
            .agg(
                count(when(rows.isMessage(), 1)),
                count(when(IngestRows.isDead(), 1)),
                count(when(rows.isIgnored(), 1)),
                collect_set(IngestRows.day()))
            .head();
    long read = facts.getLong(0);
    long dead = facts.getLong(1);
    long ignored = facts.getLong(2);
    List<LocalDate> days = facts.<LocalDate>getList(3);
    if (dead > 0) {
      deadLetters.append(IngestRows.dead(decoded, begin.total() + numberedOn()), id, number, end);
    }
    Layout layout =
        days.size() > HopStream.DAYS_AS_THEY_COME ? Layout.BY_PARTITION : Layout.AS_THEY_COME;
    Outcome outcome;
    do {
      ods.refresh();
      DayRanges sealed = TableState.of(ods).sealedDays();
      // Grows also where a move took the position back, and behind repaired letters.
      long on = numberedOn();
      long ingestBatch = begin.total() + on;
      StagedFiles staged =
          StagedFiles.write(ods, columns, rows.accepted(decoded, ingestBatch, sealed), layout);
      context.listener().reached(job.name(), number, Phase.FILES_WRITTEN);
      long pending = days.stream().anyMatch(sealed::contains) ? pendingRows(decoded, sealed) : 0;
      MicroBatchReport report =
          new MicroBatchReport(
              job.name(), number, read, staged.rows(), dead, 0, ignored, 0, pending);
      outcome = Commits.append(staged, marker(id, number, end, on), sealed, report.facts());
      if (outcome == Outcome.COMMITTED) {
        context.listener().reached(job.name(), number, Phase.COMMITTED);
        context
            .listener()
            .committed(
                report, new Reach(begin.toJson(), end.toJson(), MicroBatchReport.snapshotIn(ods)));
      }
    } while (outcome == Outcome.CHANGED_MEANWHILE);
    return read;
  }

  private long pendingRows(Dataset<Row> decoded, DayRanges sealed) {
    return rows.accepted(decoded, 0, sealed).where(col(SystemColumns.PENDING)).count();
  }

  private Marker marker(String id, long number, KafkaOffsets end, long on) {
    return new Marker(job.name(), id, epoch, number, end.toJson(), Map.of(), on);
  }

  /** What the numbers of micro-batches are beyond their positions, by the refreshed table. */
  private long numberedOn() {
    return TableState.of(ods).marker(job.name()).orElseThrow().back();
  }

  /** Where a micro-batch begins: where the one before it ended, or where the query started. */
  private KafkaOffsets begin(long number) {
    return checkpoint
        .endOf(number - 1)
        .map(json -> KafkaOffsets.parse(job.topic(), json))
        .orElse(startedAt);
  }
}
