package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.tidemark.catalog.KafkaSettings;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.source.KafkaCheck;
import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.source.StartOffsets;
import io.tidemark.jobs.source.SubjectCheck;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.Split;
import io.tidemark.jobs.spec.SystemColumns;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a topic once for several jobs of its split. Every message is decoded once and goes to one
 * of them.
 *
 * <p>Each table has its marker, and the commits of a micro-batch are not atomic together. So the
 * checkpoint decides nothing: every start makes it anew, at the position of the table that is
 * furthest back, and tables that are further on pass over what they have, by its offsets. The
 * split's own job commits last.
 */
final class SplitStream implements JobStream {
  private static final Logger LOG = LoggerFactory.getLogger(SplitStream.class);

  /** Tables written at a time: a commit is mostly waiting. */
  private static final int WRITERS = 4;

  /** How long writers that were interrupted are waited for. */
  private static final long STOP_SECONDS = 10;

  private final Split split;
  private final List<IngestSpec> running;
  private final Lakehouse lake;
  private final List<SplitTable> tables;
  private final KafkaSettings kafka;
  private final StreamContext context;
  private final SparkSession spark;
  private final SplitRows rows;
  private final SplitStart start;
  private final IngestSpec reader;
  private final TopicQuery query;
  private Checkpoint checkpoint;
  private KafkaOffsets startedAt;

  /**
   * A reader of a split.
   *
   * @param running the jobs to read for, some or all of the split's
   * @param tables all jobs of the split, in its order
   */
  SplitStream(
      Split split,
      List<IngestSpec> running,
      Lakehouse lake,
      List<SplitTable> tables,
      StreamContext context) {
    this.split = split;
    this.running = split.jobs().stream().filter(running::contains).toList();
    this.lake = lake;
    this.tables = List.copyOf(tables);
    this.kafka = lake.environment().kafka();
    this.context = context;
    this.spark = lake.newSession().spark();
    this.rows = new SplitRows(split, kafka.schemaRegistry());
    this.start = new SplitStart(split, lake);
    this.reader = this.running.get(this.running.size() - 1);
    this.query = new TopicQuery(reader, spark, kafka, context);
  }

  @Override
  public void run(boolean drain) {
    List<DriverLock.Held> held = new ArrayList<>();
    try {
      running.forEach(job -> held.add(DriverLock.hold(folder(job))));
      runAlone(drain);
    } finally {
      held.forEach(DriverLock.Held::close);
    }
  }

  private String folder(IngestSpec job) {
    return lake.environment().checkpoints().resolve(job.name()).toString();
  }

  private void runAlone(boolean drain) {
    Optional<String> topic = new KafkaCheck(kafka).topicId(reader.topic());
    tables.forEach(table -> TopicIdentity.require(table.job(), table.ods(), topic));
    for (SplitTable table : ofThisDriver()) {
      SubjectCheck.atStart(table.job(), kafka.schemaRegistry(), table.refresh().next().isEmpty());
    }
    start.takeOver(tables, running);
    startedAt = start.begin(ofThisDriver());
    // A name of its own, which no older driver writes to.
    long epoch = writer().epoch();
    var hadoop = spark.sparkContext().hadoopConfiguration();
    new Checkpoint(folder(reader), hadoop).remove();
    checkpoint = new Checkpoint(folder(reader) + "/epoch-" + epoch, hadoop);
    try {
      query.run(
          startedAt, checkpoint.folder(), rows.readsHeaders(), drain, this::microBatch, this::lost);
    } catch (IllegalStateException e) {
      // A newer driver has removed this one's checkpoint, which Spark says in words of its own.
      writer().requireOwnTurn();
      throw e;
    }
  }

  private List<SplitTable> ofThisDriver() {
    return tables.stream().filter(table -> running.contains(table.job())).toList();
  }

  /** The table of the job that the checkpoint is named by. */
  private SplitTable writer() {
    return ofThisDriver().get(running.size() - 1);
  }

  private RuntimeException lost(Throwable cause) {
    SplitTable behind = furthestBack(ofThisDriver());
    return StartOffsets.lost(behind.job(), behind.position(), "", cause);
  }

  /** The table that reading waits for, and misses first what is gone. */
  static SplitTable furthestBack(List<SplitTable> tables) {
    tables.forEach(SplitTable::refresh);
    return tables.stream()
        .min(Comparator.comparingLong(table -> table.position().total()))
        .orElseThrow();
  }

  private void microBatch(Dataset<Row> messages, Long number) throws InterruptedException {
    query.awaitTurn();
    long begun = System.nanoTime();
    reached(number, Phase.STARTED);
    // A newer driver has removed the checkpoint that is looked into next.
    writer().requireOwnTurn();
    KafkaOffsets end = offsets(checkpoint.endOf(number).orElseThrow());
    KafkaOffsets begin = checkpoint.endOf(number - 1).map(this::offsets).orElse(startedAt);
    ofThisDriver().forEach(table -> table.requireNothingBetween(begin));
    Dataset<Row> decoded =
        rows.decode(messages, wanted(begin)).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      append(decoded, number, begin, end);
    } finally {
      decoded.unpersist();
    }
    query.read(end.total() - begin.total(), begun);
    reached(number, Phase.FINISHED);
  }

  private KafkaOffsets offsets(String json) {
    return KafkaOffsets.parse(reader.topic(), json);
  }

  private void reached(long number, Phase phase) {
    running.forEach(job -> context.listener().reached(job.name(), number, phase));
  }

  /** Messages of the jobs that run, each behind the position of its job. */
  private Column wanted(KafkaOffsets begin) {
    boolean everything =
        running.size() == tables.size()
            && tables.stream().allMatch(table -> begin.reaches(table.position()));
    if (everything) {
      return lit(true);
    }
    return ofThisDriver().stream()
        .map(
            table -> {
              String behind =
                  table.position().notYetRead(SystemColumns.PARTITION, SystemColumns.OFFSET);
              return rows.isOf(table.job()).and(expr(behind));
            })
        .reduce(Column::or)
        .orElseThrow();
  }

  /** The split's own job last: what it stands at, every route that runs has reached. */
  private void append(Dataset<Row> decoded, long number, KafkaOffsets begin, KafkaOffsets end)
      throws InterruptedException {
    Map<IngestSpec, SplitRows.Facts> facts = rows.facts(decoded);
    String id = checkpoint.id();
    List<Runnable> routes = new ArrayList<>();
    List<Runnable> rest = new ArrayList<>();
    for (SplitTable table : ofThisDriver()) {
      Runnable commit =
          () ->
              table.append(
                  rows.of(table.job(), decoded),
                  facts.getOrDefault(table.job(), SplitRows.Facts.NONE),
                  id,
                  number,
                  begin,
                  end);
      (table.job().equals(split.rest()) ? rest : routes).add(commit);
    }
    inParallel(routes);
    rest.forEach(Runnable::run);
  }

  /**
   * Runs all, also when one fails; then its failure is thrown. None runs on when this returns: what
   * they read and the right to write are given up behind it.
   */
  static void inParallel(List<Runnable> commits) throws InterruptedException {
    // Threads of this micro-batch, so that they inherit what Spark cancels it by.
    ExecutorService writers =
        Executors.newFixedThreadPool(Math.max(1, Math.min(WRITERS, commits.size())));
    try {
      List<Future<?>> running = new ArrayList<>();
      commits.forEach(commit -> running.add(writers.submit(commit)));
      Failures.awaitAll(running);
    } finally {
      writers.shutdownNow();
      if (!writers.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("a commit did not end within {} s after it was interrupted", STOP_SECONDS);
      }
    }
  }
}
