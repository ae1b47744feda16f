package io.tidemark.jobs.sink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.catalog.KafkaSettings;
import io.tidemark.catalog.commit.LostPositionException;
import io.tidemark.jobs.source.KafkaCheck;
import io.tidemark.jobs.source.TopicAdmin;
import io.tidemark.jobs.source.TopicPlan.Create;
import io.tidemark.jobs.spec.TopicSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The position of a sink that writes a topic, in a compacted topic beside it that this sink alone
 * writes. Offsets of a consumer group would do as well, until the brokers forget them: a week after
 * the sink was stopped.
 */
final class KafkaPosition {
  private static final String SUFFIX = "-tidemark-position";
  private static final Map<String, String> COMPACTED =
      Map.of("cleanup.policy", "compact", "segment.ms", "3600000");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Asked so often for more; each time the client waits a second for it. */
  private static final int POLLS = 60;

  private final String job;
  private final String output;
  private final String topic;
  private final KafkaSettings kafka;

  KafkaPosition(String job, String output, KafkaSettings kafka) {
    this.job = job;
    this.output = output;
    this.topic = output + SUFFIX;
    this.kafka = kafka;
  }

  /** Refuses a topic to write to that is not there. */
  void requireTopic() {
    new KafkaCheck(kafka).requireTopic(output, "written by " + job);
  }

  boolean isThere() {
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      return admin.states(List.of(topic)).containsKey(topic);
    }
  }

  void ensure() {
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      if (!admin.states(List.of(topic)).containsKey(topic)) {
        admin.apply(new Create(new TopicSpec(topic, 1, 0, COMPACTED, "job " + job)));
      }
    }
  }

  /** The message that moves it. */
  ProducerRecord<byte[], byte[]> record(SinkPosition position, long version) {
    ObjectNode value = JSON.createObjectNode();
    value.put("v", 1);
    value.put("job", job);
    value.put("epoch", position.epoch());
    value.put("snapshot", position.snapshot());
    value.put("version", version);
    value.put("definition", position.definition());
    return new ProducerRecord<>(
        topic,
        0,
        job.getBytes(StandardCharsets.UTF_8),
        JsonValues.write(value).getBytes(StandardCharsets.UTF_8));
  }

  /** The newest one that was committed. */
  Optional<SinkPosition> read() {
    Map<String, Object> config = new HashMap<>(kafka.properties());
    config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    TopicPartition only = new TopicPartition(topic, 0);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(only));
      long end = consumer.endOffsets(List.of(only)).get(only);
      consumer.seekToBeginning(List.of(only));
      byte[] newest = null;
      for (int polls = 0; consumer.position(only) < end; polls++) {
        if (polls == POLLS) {
          throw new TimeoutException("topic " + topic + " was not read to its end");
        }
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(Duration.ofSeconds(1))) {
          newest = each.value() == null ? newest : each.value();
        }
      }
      return newest == null ? Optional.empty() : Optional.of(parse(newest));
    }
  }

  private SinkPosition parse(byte[] value) {
    String text = new String(value, StandardCharsets.UTF_8);
    try {
      JsonNode read = JSON.readTree(text);
      JsonNode snapshot = read.get("snapshot");
      if (read.path("v").asInt() == 1
          && job.equals(read.path("job").asText())
          && read.path("epoch").isIntegralNumber()
          && snapshot != null) {
        return new SinkPosition(
            read.get("epoch").asLong(),
            snapshot.isNull() ? null : snapshot.asLong(),
            null,
            read.path("definition").textValue());
      }
      throw foreign(text, null);
    } catch (JsonProcessingException e) {
      throw foreign(text, e);
    }
  }

  private LostPositionException foreign(String text, Exception cause) {
    return new LostPositionException(
        "topic %s, where job %s keeps its position, ends with what is none of it: %s. Give the sink another topic, or delete this one and run the sink: it sends everything again"
            .formatted(topic, job, text),
        cause);
  }
}
