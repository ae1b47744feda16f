package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.compaction.retain.TableVacuum;
import io.tidemark.compaction.retain.Vacuum;
import io.tidemark.compaction.retain.VacuumListener;
import io.tidemark.compaction.run.CompactionListener;
import io.tidemark.compaction.spec.Policies;
import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.jobs.run.StreamRun;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.jobs.spec.SinkSpec;
import io.tidemark.reconciliation.publish.Publishing;
import io.tidemark.tests.app.Topics;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.TestMessages;
import io.tidemark.tests.lakehouse.TestMessages.Timed;
import io.tidemark.tests.servers.MariaDb;
import io.tidemark.tests.servers.PostgreSql;
import io.tidemark.tests.servers.Redis;
import io.tidemark.tests.servers.SharedServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Jobs of every kind, and sinks of their tables to every kind of server that there is. */
final class SinkProject {
  static final String EVENTS = "click";
  static final String CHANGES = "item";
  static final String HOURLY = "dws_click_user_1h";

  /** The day behind those that are sealed. */
  static final LocalDate OPEN_DAY = FaultProject.LAST_DAY.plusDays(1);

  private static final int PER_MICRO_BATCH = 200;
  private static final Range DAY = new Range(FaultProject.FIRST_DAY, FaultProject.FIRST_DAY);

  private final FaultProject project;
  private final Clicks late;
  private final Clicks open;
  private final ShopDatabase shop;
  private final List<String> sinks = new ArrayList<>();

  /**
   * Writes the configuration, and makes what is written to.
   *
   * @param name of databases, unlike that of any other test
   */
  SinkProject(Path home, String name, long seed) {
    this.project = FaultProject.ofAllKinds(home, SharedBroker.get(), EVENTS, CHANGES);
    this.late = new Clicks(seed);
    this.open = new Clicks(seed + 1);
    this.shop = new ShopDatabase(CHANGES, 200, seed);
    open.goOnTo(OPEN_DAY);
    project.job(
        HOURLY,
        """
        input: dwd.click
        dimensions: [user_id]
        window: 1 hour
        lateness: unlimited
        metrics:
          pv: { count: "*" }
          seconds: { sum: seconds }
          mean: { average: seconds }
          channels: { distinct: channel }
        output: dws.click_user_1h
        reconcile: { tolerance: 0% }
        """);
    StringBuilder connections = new StringBuilder();
    connections.append(
        connection(
            home,
            "pg",
            SharedServers.postgreSql().createDatabase(name),
            PostgreSql.USER,
            PostgreSql.PASSWORD));
    jdbc("pg", "dwd.click", "click");
    jdbc("pg", "dws.click_user_1h", "click_user_1h");
    jdbc("pg", "dws.click_tmin", "click_tmin");
    jdbc("pg", "dwd.item", "item");
    if (MariaDb.isThere()) {
      connections.append(
          connection(
              home,
              "my",
              SharedServers.mariaDb().createDatabase(name),
              MariaDb.USER,
              MariaDb.PASSWORD));
      jdbc("my", "dws.click_user_1h", "click_user_1h");
      jdbc("my", "dwd.item", "item");
    }
    if (Redis.isThere()) {
      connections.append(
          connection(home, "redis", SharedServers.redis().url(), "default", Redis.PASSWORD));
      sink(
          "redis_click_user_1h",
          "input: dws.click_user_1h\nredis: { connection: redis, prefix: %s }\n".formatted(name));
      sink(
          "redis_item",
          "input: dwd.item\nredis: { connection: redis, prefix: \"%s:item\" }\n".formatted(name));
    }
    try (Topics topics = new Topics(SharedBroker.get().bootstrapServers())) {
      for (String table : List.of("dwd.click", "dws.click_user_1h", "dwd.item")) {
        String out = project.topic("out." + table);
        topics.create(out, 2);
        sink(
            "kafka_" + table.substring(4),
            "input: %s\nkafka: { topic: %s }\n".formatted(table, out));
      }
    }
    project.connections(PER_MICRO_BATCH, connections.toString());
  }

  private void jdbc(String connection, String input, String table) {
    sink(
        connection + "_" + table,
        "input: %s\njdbc: { connection: %s, table: %s }\n".formatted(input, connection, table));
  }

  private void sink(String name, String declaration) {
    project.job(name, declaration);
    sinks.add(name);
  }

  private static String connection(
      Path home, String name, String url, String user, String password) {
    try {
      Files.writeString(home.resolve(name + "-password"), password);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return """
        %1$s: { url: "%2$s", user: %3$s, password: "${file:%1$s-password}", retry-for: 20 seconds }
        """
        .formatted(name, url, user);
  }

  FaultProject project() {
    return project;
  }

  /** Names of the sinks. */
  List<String> sinks() {
    return List.copyOf(sinks);
  }

  LocalLakehouse open() {
    return project.open(FaultProject.LOCAL);
  }

  /** Sends some for the days that are sealed at some time, and for the one behind them. */
  void send(int ofSealedDays, int ofOpenDay, int changes) {
    late.send(project, EVENTS, ofSealedDays);
    open.send(project, EVENTS, ofOpenDay);
    List<Timed> messages = shop.next(changes);
    TestMessages.send(SharedBroker.get(), project.topic(CHANGES), messages);
  }

  /** The jobs whose days are published. */
  static List<JobSpec> published(LocalLakehouse house) {
    return house.recomputed().stream().filter(job -> !(job instanceof MirrorSpec)).toList();
  }

  /** Computes the first day again from all that came for it, and publishes it. */
  static void publish(LocalLakehouse house) {
    new PublishCycle(house, published(house), DAY, said -> {}).run();
  }

  /** Puts the first day back. */
  static void undo(LocalLakehouse house) {
    new Publishing(house.lake(), house.jobs()).undo(published(house), FaultProject.FIRST_DAY);
  }

  /** Compacts everything, as in an hour. */
  static void compact(LocalLakehouse house) {
    Instant later = Instant.now().plus(Duration.ofHours(1));
    house.compaction(() -> later, CompactionListener.SILENT).run(CompactorMain.all(house));
  }

  /** Takes away what nobody needs any more, as in three weeks. */
  static void vacuum(LocalLakehouse house) {
    List<TableVacuum> outcomes =
        new Vacuum(
                house.lake(),
                house.jobs(),
                new Policies(List.of()),
                new Vacuum.Settings(
                    Instant.now().plus(Duration.ofDays(20)),
                    Duration.ofDays(5),
                    Duration.ofDays(3)),
                VacuumListener.SILENT)
            .run(List.of());
    assertThat(outcomes).allSatisfy(each -> assertThat(each.failures()).isEmpty());
  }

  /** Drains all sinks, two at a time. */
  static void drain(LocalLakehouse house, boolean reload) {
    drain(house, reload, MicroBatchListener.SILENT);
  }

  /** The same, with somebody who is told on two threads. */
  static void drain(LocalLakehouse house, boolean reload, MicroBatchListener listener) {
    List<SinkSpec> all = house.jobs().sinks();
    List<SinkSpec> even = new ArrayList<>();
    List<SinkSpec> odd = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      (i % 2 == 0 ? even : odd).add(all.get(i));
    }
    CompletableFuture<Void> others =
        CompletableFuture.runAsync(() -> drain(house, new StreamRun.Sinks(odd, reload), listener));
    drain(house, new StreamRun.Sinks(even, reload), listener);
    others.join();
  }

  private static void drain(
      LocalLakehouse house, StreamRun.Sinks sinks, MicroBatchListener listener) {
    house.streams(new StopSignal(), listener).catchUp(List.of(), sinks);
  }
}
