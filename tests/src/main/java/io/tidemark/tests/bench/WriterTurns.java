package io.tidemark.tests.bench;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.compaction.plan.Planner.Wish;
import io.tidemark.compaction.run.Compaction;
import io.tidemark.compaction.run.CompactionListener;
import io.tidemark.compaction.run.CompactionReport;
import io.tidemark.compaction.run.RewriteOutcome;
import io.tidemark.compaction.spec.CompactionPolicy;
import io.tidemark.compaction.spec.CompactionPolicy.Hot;
import io.tidemark.compaction.spec.Policies;
import io.tidemark.jobs.cli.TextTable;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.tests.bench.Benchmark.Plan;
import io.tidemark.tests.broker.LocalBroker;
import io.tidemark.tests.lakehouse.CommitDelays;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.Repository;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Streams of every kind that commit back to back, by turns without compaction and with it. Both
 * turns go over the same tables in one run: what else differs between two runs does not count.
 * Compaction has a session of its own in the same JVM, so that it takes cores from the streams as
 * it would in their driver.
 */
final class WriterTurns {
  private static final ZoneId ZONE = ZoneId.systemDefault();
  private static final String PREFIX = "beside";
  private static final List<String> JOBS =
      List.of(
          "ods_reading_event",
          "dwd_reading_event",
          "dws_reading_channel_5min",
          MirrorSide.INGEST,
          MirrorSide.MIRROR);

  /** Fewer than by default, so that compaction has something to do in every turn. */
  private static final int MAX_FILES = 20;

  private static final String STEP = "200";

  private final Plan plan;
  private final CompactionBench.Shape shape;
  private final Path home;
  private final PrintWriter out;
  private final CommitDelays delays = new CommitDelays();
  private final List<Double> without = new ArrayList<>();
  private final List<Double> with = new ArrayList<>();
  private long done;
  private long notDone;
  private long filesFewer;

  WriterTurns(Plan plan, CompactionBench.Shape shape, Path home, PrintWriter out) {
    this.plan = plan;
    this.shape = shape;
    this.home = home;
    this.out = out;
  }

  /** Measures, and prints a table and the figures; false when rows are not what they must be. */
  boolean run() {
    LocalBroker broker = LocalBroker.start(home.resolve("kafka"), LocalBroker.freePort());
    try {
      LocalLakehouse house = open(broker);
      produce(house, broker);
      List<JobSpec> jobs = JOBS.stream().map(house.jobs()::job).toList();
      jobs.forEach(house.tables()::ensure);
      StopSignal stop = new StopSignal();
      CompletableFuture<Void> streams =
          CompletableFuture.runAsync(() -> house.streams(stop, delays).stream(jobs));
      long failed = 0;
      try {
        turns(house, stop, streams);
      } finally {
        stop.stop();
        failed = failures(streams);
      }
      boolean right = jobs.stream().allMatch(job -> isRight(house, job));
      if (right) {
        print(failed + delays.repeated());
      }
      return right;
    } finally {
      broker.stop();
    }
  }

  private LocalLakehouse open(LocalBroker broker) {
    return LocalLakehouse.create(
        Repository.conf(),
        home.resolve(PREFIX),
        broker,
        ZONE,
        Map.of(
            "stream.max-messages-per-micro-batch", STEP,
            "stream.max-rows-per-micro-batch", STEP,
            "stream.trigger", "10 milliseconds"));
  }

  private void produce(LocalLakehouse house, LocalBroker broker) {
    String servers = broker.bootstrapServers();
    BenchTopic.produce(servers, PREFIX, ZONE, plan.seed(), shape.messages());
    String declared = ((IngestSpec) house.jobs().job(MirrorSide.INGEST)).topic();
    ChangeTopic.produce(
        servers,
        PREFIX,
        declared.substring(PREFIX.length() + 1),
        plan.seed(),
        shape.messages() / 2);
  }

  /** Without, with, with, without, after one of both that does not count. */
  private void turns(LocalLakehouse house, StopSignal stop, CompletableFuture<Void> streams) {
    turn(house, stop, streams, "warm-up", false, new ArrayList<>());
    turn(house, stop, streams, "warm-up", true, new ArrayList<>());
    for (int round = 1; round <= plan.rounds(); round++) {
      boolean first = round % 2 == 0;
      turn(house, stop, streams, "round " + round, first, first ? with : without);
      turn(house, stop, streams, "round " + round, !first, first ? without : with);
    }
  }

  private void turn(
      LocalLakehouse house,
      StopSignal stop,
      CompletableFuture<Void> streams,
      String round,
      boolean compacting,
      List<Double> taken) {
    delays.take();
    long doneBefore = done;
    long begun = System.nanoTime();
    if (compacting) {
      Compaction compaction = compaction(house);
      List<TableName> tables = JOBS.stream().map(job -> house.jobs().job(job).output()).toList();
      while (System.nanoTime() - begun < shape.turn().toNanos() && !streams.isDone()) {
        count(compaction.run(new Compaction.Order(tables, Wish.UNLIMITED, null, 1)));
      }
    } else {
      stop.await(shape.turn());
    }
    List<Double> ofTurn = delays.take();
    taken.addAll(ofTurn);
    say(
        "%-8s %-18s %,6d commits  p50 %5.0f ms  p99 %5.0f ms  %d groups",
        round,
        compacting ? "with compaction" : "without",
        ofTurn.size(),
        millis(ofTurn, 0.5),
        millis(ofTurn, 0.99),
        done - doneBefore);
  }

  private static Compaction compaction(LocalLakehouse house) {
    List<CompactionPolicy> policies =
        JOBS.stream().map(job -> policy(house.jobs().job(job).output())).toList();
    return new Compaction(
        house.lake(),
        house.jobs(),
        house.tables(),
        new Policies(policies),
        Clock.systemUTC(),
        CompactionListener.SILENT);
  }

  private static CompactionPolicy policy(TableName table) {
    CompactionPolicy usual = CompactionPolicy.defaultFor(table);
    return new CompactionPolicy(
        table,
        usual.targetFileSize(),
        usual.smallFile(),
        usual.groupSize(),
        usual.due(),
        new Hot(usual.hot().quiet(), MAX_FILES),
        usual.budget(),
        usual.rate(),
        usual.lease(),
        usual.zOrder(),
        usual.maintenance());
  }

  private void count(CompactionReport report) {
    for (RewriteOutcome outcome : report.outcomes()) {
      done += outcome.groupsDone();
      notDone += outcome.groupsConflicted() + outcome.groupsFailed();
      filesFewer += outcome.filesRemoved() - outcome.filesAdded();
      if (!outcome.detail().isEmpty()) {
        say(
            "%s %s: %s",
            outcome.planned().table(), outcome.planned().partition(), outcome.detail());
      }
    }
  }

  /** Waits for the streams; how many failures ended them. */
  private long failures(CompletableFuture<Void> streams) {
    try {
      streams.join();
      return 0;
    } catch (RuntimeException e) {
      say("a stream failed: %s", e);
      return 1;
    }
  }

  /** Whether a job's table holds what is in its input up to where the job has read. */
  private boolean isRight(LocalLakehouse house, JobSpec job) {
    Table output = house.lake().load(job.output());
    Marker marker = TableState.of(output).marker(job.name()).orElseThrow();
    Dataset<Row> rows = house.main(job);
    if (job instanceof IngestSpec ingest) {
      // A message of a change log may be several rows.
      long expected =
          ingest.payload().isChangeLog() ? rows.distinct().count() : delays.read(job.name());
      return holds(job, rows.count(), expected) && holds(job, rows.distinct().count(), expected);
    }
    JobSpec input = house.jobs().inputs(job).get(0);
    Dataset<Row> read = house.lake().readAsOf(input.output(), Long.parseLong(marker.position()));
    return switch (job.name()) {
      case MirrorSide.MIRROR ->
          holds(job, rows.count(), read.select("order_id").distinct().count());
      case "dwd_reading_event" ->
          holds(job, rows.count(), read.select("event_id").distinct().count());
      default -> holds(job, rows.selectExpr("sum(row_count)").head().getLong(0), read.count());
    };
  }

  private boolean holds(JobSpec job, long found, long expected) {
    if (found != expected || expected == 0) {
      say("NOT EQUAL: %s has %,d, its input %,d", job.name(), found, expected);
    }
    return found == expected && expected > 0;
  }

  private void print(long failed) {
    TextTable table = new TextTable("commits", "number", "p50 ms", "p99 ms", "longest ms");
    add(table, "without compaction", without);
    add(table, "with compaction", with);
    table.print(out);
    say("%,d groups committed, %,d not, %,d files fewer", done, notDone, filesFewer);
    Benchmark.figure(
        out, "compaction.writer-p50-ratio", quantile(with, 0.5) / quantile(without, 0.5), "ratio");
    Benchmark.figure(
        out,
        "compaction.writer-p99-ratio",
        quantile(with, 0.99) / quantile(without, 0.99),
        "ratio");
    Benchmark.figure(out, "compaction.failed-batches", failed, "micro-batches");
    Benchmark.figure(
        out, "compaction.group-success-share", 100.0 * done / Math.max(1, done + notDone), "%");
  }

  private static void add(TextTable table, String name, List<Double> delays) {
    table.add(
        name,
        delays.size(),
        Math.round(millis(delays, 0.5)),
        Math.round(millis(delays, 0.99)),
        Math.round(millis(delays, 1)));
  }

  private static double millis(List<Double> delays, double share) {
    return delays.isEmpty() ? 0 : 1000 * quantile(delays, share);
  }

  private static double quantile(List<Double> delays, double share) {
    return CommitDelays.quantile(delays.stream().sorted().toList(), share);
  }

  private void say(String format, Object... values) {
    out.printf(Locale.ROOT, format + "%n", values);
    out.flush();
  }
}
