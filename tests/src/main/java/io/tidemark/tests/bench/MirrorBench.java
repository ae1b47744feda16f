package io.tidemark.tests.bench;

import io.tidemark.jobs.cli.TextTable;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.jobs.spec.IngestSpec;
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
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Changes per second from Kafka to a mirror that was read once, beside a plain MERGE in {@code
 * foreachBatch}. Both read the same topic in micro-batches of the same size and run by turns in one
 * JVM, each round with new tables; their rows are compared with each other and with plain SQL over
 * all messages.
 *
 * <p>{@code mirror.vs-merge} is a ratio of changes per second at the large size: above 1, appending
 * and reading the latest is faster than merging.
 */
final class MirrorBench implements Benchmark {
  private static final ZoneId ZONE = ZoneId.systemDefault();
  private static final String STEP = "50000";
  private static final String TIDEMARK = "Tidemark";
  private static final String MERGE = "merge";
  private static final String[] SHOWN = {
    "order_id", "user_id", "status", "amount", "paid", "delivery_on", "ordered_at", "note"
  };

  @Override
  public String name() {
    return "mirror";
  }

  @Override
  public String summary() {
    return "changes/s from Kafka to a mirror, beside foreachBatch with MERGE";
  }

  @Override
  public long events() {
    return 1_000_000;
  }

  @Override
  public boolean run(Plan plan, PrintWriter out) {
    Path work = Folders.fresh(plan.folder(), "mirror-");
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
      String declared =
          ((IngestSpec)
                  Declarations.read(Repository.conf(), "local", Map.of())
                      .jobs()
                      .job(MirrorSide.INGEST))
              .topic();
      ChangeTopic small = produce(declared, plan.events() / 10);
      ChangeTopic large = produce(declared, plan.events());
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

    private ChangeTopic produce(String declared, long changes) {
      ChangeTopic topic =
          ChangeTopic.produce(
              broker.bootstrapServers(), "changes-" + changes, declared, plan.seed(), changes);
      say("%,d changes produced, seed %d", topic.messages(), plan.seed());
      return topic;
    }

    private boolean round(ChangeTopic topic, String round, Timings timings) {
      Path folder = work.resolve("round");
      LocalLakehouse house =
          LocalLakehouse.create(
              Repository.conf(),
              folder.resolve(topic.prefix()),
              broker,
              ZONE,
              Map.of(
                  "stream.max-messages-per-micro-batch", STEP,
                  "stream.max-rows-per-micro-batch", STEP));
      MirrorSide tidemark = new MirrorSide(house);
      for (Side side : List.of(tidemark, new MergeSide(house, topic.topic()))) {
        side.prepare();
        measure(side, topic, round, timings);
      }
      boolean equal = areEqual(house, tidemark, topic);
      Folders.empty(folder);
      return equal;
    }

    private void measure(Side side, ChangeTopic topic, String round, Timings timings) {
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
          "%,9d changes  %-8s %-9s %6.1f s  %,9.0f changes/s  cpu %5.1f s %s",
          topic.messages(),
          round,
          side.name(),
          taken.seconds(),
          topic.messages() / taken.seconds(),
          taken.cpuSeconds(),
          stages);
    }

    /** Whether both sides show the rows that plain SQL finds in all messages. */
    private boolean areEqual(LocalLakehouse house, MirrorSide tidemark, ChangeTopic topic) {
      house
          .lake()
          .spark()
          .read()
          .format("kafka")
          .option("kafka.bootstrap.servers", broker.bootstrapServers())
          .option("subscribe", topic.topic())
          .load()
          .createOrReplaceTempView("raw_messages");
      MergeSide.parsed(house.lake().spark().table("raw_messages"))
          .createOrReplaceTempView("messages");
      Dataset<Row> expected =
          shown(house.lake().spark().sql(MergeSide.LATEST).where("NOT deleted")).cache();
      try {
        return same("Tidemark's mirror", shown(tidemark.view()), expected)
            & same("the merged table", shown(merged(house)), expected);
      } finally {
        expected.unpersist();
      }
    }

    private static Dataset<Row> merged(LocalLakehouse house) {
      return house
          .lake()
          .spark()
          .table(house.lake().identifier(MergeSide.OUTPUT))
          .where("NOT deleted");
    }

    private static Dataset<Row> shown(Dataset<Row> rows) {
      return rows.selectExpr(SHOWN);
    }

    private boolean same(String what, Dataset<Row> rows, Dataset<Row> expected) {
      long differing = rows.exceptAll(expected).count() + expected.exceptAll(rows).count();
      long count = expected.count();
      if (differing > 0 || count == 0) {
        say("NOT EQUAL: %,d rows of %s and plain SQL differ, of %,d", differing, what, count);
      }
      return differing == 0 && count > 0;
    }

    private void print(
        ChangeTopic small, Timings smallTimes, ChangeTopic large, Timings largeTimes) {
      TextTable table =
          new TextTable("changes", "side", "median s", "min s", "max s", "cpu s", "changes/s");
      addRows(table, small, smallTimes);
      addRows(table, large, largeTimes);
      table.print(out);
      Benchmark.figure(
          out,
          "mirror.rows-per-second-per-core",
          large.messages()
              / largeTimes.median(TIDEMARK)
              / Runtime.getRuntime().availableProcessors(),
          "changes/s");
      Benchmark.figure(out, "mirror.vs-merge-small", ratio(smallTimes), "ratio");
      Benchmark.figure(out, "mirror.vs-merge", ratio(largeTimes), "ratio");
      Benchmark.figure(
          out,
          "mirror.growth-10x",
          largeTimes.median(TIDEMARK) / smallTimes.median(TIDEMARK),
          "ratio");
    }

    private static void addRows(TextTable table, ChangeTopic topic, Timings timings) {
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

    private static double ratio(Timings timings) {
      return timings.median(MERGE) / timings.median(TIDEMARK);
    }

    private void say(String format, Object... values) {
      out.printf(Locale.ROOT, format + "%n", values);
      out.flush();
    }
  }
}
