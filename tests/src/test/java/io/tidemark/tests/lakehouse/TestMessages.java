package io.tidemark.tests.lakehouse;

import io.tidemark.tests.broker.LocalBroker;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Sends messages of tests. */
public final class TestMessages {
  private TestMessages() {}

  /** A message and the broker's record timestamp. */
  public record Timed(String value, long timestamp) {}

  /** Sends messages in their order, spread over the partitions of the topic. */
  public static void send(LocalBroker broker, String topic, List<Timed> messages) {
    send(broker.bootstrapServers(), topic, messages);
  }

  /** The same to brokers by their addresses. */
  public static void send(String bootstrapServers, String topic, List<Timed> messages) {
    Map<String, Object> settings =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ProducerConfig.ACKS_CONFIG,
            "all",
            ProducerConfig.LINGER_MS_CONFIG,
            5,
            // For topics that the first message makes: see RecordSender.
            ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
            1);
    try (KafkaProducer<byte[], String> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new StringSerializer())) {
      List<Future<RecordMetadata>> sent =
          messages.stream()
              .map(
                  message ->
                      producer.send(
                          new ProducerRecord<>(
                              topic, null, message.timestamp(), null, message.value())))
              .toList();
      for (Future<RecordMetadata> message : sent) {
        message.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("cannot send to " + topic, e);
    }
  }
}
