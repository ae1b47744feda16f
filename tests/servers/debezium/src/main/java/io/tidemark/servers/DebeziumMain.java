package io.tidemark.servers;

import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.format.Json;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Runs a connector that is configured as for Kafka Connect, and writes to the topics what Kafka
 * Connect would: the keys and values of its converters, tombstones too.
 */
final class DebeziumMain {
  /** The configuration provider for environment variables that a Kafka Connect worker has. */
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:([^}]+)}");

  private DebeziumMain() {}

  /**
   * @param args the connector's file, the brokers, and the file for the connector's position
   */
  public static void main(String[] args) throws IOException {
    Properties connector = new Properties();
    try (Reader file = Files.newBufferedReader(Path.of(args[0]))) {
      connector.load(file);
    }
    connector.replaceAll((key, value) -> withVariables(value.toString()));
    connector.setProperty(
        "offset.storage", "org.apache.kafka.connect.storage.FileOffsetBackingStore");
    connector.setProperty("offset.storage.file.filename", args[2]);
    connector.setProperty("offset.flush.interval.ms", "0");
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            // One request at a time, since the first message makes its topic (KAFKA-15591).
            Map.of(
                "bootstrap.servers",
                args[1],
                "acks",
                "all",
                "linger.ms",
                5,
                "max.in.flight.requests.per.connection",
                1),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    DebeziumEngine<ChangeEvent<String, String>> engine =
        DebeziumEngine.create(Json.class)
            .using(connector)
            .using((success, message, error) -> ended(success, message, error))
            .notifying(
                (List<ChangeEvent<String, String>> events,
                    RecordCommitter<ChangeEvent<String, String>> committer) ->
                    send(producer, events, committer))
            .build();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(engine), "stop-engine"));
    engine.run();
  }

  private static String withVariables(String text) {
    return VARIABLE
        .matcher(text)
        .replaceAll(
            found -> Matcher.quoteReplacement(String.valueOf(System.getenv(found.group(1)))));
  }

  /** An event counts as read once the brokers have it. */
  private static void send(
      KafkaProducer<byte[], byte[]> producer,
      List<ChangeEvent<String, String>> events,
      RecordCommitter<ChangeEvent<String, String>> committer)
      throws InterruptedException {
    List<Future<?>> sent = new ArrayList<>();
    for (ChangeEvent<String, String> event : events) {
      sent.add(
          producer.send(
              new ProducerRecord<>(event.destination(), bytes(event.key()), bytes(event.value()))));
    }
    try {
      for (Future<?> each : sent) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("the brokers did not take an event", e.getCause());
    }
    for (ChangeEvent<String, String> event : events) {
      committer.markProcessed(event);
    }
    committer.markBatchFinished();
  }

  private static byte[] bytes(String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  private static void ended(boolean success, String message, Throwable error) {
    if (!success) {
      System.err.println("the connector ended: " + message);
      if (error != null) {
        error.printStackTrace();
      }
      Runtime.getRuntime().halt(1);
    }
  }

  private static void close(DebeziumEngine<?> engine) {
    try {
      engine.close();
    } catch (IOException | IllegalStateException e) {
      System.err.println("the engine was not closed: " + e);
    }
  }
}
