package io.tidemark.jobs.run;

import io.tidemark.catalog.KafkaSettings;
import io.tidemark.catalog.StreamSettings;
import io.tidemark.jobs.source.KafkaCheck;
import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.spec.IngestSpec;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.spark.SparkThrowable;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;

/**
 * A Structured Streaming query that reads a topic: how it is started, slowed down, stopped between
 * two micro-batches, and what its failures mean.
 */
final class TopicQuery {
  private static final Duration POLL = Duration.ofMillis(200);

  private final IngestSpec job;
  private final SparkSession spark;
  private final KafkaSettings kafka;
  private final StreamContext context;
  private Pace pace;

  /** Whether a micro-batch waits to be interrupted instead of beginning. */
  private volatile boolean parked;

  /**
   * A query, not started yet.
   *
   * @param job says which topic is read, how fast, and what the query is called
   */
  TopicQuery(IngestSpec job, SparkSession spark, KafkaSettings kafka, StreamContext context) {
    this.job = job;
    this.spark = spark;
    this.kafka = kafka;
    this.context = context;
  }

  /**
   * Reads until everything is read or the driver is stopped.
   *
   * @param from where to begin when the checkpoint is new
   * @param headers whether headers are needed
   * @param drain whether to end when all that is there was read
   * @param lost makes a failure of messages that vanished while they were read
   */
  void run(
      KafkaOffsets from,
      String checkpoint,
      boolean headers,
      boolean drain,
      VoidFunction2<Dataset<Row>, Long> microBatch,
      Function<Throwable, RuntimeException> lost) {
    pace = new Pace(job.limit(), System.nanoTime());
    try {
      StreamingQuery query = start(from, checkpoint, headers, drain, microBatch);
      while (!query.awaitTermination(POLL.toMillis())) {
        if (context.stop().isStopped()) {
          stopBetweenBatches(query);
        }
      }
    } catch (StreamingQueryException e) {
      throw rootOf(e, lost);
    } catch (TimeoutException e) {
      throw new IllegalStateException("job " + job.name() + " did not start or stop in time", e);
    }
  }

  private StreamingQuery start(
      KafkaOffsets from,
      String checkpoint,
      boolean headers,
      boolean drain,
      VoidFunction2<Dataset<Row>, Long> microBatch)
      throws TimeoutException {
    // A streaming query never plans adaptively, and warns of a session that asks for it.
    spark.conf().set("spark.sql.adaptive.enabled", "false");
    // The rows of a micro-batch are kept for seconds: compressing them takes longer than it saves.
    spark.conf().set("spark.sql.inMemoryColumnarStorage.compressed", "false");
    Dataset<Row> messages =
        spark
            .readStream()
            .format("kafka")
            .options(KafkaOptions.of(kafka))
            .option("subscribe", job.topic())
            .option("startingOffsets", from.toJson())
            .option("includeHeaders", headers)
            .option("maxOffsetsPerTrigger", messagesPerMicroBatch())
            .load();
    return messages
        .writeStream()
        .queryName(job.name())
        .option("checkpointLocation", checkpoint)
        .trigger(
            drain
                ? Trigger.AvailableNow()
                : Trigger.ProcessingTime(context.settings().trigger().toMillis()))
        .foreachBatch(microBatch)
        .start();
  }

  private long messagesPerMicroBatch() {
    StreamSettings settings = context.settings();
    return job.limit().perMicroBatch(settings.trigger(), settings.maxMessagesPerMicroBatch());
  }

  /** Called first in a micro-batch: waits until its time has come. */
  void awaitTurn() throws InterruptedException {
    if (context.stop().await(pace.untilNext(System.nanoTime()))) {
      park();
    }
  }

  /** Called when a micro-batch is done. */
  void read(long messages, long begun) {
    pace.began(messages, begun);
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

  private RuntimeException rootOf(
      StreamingQueryException e, Function<Throwable, RuntimeException> lost) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof RuntimeException ours && isOurs(cause)) {
        return ours;
      }
      if (cause instanceof SparkThrowable thrown && isDataLoss(thrown.getCondition())) {
        return lost.apply(cause);
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

  private static boolean isOurs(Throwable cause) {
    return cause.getClass().getName().startsWith("io.tidemark.");
  }
}
