package io.tidemark.tests.bench;

import io.tidemark.jobs.cli.TextTable;
import io.tidemark.tests.app.ReadingApp;
import io.tidemark.tests.bench.Timings.Taken;
import io.tidemark.tests.broker.LocalBroker;
import io.tidemark.tests.lakehouse.Folders;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.Repository;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Events per second from Kafka to DWS: Tidemark's declared jobs beside the same SQL as one query by
 * hand, and beside Kafka to ODS alone. All of them read the same topic and run by turns in one JVM,
 * each round with new tables and checkpoints.
 *
 * <p>Tidemark is at least as fast as a query by hand when {@code stream.vs-handwritten}, a ratio of
 * events per second at the large size, is at least 1.
 */
final class StreamThroughput implements Benchmark {
  private static final ZoneId ZONE = ZoneId.systemDefault();

  /**
   * For every side. A little more than a quarter of two million, because Spark's Kafka source
   * rounds down by partition and would leave a micro-batch of three messages behind.
   */
  private static final Map<String, String> STEPS =
      Map.of("stream.max-messages-per-micro-batch", "510000");

  private static final String TIDEMARK = "Tidemark";
  private static final String BY_HAND = "by hand";
  private static final String INGEST_ONLY = "ingest only";

  @Override
  public String name() {
    return "stream-throughput";
  }

  @Override
  public String summary() {
    return "events/s from Kafka to DWS, beside Spark and Iceberg by hand";
  }

  @Override
  public boolean run(Plan plan, PrintWriter out) {
    // A folder of its own: what else the given one holds is not the benchmark's to delete.
    Path work = Folders.fresh(plan.folder(), "throughput-");
    try {
      LocalBroker broker = LocalBroker.start(work.resolve("kafka"), LocalBroker.freePort());
      try {
        return new Run(plan, work, broker, out).run();
      } finally {
        broker.stop();
      }
    } finally {
      Folders.delete(work);
    }
  }

  /** One run of the benchmark. */
  private record Run(Plan plan, Path work, LocalBroker broker, PrintWriter out) {
    boolean run() {
      BenchTopic small = produce(plan.events() / 10);
      BenchTopic large = produce(plan.events());
      Timings smallTimes = new Timings();
      Timings largeTimes = new Timings();
      boolean equal = round(small, "warm-up", new Timings());
      for (int i = 1; equal && i <= plan.rounds(); i++) {
        equal = round(small, "round " + i, smallTimes);
      }
      for (int i = 1; equal && i <= plan.rounds(); i++) {
        equal = round(large, "round " + i, largeTimes);
      }
      if (equal) {
        print(small, smallTimes, large, largeTimes);
      }
      return equal;
    }

    private BenchTopic produce(long events) {
      BenchTopic topic =
          BenchTopic.produce(
              broker.bootstrapServers(), "events-" + events, ZONE, plan.seed(), events);
      say("%,d messages produced, seed %d", topic.messages(), plan.seed());
      return topic;
    }

    /** Each side once, on tables of its own; then their answers. */
    private boolean round(BenchTopic topic, String round, Timings timings) {
      Path folder = work.resolve("round");
      LocalLakehouse house =
          LocalLakehouse.create(
              Repository.conf(), folder.resolve(topic.prefix()), broker, ZONE, STEPS);
      String topicName = topic.prefix() + "." + ReadingApp.READING_TOPIC;
      TidemarkSide tidemark = new TidemarkSide(house);
      for (Side side :
          List.of(
              tidemark,
              new HandWrittenSide(house, topicName),
              new IngestOnlySide(house, topicName))) {
        side.prepare();
        measure(side, topic, round, timings);
      }
      boolean equal = new Answers(house, topic, out).areEqual(tidemark);
      Folders.empty(folder);
      return equal;
    }

    private void measure(Side side, BenchTopic topic, String round, Timings timings) {
      StringBuilder stages = new StringBuilder();
      Taken taken = new Taken(0, 0);
      for (Stage stage : side.stages()) {
        Stopwatch watch = new Stopwatch();
        stage.work().run();
        Taken one = new Taken(watch.seconds(), watch.cpuSeconds());
        taken = taken.and(one);
        stages.append(String.format(Locale.ROOT, "  %s %.1f s", stage.name(), one.seconds()));
      }
      timings.add(side.name(), taken);
      say(
          "%,9d messages  %-8s %-12s %6.1f s  %,9.0f events/s  cpu %5.1f s %s",
          topic.messages(),
          round,
          side.name(),
          taken.seconds(),
          topic.messages() / taken.seconds(),
          taken.cpuSeconds(),
          stages);
    }

    private void print(BenchTopic small, Timings smallTimes, BenchTopic large, Timings largeTimes) {
      TextTable table =
          new TextTable("messages", "side", "median s", "min s", "max s", "cpu s", "events/s");
      addRows(table, small, smallTimes);
      addRows(table, large, largeTimes);
      table.print(out);
      for (String side : largeTimes.sides()) {
        Benchmark.figure(
            out,
            "stream." + side.toLowerCase(Locale.ROOT).replace(' ', '-'),
            large.messages() / largeTimes.median(side),
            "events/s");
      }
      Benchmark.figure(out, "stream.vs-handwritten-small", ratio(smallTimes, BY_HAND), "ratio");
      Benchmark.figure(out, "stream.vs-handwritten", ratio(largeTimes, BY_HAND), "ratio");
      Benchmark.figure(out, "stream.vs-ingest-only", ratio(largeTimes, INGEST_ONLY), "ratio");
      Benchmark.figure(
          out,
          "stream.growth-10x",
          largeTimes.median(TIDEMARK) / smallTimes.median(TIDEMARK),
          "ratio");
    }

    private static void addRows(TextTable table, BenchTopic topic, Timings timings) {
      for (String side : timings.sides()) {
        table.add(
            String.format(Locale.ROOT, "%,d", topic.messages()),
            side,
            tenths(timings.median(side)),
            tenths(timings.min(side)),
            tenths(timings.max(side)),
            tenths(timings.medianCpu(side)),
            Math.round(topic.messages() / timings.median(side)));
      }
    }

    private static double tenths(double seconds) {
      return Math.round(seconds * 10) / 10.0;
    }

    /** Tidemark's events per second over those of another side, for the same events. */
    private static double ratio(Timings timings, String other) {
      return timings.median(other) / timings.median(TIDEMARK);
    }

    private void say(String format, Object... values) {
      out.printf(Locale.ROOT, format + "%n", values);
      out.flush();
    }
  }
}
