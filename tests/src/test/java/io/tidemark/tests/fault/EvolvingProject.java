package io.tidemark.tests.fault;

import io.tidemark.tests.broker.LocalBroker;
import io.tidemark.tests.lakehouse.Interpreted;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;

/** One project in three versions, each a configuration of its own over the same tables. */
final class EvolvingProject {
  private final Path home;
  private final LocalBroker broker;

  EvolvingProject(Path home, LocalBroker broker) {
    this.home = home;
    this.broker = broker;
  }

  /** The name of the topic in Kafka. */
  String topic() {
    return home.getFileName() + ".visit";
  }

  /** What everything begins with. */
  Path first() {
    return version(
        "first",
        "seconds: int",
        "SELECT event_id, user_id, channel, seconds, source.* FROM input\n",
        "users: { distinct: user_id }");
  }

  /** The first, and a column and a metric more. */
  Path longer() {
    return version(
        "longer",
        "seconds: int\n  city: string",
        "SELECT event_id, user_id, channel, seconds, city, source.* FROM input\n",
        "users: { distinct: user_id }\n  cities: { distinct: city }");
  }

  /** The first with columns added, renamed and widened, and all that a table's file can say. */
  Path changed() {
    Path conf =
        version(
            "changed",
            "seconds: bigint\n  city: string",
            "SELECT event_id, user_id AS reader, channel, seconds, city, source.* FROM input\n",
            "readers: { distinct: reader }\n  longest: { max: seconds }");
    write(
        conf.resolve("tables/visit.yml"),
        """
        table: dwd.visit
        columns:
          reader: { renamed-from: user_id, comment: Who it was. }
          channel: { comment: Where it was shown. }
        partitions: [dt, "bucket(2, event_id)"]
        sort: [reader, event_time desc]
        distribution: hash
        retention: 30 days
        freshness: 10 minutes
        properties: { read.split.target-size: 67108864 }
        """);
    write(
        conf.resolve("tables/visit_1h.yml"),
        """
        table: dws.visit_1h
        columns:
          readers: { renamed-from: users }
        """);
    write(
        conf.resolve("tables/channel.yml"),
        """
        table: dim.channel
        description: The channels.
        columns:
          channel: { type: string, required: true }
          name: string
        keys: [channel]
        """);
    return conf;
  }

  /** The first without a column of DWD. */
  Path shorter() {
    return version(
        "shorter",
        "seconds: int",
        "SELECT event_id, user_id, channel, source.* FROM input\n",
        "users: { distinct: user_id }");
  }

  private Path version(String name, String columns, String sql, String metrics) {
    Path conf = home.resolve(name).resolve("conf");
    write(
        conf.resolve("env/local.yml"),
        """
        time-zone: %s
        catalog: { type: embedded, warehouse: "%s" }
        checkpoints: "%s"
        kafka: { bootstrap-servers: "%s" }
        stream:
          trigger: 100 milliseconds
          max-messages-per-micro-batch: 12
          max-rows-per-micro-batch: 10
        spark:
          spark.master: local[2]
          spark.ui.enabled: false
        """
                .formatted(
                    ZoneId.systemDefault().getId(),
                    home.resolve("warehouse"),
                    home.resolve("checkpoints"),
                    broker.bootstrapServers())
            + Interpreted.yaml());
    write(
        conf.resolve("jobs/ods.yml"),
        """
        job: ods_visit
        topic: %s
        columns:
          event_id: { type: string, required: true }
          user_id: string
          channel: string
          %s
          event_time: { type: timestamp, format: epoch-millis, required: true }
        event-time: { column: event_time }
        output: ods.visit
        """
            .formatted(topic(), columns));
    write(
        conf.resolve("jobs/dwd.yml"),
        """
        job: dwd_visit
        input: ods.visit
        sql: visit.sql
        dedupe: { key: [event_id] }
        output: dwd.visit
        """);
    write(conf.resolve("jobs/visit.sql"), sql);
    write(
        conf.resolve("jobs/dws.yml"),
        """
        job: dws_visit_1h
        input: dwd.visit
        dimensions: [channel]
        window: 1 hour
        lateness: unlimited
        metrics:
          pv: { count: "*" }
          %s
        output: dws.visit_1h
        """
            .formatted(metrics));
    return conf;
  }

  private static void write(Path path, String text) {
    try {
      Files.createDirectories(path.getParent());
      Files.writeString(path, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
