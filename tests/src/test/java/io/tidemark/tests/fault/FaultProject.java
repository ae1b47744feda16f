package io.tidemark.tests.fault;

import io.tidemark.tests.broker.LocalBroker;
import io.tidemark.tests.lakehouse.Interpreted;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * A project on disk with the fewest jobs that have everything a fault could spoil: per topic an
 * ingest with dead letters, a transform that drops duplicates, and a running day with a distinct.
 * Being on disk, it can be opened by several JVMs.
 */
final class FaultProject {
  /** The first of the two business days that all messages belong to. */
  static final LocalDate FIRST_DAY = LocalDate.of(2026, 3, 14);

  static final LocalDate LAST_DAY = FIRST_DAY.plusDays(1);
  static final ZoneId ZONE = ZoneId.systemDefault();

  /** The usual environment: micro-batches of a few rows, so that there are many. */
  static final String LOCAL = "local";

  /** The same tables with micro-batches of half the size. */
  static final String SMALLER = "smaller";

  private static final int MESSAGES_PER_MICRO_BATCH = 16;
  private static final int ROWS_PER_MICRO_BATCH = 10;

  private final Path home;
  private final LocalBroker broker;
  private final String catalog;

  /**
   * Writes the configuration.
   *
   * @param home an empty folder with a name of its own: topics are told apart by it
   */
  FaultProject(Path home, LocalBroker broker, String... topics) {
    this(
        home,
        broker,
        "type: embedded, warehouse: \"%s\"".formatted(home.resolve("warehouse")),
        topics);
  }

  private FaultProject(Path home, LocalBroker broker, String catalog, String[] topics) {
    this.home = home;
    this.broker = broker;
    this.catalog = catalog;
    environment(LOCAL, MESSAGES_PER_MICRO_BATCH, ROWS_PER_MICRO_BATCH);
    environment(SMALLER, MESSAGES_PER_MICRO_BATCH / 2, ROWS_PER_MICRO_BATCH);
    for (String topic : topics) {
      jobs(topic);
    }
  }

  /** A project whose jobs are a change log and its mirror, with larger micro-batches. */
  static FaultProject ofChanges(Path home, LocalBroker broker, int perMicroBatch, String topic) {
    FaultProject project = new FaultProject(home, broker);
    project.environment(LOCAL, perMicroBatch, perMicroBatch);
    project.changeLog(topic);
    return project;
  }

  /**
   * A project with jobs of every kind: those behind a topic of events, and a change log and its
   * mirror.
   */
  static FaultProject ofAllKinds(Path home, LocalBroker broker, String events, String changes) {
    FaultProject project = new FaultProject(home, broker, events);
    project.changeLog(changes);
    return project;
  }

  /**
   * The same in another catalog.
   *
   * @param catalog what is below {@code catalog:} of the environment, on one line
   */
  static FaultProject ofAllKinds(
      Path home, LocalBroker broker, String catalog, String events, String changes) {
    FaultProject project = new FaultProject(home, broker, catalog, new String[] {events});
    project.changeLog(changes);
    return project;
  }

  /** A project whose jobs split one topic, with a job behind one of the routes. */
  static FaultProject ofSplit(Path home, LocalBroker broker, int perMicroBatch, String topic) {
    FaultProject project = new FaultProject(home, broker);
    project.environment(LOCAL, perMicroBatch, perMicroBatch);
    project.split(topic);
    return project;
  }

  Path conf() {
    return home.resolve("conf");
  }

  Path checkpoint(String topic) {
    return home.resolve("checkpoints").resolve("ods_" + topic);
  }

  /** The name in Kafka of a topic of this project. */
  String topic(String topic) {
    return home.getFileName() + "." + topic;
  }

  LocalLakehouse open(String environment) {
    return LocalLakehouse.open(conf(), environment);
  }

  /**
   * Declares when a table is compacted.
   *
   * @param rest the lines behind its name
   */
  void policy(String table, String rest) {
    write(
        "compaction/" + table.replace('.', '_') + ".yml", "table: %s\n%s\n".formatted(table, rest));
  }

  /**
   * Declares what sinks write to, in the usual environment.
   *
   * @param perMicroBatch messages and rows
   * @param connections the lines below {@code connections:}
   */
  void connections(int perMicroBatch, String connections) {
    environment(LOCAL, perMicroBatch, perMicroBatch);
    addToEnvironment("connections:\n" + connections.indent(2));
  }

  /** Adds lines to the usual environment. */
  void addToEnvironment(String lines) {
    Path file = conf().resolve("env/" + LOCAL + ".yml");
    try {
      Files.writeString(file, Files.readString(file) + lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Declares one more job or sink. */
  void job(String name, String declaration) {
    write("jobs/" + name + ".yml", "job: " + name + "\n" + declaration);
  }

  private void environment(String name, int messages, int rows) {
    write(
        "env/" + name + ".yml",
        """
        time-zone: %s
        catalog: { %s }
        checkpoints: "%s"
        kafka: { bootstrap-servers: "%s" }
        stream:
          trigger: 100 milliseconds
          max-messages-per-micro-batch: %d
          max-rows-per-micro-batch: %d
          restart: { times: 2, backoff: 100 milliseconds, longest-backoff: 1 second }
        spark:
          spark.master: local[2]
          spark.ui.enabled: false
        """
                .formatted(
                    ZONE.getId(),
                    catalog,
                    home.resolve("checkpoints"),
                    broker.bootstrapServers(),
                    messages,
                    rows)
            + Interpreted.yaml());
  }

  private void jobs(String topic) {
    write(
        "jobs/" + topic + "_ods.yml",
        """
        job: ods_%1$s
        topic: %2$s
        columns:
          event_id: { type: string, required: true }
          user_id: string
          channel: string
          seconds: bigint
          event_time: { type: timestamp, format: epoch-millis, required: true }
        event-time: { column: event_time }
        output: ods.%1$s
        """
            .formatted(topic, topic(topic)));
    write(
        "jobs/" + topic + "_dwd.yml",
        """
        job: dwd_%1$s
        input: ods.%1$s
        sql: %1$s.sql
        dedupe: { key: [event_id] }
        output: dwd.%1$s
        reconcile: { tolerance: 0%% }
        """
            .formatted(topic));
    write(
        "jobs/" + topic + ".sql",
        "SELECT event_id, user_id, channel, seconds, source.* FROM input\n");
    write(
        "jobs/" + topic + "_dws.yml",
        """
        job: dws_%1$s_tmin
        input: dwd.%1$s
        dimensions: [channel]
        window: running day
        lateness: unlimited
        metrics:
          pv: { count: "*" }
          seconds: { sum: seconds }
          users: { distinct: user_id }
        output: dws.%1$s_tmin
        reconcile: { tolerance: 0%% }
        """
            .formatted(topic));
  }

  private void changeLog(String topic) {
    write(
        "jobs/" + topic + "_ods.yml",
        """
        job: ods_%1$s
        topic: %2$s
        payload: { format: debezium-json, table: public.%1$s, key: [id], decimals: string }
        columns:
          id: bigint
          status: string
          amount: decimal(12,2)
          note: string
        output: ods.%1$s
        """
            .formatted(topic, topic(topic)));
    write(
        "jobs/" + topic + "_dwd.yml",
        """
        job: dwd_%1$s
        input: ods.%1$s
        delete: hard
        buckets: 4
        output: dwd.%1$s
        """
            .formatted(topic));
  }

  private void split(String topic) {
    write(
        "jobs/app_ods.yml",
        """
        job: ods_app
        topic: %s
        split: { by: type, otherwise: dead-letter }
        columns:
          event_id: { type: string, required: true }
          type: string
          event_time: { type: timestamp, format: epoch-millis, required: true }
        event-time: { column: event_time }
        output: ods.app
        """
            .formatted(topic(topic)));
    route("click", "[click]", "page: { type: string, required: true }");
    route("expose", "[expose]", "slot: int\n  page: string");
    route("pay", "[pay, refund]", "cents: { type: bigint, required: true }");
    write(
        "jobs/click_dwd.yml",
        """
        job: dwd_click
        input: ods.click
        sql: click.sql
        dedupe: { key: [event_id] }
        output: dwd.click
        """);
    write("jobs/click.sql", "SELECT event_id, page, source.* FROM input\n");
  }

  private void route(String name, String values, String columns) {
    write(
        "jobs/" + name + "_ods.yml",
        """
        job: ods_%1$s
        extends: ods_app
        route: %2$s
        columns:
          %3$s
        output: ods.%1$s
        """
            .formatted(name, values, columns));
  }

  private void write(String file, String text) {
    try {
      Path path = conf().resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
