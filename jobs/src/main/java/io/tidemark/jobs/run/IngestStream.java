package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.when;

import io.tidemark.catalog.KafkaSettings;
import io.tidemark.catalog.StreamSettings;
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
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;
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
  /** The table property that holds the id of the topic it was read from. */
  private static final String TOPIC_ID = "tidemark.topic-id";

  private static final Duration POLL = Duration.ofMillis(200);

  private final IngestSpec job;
  private final SparkSession spark;
  private final Table ods;
  private final Table deadLetters;
  private final Schema columns;
  private final Schema deadLetterColumns;
  private final IngestRows rows;
  private final KafkaSettings kafka;
  private final StartOffsets start;
  private final Checkpoint checkpoint;
  private final StreamContext context;
  private long epoch;
  private long deadLetterEpoch;
  private KafkaOffsets startedAt;
  private Pace pace;

  /** Whether a micro-batch waits to be interrupted instead of beginning. */
  private volatile boolean parked;

  IngestStream(
      IngestSpec job,
      SparkSession spark,
      Table ods,
      Table deadLetters,
      KafkaSettings kafka,
      ZoneId zone,
      String checkpointFolder,
      StreamContext context) {
    this.job = job;
    this.spark = spark;
    this.ods = ods;
    this.deadLetters = deadLetters;
    this.columns = JobTables.known(ods, JobTables.odsSchema(job));
    this.deadLetterColumns = JobTables.known(deadLetters, JobTables.deadLetterSchema());
    // The rows of a micro-batch are kept for seconds: compressing them takes longer than it saves.
    spark.conf().set("spark.sql.inMemoryColumnarStorage.compressed", "false");
    this.rows = new IngestRows(job, kafka.schemaRegistry());
    this.kafka = kafka;
    this.start = new StartOffsets(job, kafka, zone);
    this.checkpoint = new Checkpoint(checkpointFolder, spark.sparkContext().hadoopConfiguration());
    this.context = context;
  }

  @Override
  public void run(boolean drain) {
    try (DriverLock.Held running = DriverLock.hold(checkpoint.folder())) {
      runAlone(drain);
    }
  }

  private void runAlone(boolean drain) {
    requireTheSameTopic();
    SubjectCheck.atStart(job, kafka.schemaRegistry(), position().next().isEmpty());
    // Fixed before anything is read: a second start finds the end of a topic somewhere else.
    String first = position().next().isEmpty() ? start.first().toJson() : "";
    Marker last = Commits.takeOver(ods, job.name(), "none", first);
    epoch = last.epoch();
    deadLetterEpoch = Commits.takeOver(deadLetters, job.name(), "none").epoch();
    startedAt = start.after(KafkaOffsets.parse(job.topic(), last.position()));
    if (last.checkpoint().equals(Marker.MOVED)) {
      checkpoint.remove();
    }
    pace = new Pace(job.limit(), System.nanoTime());
    try {
      StreamingQuery query = start(drain);
      while (!query.awaitTermination(POLL.toMillis())) {
        if (context.stop().isStopped()) {
          stopBetweenBatches(query);
        }
      }
    } catch (StreamingQueryException e) {
      throw rootOf(e);
    } catch (TimeoutException e) {
      throw new IllegalStateException("job " + job.name() + " did not start or stop in time", e);
    }
  }

  /** Offsets of a topic say nothing about another one that was made anew under its name. */
  private void requireTheSameTopic() {
    Optional<String> now = new KafkaCheck(kafka).topicId(job.topic());
    String before = ods.properties().get(TOPIC_ID);
    if (now.isPresent() && before == null) {
      ods.updateProperties().set(TOPIC_ID, now.get()).commit();
    } else if (now.isPresent() && !before.equals(now.get())) {
      throw new LostPositionException(
          "job %s cannot go on: topic %s was deleted and made anew since table %s was written, so its offsets are of other messages. Nothing was read: give the new topic another name and another ODS table, or drop the table to build it anew from this topic"
              .formatted(job.name(), job.topic(), job.output()));
    }
  }

  private StreamingQuery start(boolean drain) throws TimeoutException {
    // A streaming query never plans adaptively, and warns of a session that asks for it.
    spark.conf().set("spark.sql.adaptive.enabled", "false");
    Dataset<Row> messages =
        spark
            .readStream()
            .format("kafka")
            .options(KafkaOptions.of(kafka))
            .option("subscribe", job.topic())
            .option("startingOffsets", startedAt.toJson())
            .option("includeHeaders", MessageDecoder.readsHeaders(job.columns()))
            .option("maxOffsetsPerTrigger", messagesPerMicroBatch())
            .load();
    return messages
        .writeStream()
        .queryName(job.name())
        .option("checkpointLocation", checkpoint.folder())
        .trigger(
            drain
                ? Trigger.AvailableNow()
                : Trigger.ProcessingTime(context.settings().trigger().toMillis()))
        .foreachBatch(this::microBatch)
        .start();
  }

  private long messagesPerMicroBatch() {
    StreamSettings settings = context.settings();
    return job.limit().perMicroBatch(settings.trigger(), settings.maxMessagesPerMicroBatch());
  }

  /**
   * Spark interrupts a running micro-batch when it is stopped. Between two of them it rests only
   * when it has caught up; with a backlog it is stopped where the next one would begin.
   */
  private void stopBetweenBatches(StreamingQuery query) throws TimeoutException {
    if (parked || !query.status().isTriggerActive()) {
      query.stop();
    }
  }

  /** Keeps a micro-batch from beginning until Spark interrupts it; it is run by the next driver. */
  private void park() throws InterruptedException {
    parked = true;
    new CountDownLatch(1).await();
  }

  private RuntimeException rootOf(StreamingQueryException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof RuntimeException ours && isOurs(cause)) {
        return ours;
      }
      if (cause instanceof SparkThrowable spark && isDataLoss(spark.getCondition())) {
        return StartOffsets.lost(job, position(), "", cause);
      }
    }
    return new IllegalStateException("job " + job.name() + " stopped" + afterwards(), e);
  }

  /** A client's own words for a broker that has gone are that it waited for something. */
  private String afterwards() {
    return new KafkaCheck(kafka)
        .unreachable()
        .map(
            problem ->
                ": %s any more. What it committed stays; start it again once there is one, and it goes on from there"
                    .formatted(problem))
        .orElse("");
  }

  private static boolean isDataLoss(String condition) {
    return condition != null && condition.startsWith("KAFKA_DATA_LOSS");
  }

  private KafkaOffsets position() {
    ods.refresh();
    return KafkaOffsets.parse(
        job.topic(), TableState.of(ods).marker(job.name()).map(Marker::position).orElse(""));
  }

  private static boolean isOurs(Throwable cause) {
    return cause.getClass().getName().startsWith("io.tidemark.");
  }

  private void microBatch(Dataset<Row> messages, Long number) throws InterruptedException {
    if (context.stop().await(pace.untilNext(System.nanoTime()))) {
      park();
    }
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
      pace.began(append(decoded, id, number, begin, end), begun);
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
      appendDeadLetters(decoded, id, number, begin, end);
    }
    Layout layout =
        days.size() > HopStream.DAYS_AS_THEY_COME ? Layout.BY_PARTITION : Layout.AS_THEY_COME;
    Outcome outcome;
    do {
      ods.refresh();
      DayRanges sealed = TableState.of(ods).sealedDays();
      StagedFiles staged =
          StagedFiles.write(ods, columns, rows.accepted(decoded, begin.total(), sealed), layout);
      context.listener().reached(job.name(), number, Phase.FILES_WRITTEN);
      long pending = days.stream().anyMatch(sealed::contains) ? pendingRows(decoded, sealed) : 0;
      MicroBatchReport report =
          new MicroBatchReport(
              job.name(), number, read, staged.rows(), dead, 0, ignored, 0, pending);
      outcome = Commits.append(staged, marker(id, number, epoch, end), sealed, report.facts());
      if (outcome == Outcome.COMMITTED) {
        context.listener().reached(job.name(), number, Phase.COMMITTED);
        context.listener().committed(report);
      }
    } while (outcome == Outcome.SEALED_MEANWHILE);
    return read;
  }

  private long pendingRows(Dataset<Row> decoded, DayRanges sealed) {
    return rows.accepted(decoded, 0, sealed).where(col(SystemColumns.PENDING)).count();
  }

  /**
   * Dead letters are committed before the rows. A new checkpoint cuts its micro-batches anew, so
   * letters that an earlier one left behind its last commit of rows are told by their offsets.
   */
  private void appendDeadLetters(
      Dataset<Row> decoded, String id, long number, KafkaOffsets begin, KafkaOffsets end) {
    deadLetters.refresh();
    Marker last = TableState.of(deadLetters).marker(job.name()).orElseThrow();
    KafkaOffsets known = KafkaOffsets.parse(job.topic(), last.position());
    // The smaller micro-batches of a new checkpoint must not take the position back.
    Marker next = marker(id, number, deadLetterEpoch, known.furthest(end));
    String unread = known.notYetRead(SystemColumns.PARTITION, SystemColumns.OFFSET);
    StagedFiles staged =
        StagedFiles.write(
            deadLetters,
            deadLetterColumns,
            IngestRows.dead(decoded, begin.total()).where(expr(unread)),
            Layout.BY_PARTITION);
    Commits.append(staged, next, DayRanges.EMPTY, Map.of());
  }

  private Marker marker(String id, long number, long ownEpoch, KafkaOffsets end) {
    return new Marker(job.name(), id, ownEpoch, number, end.toJson(), Map.of());
  }

  /** Where a micro-batch begins: where the one before it ended, or where the query started. */
  private KafkaOffsets begin(long number) {
    return checkpoint
        .endOf(number - 1)
        .map(json -> KafkaOffsets.parse(job.topic(), json))
        .orElse(startedAt);
  }
}
