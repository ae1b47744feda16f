package io.tidemark.tests.source;

import io.tidemark.tests.fault.SharedBroker;
import io.tidemark.tests.lakehouse.Interpreted;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.VerbAnswer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A project of jobs that read topics of one broker, and what a person does with it. */
final class SourceProject {
  /** Days begin eight hours before those of UTC, so that a test sees whose day it is. */
  static final String ZONE = "Asia/Shanghai";

  private final Path home;
  private final String servers;
  private int sent;

  SourceProject(Path home, String servers, Map<String, String> kafkaProperties) {
    this.home = home;
    this.servers = servers;
    StringBuilder properties = new StringBuilder();
    kafkaProperties.forEach(
        (key, value) ->
            properties.append("    %s: '%s'\n".formatted(key, value.replace("'", "''"))));
    with(
        "env/local.yml",
        """
        time-zone: %s
        catalog: { type: embedded, warehouse: "%s" }
        checkpoints: "%s"
        kafka:
          bootstrap-servers: "%s"
        %sstream: { trigger: 1 second }
        spark:
          spark.master: local[2]
          spark.ui.enabled: false
        """
                .formatted(
                    ZONE,
                    home.resolve("warehouse"),
                    home.resolve("checkpoints"),
                    servers,
                    properties.isEmpty() ? "" : "  properties:\n" + properties)
            + Interpreted.yaml());
    with(
        "jobs/templates/event.yml",
        """
        template: event
        columns:
          event_id: { type: string, required: true }
          event_time: { type: timestamp, required: true }
        event-time: { column: event_time }
        """);
  }

  /** A project of a broker without passwords. */
  SourceProject(Path home, String servers) {
    this(home, servers, Map.of());
  }

  /** The broker that the tests of a JVM share. */
  static String sharedBroker() {
    return SharedBroker.get().bootstrapServers();
  }

  String servers() {
    return servers;
  }

  Path conf() {
    return home.resolve("conf");
  }

  SourceProject with(String file, String text) {
    try {
      Path path = conf().resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets micro-batches of a stream begin so far apart. */
  void trigger(String time) {
    try {
      String environment = Files.readString(conf().resolve("env/local.yml"));
      with("env/local.yml", environment.replace("trigger: 1 second", "trigger: " + time));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A job {@code ods_NAME} that writes {@code ods.NAME}. */
  SourceProject job(String name, String topic, String more) {
    return with(
        "jobs/" + name + ".yml",
        "job: ods_%1$s\nextends: event\ntopic: %2$s\noutput: ods.%1$s\n%3$s\n"
            .formatted(name, topic, more));
  }

  /** A topic name that no other test has. */
  String topic(String name) {
    return home.getFileName() + "." + name;
  }

  LocalLakehouse open() {
    return LocalLakehouse.open(conf(), "local");
  }

  /** The ids of the rows in a table of ODS, in their order. */
  List<String> ids(String name) {
    return open().lake().spark().table("ods." + name).select("event_id").collectAsList().stream()
        .map(row -> row.getString(0))
        .sorted()
        .toList();
  }

  /** Sends a message whose event happened when it was received; its id tells partition and turn. */
  String send(String topic, int partition, String time) {
    String id = "%02d-p%d".formatted(sent++, partition);
    long millis = Instant.parse(time).toEpochMilli();
    send(
        new ProducerRecord<>(
            topic,
            partition,
            millis,
            null,
            bytes("{\"event_id\":\"%s\",\"event_time\":%d}".formatted(id, millis))));
    return id;
  }

  void send(ProducerRecord<byte[], byte[]> message) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(message).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("cannot send to " + message.topic(), e);
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Deletes the messages before an offset, as too short a retention would. */
  void deleteBefore(String topic, int partition, long offset) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      admin
          .deleteRecords(
              Map.of(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(offset)))
          .all()
          .get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("cannot delete from " + topic, e);
    }
  }

  void loseCheckpoint(String job) {
    try (Stream<Path> files = Files.walk(home.resolve("checkpoints").resolve(job))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a verb in this JVM. */
  VerbAnswer run(String... arguments) {
    return VerbAnswer.of(conf(), arguments);
  }
}
