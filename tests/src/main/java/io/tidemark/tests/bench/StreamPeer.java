package io.tidemark.tests.bench;

import io.tidemark.jobs.cli.TextTable;
import io.tidemark.tests.app.ReadingApp;
import io.tidemark.tests.bench.Timings.Taken;
import io.tidemark.tests.broker.LocalBroker;
import io.tidemark.tests.lakehouse.Folders;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.Repository;
import io.tidemark.tests.servers.Flink;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Events per second from Kafka to a summary with exact distincts, beside Flink with Iceberg. Both
 * read the same topic to its end, by turns, each round into new tables of one lakehouse; Tidemark
 * in this JVM, Flink in one of its own, which lives as long and has the same heap and cores.
 *
 * <p>{@code stream.vs-flink-iceberg} is Tidemark's events per second over those of a Flink job that
 * writes the same three tables, ODS, DWD and DWS; {@code stream.vs-flink-iceberg-dws-only} over
 * those of one that writes the summary alone, and could recompute nothing. Every round the
 * summaries of all must be those of plain SQL over the topic.
 */
final class StreamPeer implements Benchmark {
  private static final String HEAP = "4g";

  /** As in the benchmark beside a query by hand. */
  private static final Map<String, String> STEPS =
      Map.of("stream.max-messages-per-micro-batch", "510000");

  private static final String TIDEMARK = "Tidemark";

  @Override
  public String name() {
    return "stream-peer";
  }

  @Override
  public String summary() {
    return "events/s from Kafka to DWS, beside Flink with Iceberg";
  }

  @Override
  public boolean run(Plan plan, PrintWriter out) {
    Path work = Folders.fresh(plan.folder(), "peer-");
    try (Flink flink = Flink.start(HEAP)) {
      LocalBroker broker = LocalBroker.start(work.resolve("kafka"), LocalBroker.freePort());
      try {
        return new Run(plan, work, broker, flink, out).run();
      } finally {
        broker.stop();
      }
    } finally {
      Folders.delete(work);
    }
  }

  /** One run of the benchmark. */
  private record Run(Plan plan, Path work, LocalBroker broker, Flink flink, PrintWriter out) {
    boolean run() {
      BenchTopic small = produce(plan.events() / 10);
      BenchTopic large = produce(plan.events());
      boolean equal = round(small, "warm-up", false, new Timings());
      Timings timings = new Timings();
      for (int i = 1; equal && i <= plan.rounds(); i++) {
        equal = round(large, "round " + i, i % 2 == 0, timings);
      }
      if (equal) {
        print(large, timings);
      }
      return equal;
    }

    private BenchTopic produce(long events) {
      BenchTopic topic =
          BenchTopic.produce(
              broker.bootstrapServers(), "peer-" + events, ShippedStream.ZONE, plan.seed(), events);
      say("%,d messages produced, seed %d", topic.messages(), plan.seed());
      return topic;
    }

    /** Each side once, on tables of its own; then their answers. */
    private boolean round(BenchTopic topic, String round, boolean flinkFirst, Timings timings) {
      Path folder = work.resolve("round");
      LocalLakehouse house =
          LocalLakehouse.create(
              Repository.conf(), folder.resolve(topic.prefix()), broker, ShippedStream.ZONE, STEPS);
      String topicName = topic.prefix() + "." + ReadingApp.READING_TOPIC;
      TidemarkSide tidemark = new TidemarkSide(house);
      List<FlinkSide> peers =
          List.of(
              new FlinkSide(flink, house, topicName, true),
              new FlinkSide(flink, house, topicName, false));
      if (!flinkFirst) {
        measure(tidemark, topic, round, timings);
      }
      peers.forEach(peer -> measure(peer, topic, round, timings));
      if (flinkFirst) {
        measure(tidemark, topic, round, timings);
      }
      boolean equal = areEqual(house, topicName, topic, tidemark, peers);
      Folders.empty(folder);
      return equal;
    }

    private void measure(TidemarkSide side, BenchTopic topic, String round, Timings timings) {
      side.prepare();
      Stopwatch watch = new Stopwatch();
      side.stages().forEach(stage -> stage.work().run());
      add(side.name(), topic, round, new Taken(watch.seconds(), watch.cpuSeconds()), timings);
    }

    private void measure(FlinkSide side, BenchTopic topic, String round, Timings timings) {
      side.prepare();
      Flink.Taken taken = side.run();
      add(side.name(), topic, round, new Taken(taken.seconds(), taken.cpuSeconds()), timings);
    }

    private void add(String side, BenchTopic topic, String round, Taken taken, Timings timings) {
      timings.add(side, taken);
      say(
          "%,9d messages  %-8s %-16s %6.1f s  %,9.0f events/s  cpu %5.1f s",
          topic.messages(),
          round,
          side,
          taken.seconds(),
          topic.messages() / taken.seconds(),
          taken.cpuSeconds());
    }

    private boolean areEqual(
        LocalLakehouse house,
        String topicName,
        BenchTopic topic,
        TidemarkSide tidemark,
        List<FlinkSide> peers) {
      TopicAnswer answer = new TopicAnswer(house, topicName, out);
      boolean equal = answer.isThatOf(TIDEMARK, house.main(tidemark.aggregate()));
      for (FlinkSide peer : peers) {
        equal &= answer.isThatOf(peer.name(), peer.summary());
      }
      for (String layer : List.of("ods", "dwd")) {
        long rows = peers.get(0).rows(layer).count();
        if (rows != topic.messages()) {
          say("NOT EQUAL: Flink's %s has %,d of %,d rows", layer, rows, topic.messages());
          equal = false;
        }
      }
      return equal;
    }

    private void print(BenchTopic topic, Timings timings) {
      TextTable table = new TextTable("side", "median s", "min s", "max s", "cpu s", "events/s");
      for (String side : timings.sides()) {
        table.add(
            side,
            tenths(timings.median(side)),
            tenths(timings.min(side)),
            tenths(timings.max(side)),
            tenths(timings.medianCpu(side)),
            Math.round(topic.messages() / timings.median(side)));
      }
      table.print(out);
      figure("stream.flink-iceberg", topic.messages() / timings.median("Flink"), "events/s");
      figure("stream.vs-flink-iceberg", ratio(timings, "Flink"), "ratio");
      figure("stream.vs-flink-iceberg-dws-only", ratio(timings, "Flink, DWS only"), "ratio");
    }

    private void figure(String name, double value, String unit) {
      Benchmark.figure(out, name, value, unit);
    }

    /** Tidemark's events per second over those of another side, for the same events. */
    private static double ratio(Timings timings, String other) {
      return timings.median(other) / timings.median(TIDEMARK);
    }

    private static double tenths(double seconds) {
      return Math.round(seconds * 10) / 10.0;
    }

    private void say(String format, Object... values) {
      out.printf(Locale.ROOT, format + "%n", values);
      out.flush();
    }
  }
}
