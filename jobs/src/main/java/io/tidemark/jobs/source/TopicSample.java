package io.tidemark.jobs.source;

import io.tidemark.catalog.KafkaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Looks at the newest messages of a topic, and leaves no trace: no group, no committed offset. */
public final class TopicSample {
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final int EMPTY_POLLS = 5;

  private final KafkaSettings kafka;
  private final String topic;

  public TopicSample(KafkaSettings kafka, String topic) {
    this.kafka = kafka;
    this.topic = topic;
  }

  /**
   * Hands over keys and values, about as many of each partition.
   *
   * @param atMost messages in all, at least one of each partition
   * @throws KafkaUnavailableException when no broker answers
   */
  public void read(int atMost, BiConsumer<byte[], byte[]> taker) {
    TopicOffsets offsets = new TopicOffsets(kafka, topic);
    KafkaOffsets earliest = offsets.earliest();
    KafkaOffsets end = offsets.end();
    Map<String, Object> config = new HashMap<>(kafka.properties());
    config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = new ArrayList<>();
      end.next().keySet().forEach(number -> partitions.add(new TopicPartition(topic, number)));
      consumer.assign(partitions);
      long each = Math.max(1, atMost / partitions.size());
      for (TopicPartition partition : partitions) {
        long first = earliest.next().get(partition.partition());
        consumer.seek(partition, Math.max(first, end.next().get(partition.partition()) - each));
      }
      int empty = 0;
      while (empty < EMPTY_POLLS && !atEnd(consumer, partitions, end)) {
        var records = consumer.poll(POLL);
        empty = records.isEmpty() ? empty + 1 : 0;
        records.forEach(record -> taker.accept(record.key(), record.value()));
      }
    } catch (KafkaException e) {
      throw new KafkaCheck(kafka).unusable(e);
    }
  }

  private static boolean atEnd(
      KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions, KafkaOffsets end) {
    return partitions.stream()
        .allMatch(
            partition -> consumer.position(partition) >= end.next().get(partition.partition()));
  }
}
