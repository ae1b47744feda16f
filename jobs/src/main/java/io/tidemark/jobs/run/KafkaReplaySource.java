package io.tidemark.jobs.run;

import io.tidemark.catalog.KafkaSettings;
import io.tidemark.jobs.decode.MessageDecoder;
import io.tidemark.jobs.source.KafkaCheck;
import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.source.OffsetParts;
import io.tidemark.jobs.source.TopicMessages;
import io.tidemark.jobs.source.TopicOffsets;
import io.tidemark.jobs.spec.IngestSpec;
import java.time.Instant;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The topic as the environment's brokers have it. */
final class KafkaReplaySource implements ReplaySource {
  private final IngestSpec job;
  private final SparkSession spark;
  private final KafkaSettings kafka;
  private final TopicOffsets offsets;

  KafkaReplaySource(IngestSpec job, SparkSession spark, KafkaSettings kafka) {
    this.job = job;
    this.spark = spark;
    this.kafka = kafka;
    this.offsets = new TopicOffsets(kafka, job.topic());
  }

  @Override
  public Optional<String> topicId() {
    return new KafkaCheck(kafka).topicId(job.topic());
  }

  @Override
  public KafkaOffsets earliest() {
    return offsets.earliest();
  }

  @Override
  public KafkaOffsets at(Instant time) {
    return offsets.at(time);
  }

  @Override
  public Optional<Instant> oldest(int partition) {
    try (TopicMessages messages = new TopicMessages(kafka, job.topic())) {
      return messages
          .first(
              partition,
              offsets.earliest().next().get(partition),
              offsets.end().next().get(partition))
          .map(TopicMessages.Message::time);
    }
  }

  @Override
  public Dataset<Row> read(OffsetParts parts) {
    return spark
        .read()
        .format("kafka")
        .options(KafkaOptions.of(kafka))
        .option("subscribe", job.topic())
        .option("startingOffsets", parts.from().toJson())
        .option("endingOffsets", parts.to().toJson())
        .option("includeHeaders", MessageDecoder.readsHeaders(job.columns()))
        .load();
  }
}
