package io.tidemark.jobs.source;

import io.tidemark.catalog.KafkaSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends many records fast, each with the timestamp it is given, none lost and none doubled while it
 * lives. The first failure ends it: what follows a lost record must not hide the loss.
 */
public final class RecordSender implements AutoCloseable {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);

  /**
   * How long a record may be on its way. The client counts from when it was handed over, its wait
   * behind megabytes of others included: on a busy machine Kafka's two minutes are too few.
   */
  private static final Duration DELIVERY_LIMIT = Duration.ofMinutes(10);

  private final String servers;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<Lost> failure = new AtomicReference<>();
  private long count;

  /** The first record that did not arrive. */
  private record Lost(String topic, Exception cause) {}

  /** A sender to the brokers that {@code servers} names, which ask for no credentials. */
  public RecordSender(String servers) {
    this(servers, Map.of());
  }

  /** A sender to the brokers of an environment. */
  public RecordSender(KafkaSettings kafka) {
    this(kafka.bootstrapServers(), kafka.properties());
  }

  private RecordSender(String servers, Map<String, String> properties) {
    this.servers = servers;
    Map<String, Object> config = new HashMap<>(properties);
    config.putIfAbsent(
        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Math.toIntExact(DELIVERY_LIMIT.toMillis()));
    config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    // A broker takes any first sequence for a partition, so that a second request may be taken
    // while the first is refused because the partition is only just being made; the first is then
    // out of order until its time is over (KAFKA-15591).
    config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    config.put(ProducerConfig.LINGER_MS_CONFIG, 20);
    config.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
    config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L << 20);
    producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * Hands a record over; it is safe only after {@link #flush}.
   *
   * @param key decides the partition; {@code null} leaves that to the client
   * @throws IOException this record, or an earlier one, could not be sent
   */
  public void send(String topic, byte[] key, byte[] value, long timestampMillis)
      throws IOException {
    check();
    try {
      producer.send(
          new ProducerRecord<>(topic, null, timestampMillis, key, value),
          (metadata, error) -> {
            if (error != null) {
              failure.compareAndSet(null, new Lost(topic, error));
            }
          });
    } catch (KafkaException e) {
      throw new IOException("a record for topic " + topic + " was not sent", e);
    }
    count++;
  }

  /**
   * Waits until the brokers have everything.
   *
   * @return how many records that is since this sender was made
   */
  public long flush() throws IOException {
    producer.flush();
    check();
    return count;
  }

  /** Ends the sender; what was not flushed may be lost. */
  @Override
  public void close() {
    producer.close(CLOSE_LIMIT);
  }

  private void check() throws IOException {
    Lost lost = failure.get();
    if (lost != null) {
      throw new IOException(
          ("a record for topic %s was lost on its way to the brokers at %s: %s. See that they run"
                  + " and have room, and send everything again: a job with a dedupe key takes"
                  + " nothing twice")
              .formatted(lost.topic(), servers, lost.cause().getMessage()),
          lost.cause());
    }
  }
}
