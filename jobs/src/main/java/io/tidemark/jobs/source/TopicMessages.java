package io.tidemark.jobs.source;

import io.tidemark.catalog.KafkaSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads parts of a topic, as a job does that sees committed messages only, and leaves no trace: no
 * group, no committed offset.
 */
public final class TopicMessages implements AutoCloseable {
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final int EMPTY_POLLS = 10;

  private final KafkaSettings kafka;
  private final String topic;
  private final KafkaConsumer<byte[], byte[]> consumer;

  /**
   * A message.
   *
   * @param key {@code null} when it has none
   * @param value {@code null} is a tombstone
   * @param headers a header's bytes by its name; {@code null} for one that is not there
   * @param time the broker's timestamp
   */
  public record Message(
      long offset, byte[] key, byte[] value, Function<String, byte[]> headers, Instant time) {}

  /** A reader of one topic of an environment's brokers. */
  public TopicMessages(KafkaSettings kafka, String topic) {
    this.kafka = kafka;
    this.topic = topic;
    new KafkaCheck(kafka).requireBroker();
    Map<String, Object> config = new HashMap<>(kafka.properties());
    config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    try {
      this.consumer =
          new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    } catch (KafkaException e) {
      throw new KafkaCheck(kafka).unusable(e);
    }
  }

  /**
   * Hands over the messages between two offsets of a partition, in order.
   *
   * @param from not before the oldest offset that the brokers have
   * @param to not behind the end
   * @throws KafkaUnavailableException when the brokers do not give them
   */
  public void read(int partition, long from, long to, Consumer<Message> taker) {
    walk(
        partition,
        from,
        to,
        message -> {
          taker.accept(message);
          return true;
        });
  }

  /**
   * The first message between two offsets of a partition; nothing when none of them is a message.
   *
   * @param from not before the oldest offset that the brokers have
   * @param to not behind the end
   * @throws KafkaUnavailableException when the brokers do not give it
   */
  public Optional<Message> first(int partition, long from, long to) {
    List<Message> first = new ArrayList<>();
    walk(
        partition,
        from,
        to,
        message -> {
          first.add(message);
          return false;
        });
    return first.stream().findFirst();
  }

  /** Goes on as long as it is asked to. */
  private void walk(int partition, long from, long to, Predicate<Message> taker) {
    TopicPartition source = new TopicPartition(topic, partition);
    try {
      consumer.assign(List.of(source));
      consumer.seek(source, from);
      int empty = 0;
      for (long at = from; at < to; ) {
        for (ConsumerRecord<byte[], byte[]> found : consumer.poll(POLL).records(source)) {
          if (found.offset() < to && !taker.test(message(found))) {
            return;
          }
        }
        // Goes on past offsets that are no messages too.
        long reached = consumer.position(source);
        empty = reached == at ? empty + 1 : 0;
        at = reached;
        if (empty == EMPTY_POLLS) {
          throw new KafkaUnavailableException(
              "Kafka at %s gives nothing of topic %s, partition %d, behind offset %d, though it has messages up to %d"
                  .formatted(kafka.bootstrapServers(), topic, partition, at, to));
        }
      }
    } catch (KafkaException e) {
      throw new KafkaCheck(kafka).unusable(e);
    }
  }

  private static Message message(ConsumerRecord<byte[], byte[]> found) {
    return new Message(
        found.offset(),
        found.key(),
        found.value(),
        name -> {
          Header last = found.headers().lastHeader(name);
          return last == null ? null : last.value();
        },
        Instant.ofEpochMilli(found.timestamp()));
  }

  @Override
  public void close() {
    consumer.close();
  }
}
