package io.tidemark.tests.bench;

import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.tests.app.Topics;
import io.tidemark.tests.broker.LocalBroker;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.Repository;
import io.tidemark.tests.servers.StreamDriver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A lakehouse whose jobs the verb {@code stream} runs in a process of its own: the shipped jobs
 * from Kafka to ODS, DWD and DWS, with the shipped settings of their streams.
 *
 * @param home a folder whose name stands before that of the topic
 */
record ShippedStream(Path home, LocalBroker broker, LocalLakehouse house) {
  static final ZoneId ZONE = ZoneId.systemDefault();
  static final String INGEST = "ods_reading_event";
  static final String TRANSFORM = "dwd_reading_event";
  static final String SUMMARY = "dws_reading_content_1min";
  static final List<String> JOBS = List.of(INGEST, TRANSFORM, SUMMARY);

  private static final String ENVIRONMENT = "bench";
  private static final int PARTITIONS = 4;

  /** Makes the lakehouse, its tables, and the topic where it is not there. */
  static ShippedStream create(Path home, LocalBroker broker) {
    LocalLakehouse house = LocalLakehouse.create(Repository.conf(), home, broker, ZONE, Map.of());
    ShippedStream stream = new ShippedStream(home, broker, house);
    try (Topics topics = new Topics(broker.bootstrapServers())) {
      topics.create(stream.topic(), PARTITIONS);
    }
    stream.declareEnvironment();
    JOBS.forEach(job -> house.tables().ensure(house.jobs().job(job)));
    return stream;
  }

  /** The shipped environment, whose broker is not the driver's to start here. */
  private void declareEnvironment() {
    Path folder = home.resolve("conf/env");
    try {
      String local = Files.readString(folder.resolve("local.yml"));
      Files.writeString(
          folder.resolve(ENVIRONMENT + ".yml"),
          local.replaceAll("(?m)^  (embedded|data): .*\\R", ""));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + folder, e);
    }
  }

  /** Starts the driver. */
  StreamDriver start() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("time-zone", ZONE.getId());
    settings.put("catalog.warehouse", home.resolve("warehouse").toString());
    settings.put("checkpoints", checkpoints().toString());
    settings.put("kafka.bootstrap-servers", broker.bootstrapServers());
    return StreamDriver.start(home.resolve("conf"), ENVIRONMENT, settings, JOBS, home);
  }

  /** The topic's name in Kafka. */
  String topic() {
    return ((IngestSpec) house.jobs().job(INGEST)).topic();
  }

  /** The last of the jobs. */
  AggregateSpec summary() {
    return (AggregateSpec) house.jobs().job(SUMMARY);
  }

  Path checkpoints() {
    return home.resolve("checkpoints");
  }
}
