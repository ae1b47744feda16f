package io.tidemark.jobs.source;

import io.tidemark.catalog.KafkaSettings;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/**
 * What the brokers have of a topic, by partition. Every question is asked anew.
 *
 * <p>All methods throw {@link KafkaUnavailableException} when no broker answers, or the topic is
 * not there any more.
 */
public final class TopicOffsets {
  private final KafkaCheck check;
  private final String topic;

  /** The offsets of one topic of an environment's brokers. */
  public TopicOffsets(KafkaSettings kafka, String topic) {
    this.check = new KafkaCheck(kafka);
    this.topic = topic;
  }

  /** The oldest offset there is, of every partition. */
  public KafkaOffsets earliest() {
    return offsets(OffsetSpec.earliest());
  }

  /** The offset behind the newest message that a reader of committed messages sees. */
  public KafkaOffsets end() {
    return offsets(OffsetSpec.latest());
  }

  /**
   * The first message whose record timestamp is not before {@code time}; the end of a partition
   * that has none.
   */
  public KafkaOffsets at(Instant time) {
    // First the end: what arrives between the two questions must not be passed over.
    SortedMap<Integer, Long> next = new TreeMap<>(end().next());
    offsets(OffsetSpec.forTimestamp(time.toEpochMilli()))
        .next()
        .forEach((partition, offset) -> next.put(partition, offset));
    return new KafkaOffsets(topic, next);
  }

  /** Without the partitions for which there is no such offset. */
  private KafkaOffsets offsets(OffsetSpec asked) {
    check.requireBroker();
    try (Admin admin = check.admin()) {
      TopicDescription topicNow =
          check.get(admin.describeTopics(List.of(topic)).topicNameValues().get(topic));
      Map<TopicPartition, OffsetSpec> questions = new HashMap<>();
      for (TopicPartitionInfo partition : topicNow.partitions()) {
        questions.put(new TopicPartition(topic, partition.partition()), asked);
      }
      Map<TopicPartition, ListOffsetsResultInfo> answers =
          check.get(
              admin
                  .listOffsets(questions, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                  .all());
      SortedMap<Integer, Long> next = new TreeMap<>();
      answers.forEach(
          (partition, answer) -> {
            if (answer.offset() >= 0) {
              next.put(partition.partition(), answer.offset());
            }
          });
      return new KafkaOffsets(topic, next);
    } catch (KafkaException e) {
      throw check.unusable(e);
    }
  }
}
