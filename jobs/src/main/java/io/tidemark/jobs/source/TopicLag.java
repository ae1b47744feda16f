package io.tidemark.jobs.source;

import io.tidemark.catalog.KafkaSettings;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What readers of a topic have still to read, as of the moment this is made. Offsets are counted;
 * where a producer uses transactions, or a topic is compacted, messages are fewer.
 */
public final class TopicLag implements AutoCloseable {
  private final KafkaSettings kafka;
  private final String topic;
  private final KafkaOffsets earliest;
  private final KafkaOffsets end;
  private final Map<Map.Entry<Integer, Long>, Optional<Instant>> times = new HashMap<>();
  private TopicMessages messages;

  /**
   * Asks what there is.
   *
   * @throws KafkaUnavailableException when no broker answers, or the topic is not there
   */
  public TopicLag(KafkaSettings kafka, String topic) {
    this.kafka = kafka;
    this.topic = topic;
    TopicOffsets offsets = new TopicOffsets(kafka, topic);
    this.earliest = offsets.earliest();
    this.end = offsets.end();
  }

  /** Offsets that a reader at a position has still to read. What the brokers lost is none. */
  public long events(KafkaOffsets position) {
    return end.next().entrySet().stream()
        .mapToLong(
            partition -> Math.max(0, partition.getValue() - next(position, partition.getKey())))
        .sum();
  }

  /**
   * The oldest record timestamp among the next messages of all partitions; nothing when there is
   * none to read.
   *
   * @throws KafkaUnavailableException when the brokers do not give them
   */
  public Optional<Instant> oldest(KafkaOffsets position) {
    return end.next().entrySet().stream()
        .flatMap(
            partition ->
                time(partition.getKey(), next(position, partition.getKey()), partition.getValue())
                    .stream())
        .min(Instant::compareTo);
  }

  /** Where a reader goes on; one that does not know the partition reads all of it. */
  private long next(KafkaOffsets position, int partition) {
    return Math.max(
        position.next().getOrDefault(partition, 0L), earliest.next().getOrDefault(partition, 0L));
  }

  private Optional<Instant> time(int partition, long from, long to) {
    if (from >= to) {
      return Optional.empty();
    }
    Map.Entry<Integer, Long> place = Map.entry(partition, from);
    if (!times.containsKey(place)) {
      if (messages == null) {
        messages = new TopicMessages(kafka, topic);
      }
      times.put(place, messages.first(partition, from, to).map(TopicMessages.Message::time));
    }
    return times.get(place);
  }

  @Override
  public void close() {
    if (messages != null) {
      messages.close();
    }
  }
}
