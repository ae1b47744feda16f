package io.tidemark.jobs.run;

import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.source.OffsetParts;
import java.time.Instant;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The topic that a replay reads once more. */
interface ReplaySource {
  /** Whether the brokers have the topic that a table was read from, and no other of its name. */
  Optional<String> topicId();

  /** The oldest offset of every partition. */
  KafkaOffsets earliest();

  /** Of every partition the first message that was received at a time or after it. */
  KafkaOffsets at(Instant time);

  /** When the oldest message of a partition was received; nothing when it has none. */
  Optional<Instant> oldest(int partition);

  /** The messages, as Spark's Kafka source gives them; whatever lies between parts may be there. */
  Dataset<Row> read(OffsetParts parts);
}
