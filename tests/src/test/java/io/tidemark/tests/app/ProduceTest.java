package io.tidemark.tests.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.jobs.source.JsonLinesProducer;
import io.tidemark.tests.broker.LocalBroker;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ProduceTest {
  @TempDir static Path data;
  @TempDir Path files;

  private static LocalBroker broker;

  @BeforeAll
  static void startBroker() {
    broker = LocalBroker.start(data, LocalBroker.freePort());
  }

  @AfterAll
  static void stopBroker() throws Exception {
    long pid = Long.parseLong(Files.readString(data.resolve("broker.pid")).strip());
    broker.stop();
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).as("the broker").isEmpty();
  }

  @Test
  void givesBackWhatWasProduced() throws Exception {
    ReadingApp app =
        new ReadingApp(
            Settings.usual(LocalDate.of(2019, 3, 1), ZoneId.of("Asia/Shanghai"), 7, 20_000));
    try (Topics topics = new Topics(broker.bootstrapServers())) {
      topics.create(ReadingApp.READING_TOPIC, 3);
    }
    assertThat(Produce.all(broker.bootstrapServers(), app)).isEqualTo(app.ledger().messages());
    List<ConsumerRecord<byte[], byte[]>> readings = consumed(ReadingApp.READING_TOPIC);
    assertThat(readings).hasSize((int) app.ledger().readingMessages());
    assertThat(readings.stream().map(ConsumerRecord::partition).distinct().count()).isEqualTo(3);
    List<ConsumerRecord<byte[], byte[]>> orders = consumed(ReadingApp.ORDER_TOPIC);
    assertThat(orders).hasSize((int) app.ledger().orderMessages());

    ReadingApp again =
        new ReadingApp(
            Settings.usual(LocalDate.of(2019, 3, 1), ZoneId.of("Asia/Shanghai"), 7, 20_000));
    List<String> sent = new ArrayList<>();
    again.forEachRemaining(message -> sent.add(text(message)));
    List<String> received = new ArrayList<>();
    readings.forEach(record -> received.add(text(message(record))));
    orders.forEach(record -> received.add(text(message(record))));
    assertThat(received).containsExactlyInAnyOrderElementsOf(sent);
  }

  @Test
  void createsAndDeletesTopics() {
    try (Topics topics = new Topics(broker.bootstrapServers())) {
      topics.create("short_lived", 5);
      topics.create("short_lived", 5);
      assertThat(topics.names()).contains("short_lived");
      topics.delete("short_lived");
      topics.delete("short_lived");
      assertThat(topics.names()).doesNotContain("short_lived");
      topics.create("short_lived", 2);
      assertThat(partitions("short_lived")).hasSize(2);
    }
  }

  @Test
  void producesLinesWithTheTimestampOfAField() throws Exception {
    Path file = files.resolve("events.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      String lines =
          "{\"at\":1312242084000,\"who\":\"a\"}\n\n"
              + "{\"who\":\"b\",\"at\":1}\r\n"
              + "{\"at\":2,\"who\":\"é\"}";
      out.write(lines.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(lines("lines", "at", "who").produce(file)).isEqualTo(3);
    assertThat(consumed("lines"))
        .extracting(record -> text(message(record)))
        .containsExactlyInAnyOrder(
            "lines a {\"at\":1312242084000,\"who\":\"a\"} 1312242084000",
            "lines b {\"who\":\"b\",\"at\":1} 1",
            "lines é {\"at\":2,\"who\":\"é\"} 2");
  }

  @Test
  void namesTheLineThatHasNoTimestamp() throws Exception {
    Path file = Files.writeString(files.resolve("x.jsonl"), "{\"at\":1}\n{\"at\":\"2\"}\n{");
    assertThatThrownBy(() -> lines("broken", "at", null).produce(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("x.jsonl line 2 has no field 'at'");
    Path other = Files.writeString(files.resolve("y.jsonl"), "{\"at\":1}\n{");
    assertThatThrownBy(() -> lines("broken", "at", null).produce(other))
        .hasMessageContaining("y.jsonl line 2 is not JSON");
  }

  private static JsonLinesProducer lines(String topic, String timestampField, String keyField) {
    return new JsonLinesProducer(broker.bootstrapServers(), topic, timestampField, keyField);
  }

  private static List<TopicPartition> partitions(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      return consumer.partitionsFor(topic).stream()
          .map(info -> new TopicPartition(topic, info.partition()))
          .toList();
    }
  }

  private static List<ConsumerRecord<byte[], byte[]>> consumed(String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    List<TopicPartition> partitions = partitions(topic);
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
        consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
      }
    }
    return records;
  }

  private static KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  private static Message message(ConsumerRecord<byte[], byte[]> record) {
    return new Message(record.topic(), record.key(), record.value(), record.timestamp());
  }

  private static String text(Message message) {
    String value = message.value() == null ? "null" : utf8(message.value());
    return message.topic()
        + " "
        + utf8(message.key())
        + " "
        + value
        + " "
        + message.timestampMillis();
  }

  private static String utf8(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
