package io.tidemark.tests.bench;

import io.tidemark.catalog.TrinoProperties;
import io.tidemark.tests.broker.LocalBroker;
import io.tidemark.tests.lakehouse.CommitDelays;
import io.tidemark.tests.lakehouse.Folders;
import io.tidemark.tests.servers.Java25;
import io.tidemark.tests.servers.StreamDriver;
import io.tidemark.tests.servers.Trino;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * How old an event is when a person in Trino can read it in a summary: a steady 5,000 events a
 * second go through ODS, DWD and DWS, by the shipped jobs and the verb {@code stream} in a process
 * of its own. In a second phase that process is killed by SIGKILL and started again.
 *
 * <p>Nothing is derived from times of commits. Ten events of each second are probes: ordinary
 * events of a content of their own, so that the row of the summary that has this content holds this
 * event and no other. A delay ends when Trino has answered with that row, out of the summary's view
 * as people read it; it begins before the event is handed to Kafka's client. Both moments are read
 * from one clock. It is too long by at most the pause between two queries and one query, never too
 * short, and Trino shares the machine with the streams.
 *
 * <p>At the end every row of the view must be what was counted while the events were made: a delay
 * of a wrong answer means nothing, and a kill neither loses nor doubles an event.
 */
final class StreamFreshness implements Benchmark {
  static final int EVENTS_PER_SECOND = 5_000;

  private static final Clock CLOCK = Clock.systemUTC();
  private static final int PROBES_PER_SECOND = 10;

  /** Of a phase: the driver's code is compiled, its first large micro-batches are over. */
  private static final int WARM_UP_SHARE = 5;

  private static final long CHECK_NANOS = 100_000_000;

  /** How long a probe may stay unread before the benchmark gives up. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private static final String TEXT = "String ";

  @Override
  public String name() {
    return "stream-freshness";
  }

  @Override
  public String summary() {
    return "seconds from an event to its row in Trino at 5,000 events/s, also through a kill";
  }

  @Override
  public boolean run(Plan plan, PrintWriter out) {
    if (Java25.home().isEmpty()) {
      out.println(Java25.NOT_FOUND);
      return false;
    }
    Path work = Folders.fresh(plan.folder(), "freshness-");
    try {
      LocalBroker broker = LocalBroker.start(work.resolve("kafka"), LocalBroker.freePort());
      try (Trino trino = Trino.start()) {
        ShippedStream stream = ShippedStream.create(work.resolve("steady"), broker);
        return new Run(plan, stream, trino, out).run();
      } catch (SQLException e) {
        throw new IllegalStateException("Trino refused a catalog or a query", e);
      } finally {
        broker.stop();
      }
    } finally {
      Folders.delete(work);
    }
  }

  /** One run: the driver, who produces and who reads. */
  private static final class Run {
    private final Plan plan;
    private final ShippedStream stream;
    private final Trino trino;
    private final PrintWriter out;
    private final String catalog;
    private final String view;
    private final Probes probes = new Probes();
    private final SteadyEvents events;
    private final SteadyProducer producer;
    private final ProbeReader reader;
    private StreamDriver driver;

    Run(Plan plan, ShippedStream stream, Trino trino, PrintWriter out) {
      this.plan = plan;
      this.stream = stream;
      this.trino = trino;
      this.out = out;
      this.catalog = stream.house().lake().environment().catalog().name();
      this.view = stream.summary().view().orElseThrow().toString();
      this.events =
          new SteadyEvents(stream.topic(), EVENTS_PER_SECOND / PROBES_PER_SECOND, plan.seed());
      this.producer =
          new SteadyProducer(
              stream.broker().bootstrapServers(), events, probes, EVENTS_PER_SECOND, CLOCK);
      this.reader = new ProbeReader(trino, catalog, stream.summary().view().orElseThrow(), probes);
    }

    boolean run() throws SQLException {
      trino.createCatalog(
          catalog, TrinoProperties.of(stream.house().lake().environment().catalog()));
      driver = stream.start();
      try {
        return measure();
      } finally {
        producer.stop();
        reader.stop();
        driver.close();
      }
    }

    private boolean measure() throws SQLException {
      producer.start();
      reader.start();
      warmUp();
      long steady = System.nanoTime();
      pass(Duration.ofSeconds(plan.seconds()));
      long disturbed = System.nanoTime();
      pass(Duration.ofSeconds(plan.seconds()).dividedBy(2));
      driver.kill();
      driver = stream.start();
      pass(Duration.ofSeconds(plan.seconds()).dividedBy(2));
      long end = System.nanoTime();
      long sent = producer.end();
      long ended = System.nanoTime();
      awaitUntil(() -> probes.unread() == 0, ended);
      reader.end();
      // Those behind the last probe.
      awaitUntil(() -> inSummary() >= sent, ended);
      say("%,d messages produced, seed %d", sent, plan.seed());
      boolean equal = answersAreEqual();
      if (equal) {
        print(steady, disturbed, end);
      }
      return equal;
    }

    /** Until what has gathered while the driver started is read, and a while longer. */
    private void warmUp() {
      long begun = System.nanoTime();
      awaitUntil(() -> probes.read() > 0, begun);
      say("first rows after %.1f s", (System.nanoTime() - begun) / 1e9);
      long gathered = CLOCK.millis();
      awaitUntil(() -> probes.oldestUnread().orElse(gathered) >= gathered, begun);
      pass(Duration.ofSeconds(plan.seconds()).dividedBy(WARM_UP_SHARE));
    }

    private void awaitUntil(BooleanSupplier reached, long begun) {
      while (!reached.getAsBoolean()) {
        pass(Duration.ofNanos(CHECK_NANOS));
        if (System.nanoTime() - begun > LONGEST.toNanos()) {
          throw new IllegalStateException(
              "%d probes have no row after %s; %d have"
                  .formatted(probes.unread(), LONGEST, probes.read()));
        }
      }
    }

    /** Lets time pass in which everything has to work. */
    private void pass(Duration time) {
      long end = System.nanoTime() + time.toNanos();
      while (System.nanoTime() < end) {
        driver.requireAlive();
        producer.requireWell();
        reader.requireWell();
        LockSupport.parkNanos(CHECK_NANOS);
      }
    }

    /** Events that the summary has counted. */
    private long inSummary() {
      try {
        String sum =
            trino.query(catalog, "SELECT CAST(sum(pv) AS varchar) FROM %s".formatted(view)).get(0);
        return Long.parseLong(sum.substring(TEXT.length()));
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    /** Whether Trino reads exactly what was counted. */
    private boolean answersAreEqual() throws SQLException {
      // Concatenated, because a number's type is of no interest here, and NULL is never right.
      List<String> found =
          trino.query(
              catalog,
              """
              SELECT concat_ws('|', CAST(CAST(to_unixtime(window_start) AS bigint) AS varchar),
                channel, content_id, CAST(pv AS varchar), CAST(clicks AS varchar),
                CAST(read_seconds AS varchar), CAST(readers AS varchar))
              FROM %s"""
                  .formatted(view));
      Set<String> expected = events.rows();
      Set<String> rows = new HashSet<>();
      found.forEach(row -> rows.add(row.substring(TEXT.length())));
      Set<String> missing = new HashSet<>(expected);
      missing.removeAll(rows);
      Set<String> wrong = new HashSet<>(rows);
      wrong.removeAll(expected);
      boolean equal = missing.isEmpty() && wrong.isEmpty() && found.size() == expected.size();
      if (!equal) {
        say(
            "NOT EQUAL: %,d rows in Trino, %,d expected; missing %,d as %s; wrong %,d as %s",
            found.size(),
            expected.size(),
            missing.size(),
            missing.stream().limit(1).toList(),
            wrong.size(),
            wrong.stream().limit(1).toList());
      }
      return equal;
    }

    private void print(long steady, long disturbed, long end) {
      List<Double> usual = probes.seconds(steady, disturbed);
      List<Double> killed = probes.seconds(disturbed, end);
      say(
          "steady: %d probes  p50 %.1f s  p99 %.1f s  most %.1f s",
          usual.size(), quantile(usual, 0.5), quantile(usual, 0.99), quantile(usual, 1));
      say(
          "killed: %d probes  p50 %.1f s  p99 %.1f s  most %.1f s",
          killed.size(), quantile(killed, 0.5), quantile(killed, 0.99), quantile(killed, 1));
      List<Double> queries = reader.querySeconds();
      say(
          "%d queries of the reader: p50 %.2f s, p99 %.2f s; failed: %s",
          queries.size(), quantile(queries, 0.5), quantile(queries, 0.99), reader.failures());
      double rate = (usual.size() + killed.size()) / ((end - steady) / 1e9);
      Benchmark.figure(
          out,
          "freshness.events-per-second",
          rate * EVENTS_PER_SECOND / PROBES_PER_SECOND,
          "events/s");
      Benchmark.figure(out, "freshness.p50-seconds", quantile(usual, 0.5), "s");
      Benchmark.figure(out, "freshness.p99-seconds", quantile(usual, 0.99), "s");
      Benchmark.figure(out, "freshness.p99-through-kill-seconds", quantile(killed, 0.99), "s");
    }

    private static double quantile(List<Double> sorted, double share) {
      return CommitDelays.quantile(sorted, share);
    }

    private void say(String format, Object... values) {
      out.printf(Locale.ROOT, format + "%n", values);
      out.flush();
    }
  }
}
