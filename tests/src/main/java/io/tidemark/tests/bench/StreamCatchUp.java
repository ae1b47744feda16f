package io.tidemark.tests.bench;

import io.tidemark.jobs.run.MicroBatchReport;
import io.tidemark.tests.broker.LocalBroker;
import io.tidemark.tests.lakehouse.Folders;
import io.tidemark.tests.servers.StreamDriver;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.iceberg.SnapshotSummary;

/**
 * How fast streams read what has come during an outage, and how much state they keep. The events of
 * an hour at 5,000 a second are in Kafka; then the driver is started, as shipped, in a process of
 * its own, and the time runs until the last of them is committed in DWS, the start of the JVM and
 * all three hops included.
 *
 * <p>{@code catchup.events-per-second-per-core} divides by all cores of the machine, whether the
 * driver could use them or not. State is what the streams keep per key on disk when the driver has
 * ended: DWD's data files, in which micro-batches look for ids that were there before and for the
 * first sight of a reader, and all files of checkpoints. DWD would be there without that; no other
 * state is kept. A key is an event's id.
 */
final class StreamCatchUp implements Benchmark {
  private static final long POLL_NANOS = 500_000_000;

  /** Slower than a tenth of what comes, a stream would never catch up. */
  private static final int LEAST_PER_SECOND = StreamFreshness.EVENTS_PER_SECOND / 10;

  private static final Duration START_LIMIT = Duration.ofMinutes(5);

  @Override
  public String name() {
    return "stream-catchup";
  }

  @Override
  public String summary() {
    return "events/s per core after an outage of an hour, and bytes of state";
  }

  @Override
  public long events() {
    return 3600L * StreamFreshness.EVENTS_PER_SECOND;
  }

  @Override
  public int rounds() {
    return 1;
  }

  @Override
  public boolean run(Plan plan, PrintWriter out) {
    Path work = Folders.fresh(plan.folder(), "catchup-");
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

  /** One outage. */
  private record Run(Plan plan, Path work, LocalBroker broker, PrintWriter out) {
    private static final String HOME = "outage";

    boolean run() {
      BenchTopic topic =
          BenchTopic.produce(
              broker.bootstrapServers(), HOME, ShippedStream.ZONE, plan.seed(), plan.events());
      say(
          "%,d messages produced, seed %d: %.0f s at %,d events/s",
          topic.messages(),
          plan.seed(),
          (double) topic.messages() / StreamFreshness.EVENTS_PER_SECOND,
          StreamFreshness.EVENTS_PER_SECOND);
      ShippedStream stream = ShippedStream.create(work.resolve(HOME), broker);
      Stopwatch watch = new Stopwatch();
      double seconds;
      double cpuSeconds;
      try (StreamDriver driver = stream.start()) {
        await(stream, driver, topic.messages());
        seconds = watch.seconds();
        cpuSeconds = driver.cpu().toMillis() / 1e3;
      }
      TopicAnswer answer = new TopicAnswer(stream.house(), stream.topic(), out);
      boolean equal = answer.isThatOf("Tidemark", stream.house().main(stream.summary()));
      if (equal) {
        print(topic, seconds, cpuSeconds);
        printState(stream);
      }
      return equal;
    }

    /** Until DWS has read everything: a hop reads only what the one before has committed. */
    private void await(ShippedStream stream, StreamDriver driver, long messages) {
      long limit =
          System.nanoTime() + START_LIMIT.plusSeconds(messages / LEAST_PER_SECOND).toNanos();
      long read = 0;
      while (read < messages) {
        driver.requireAlive();
        if (System.nanoTime() > limit) {
          throw new IllegalStateException(
              "DWS has read %,d of %,d rows, and is too slow".formatted(read, messages));
        }
        LockSupport.parkNanos(POLL_NANOS);
        read =
            MicroBatchReport.of(
                    ShippedStream.SUMMARY, stream.house().lake().load(stream.summary().output()))
                .read();
      }
    }

    private void print(BenchTopic topic, double seconds, double cpuSeconds) {
      int cores = Runtime.getRuntime().availableProcessors();
      double rate = topic.messages() / seconds;
      say(
          "%,d events in %.1f s on %d cores, cpu %.1f s: %.1f times the rate they came at",
          topic.messages(), seconds, cores, cpuSeconds, rate / StreamFreshness.EVENTS_PER_SECOND);
      Benchmark.figure(out, "catchup.events-per-second", rate, "events/s");
      Benchmark.figure(
          out, "catchup.events-per-second-per-core", rate / cores, "events/s per core");
      Benchmark.figure(
          out, "catchup.events-per-cpu-second", topic.messages() / cpuSeconds, "events/s");
    }

    private void printState(ShippedStream stream) {
      Map<String, String> files =
          stream
              .house()
              .lake()
              .load(stream.house().jobs().job(ShippedStream.TRANSFORM).output())
              .currentSnapshot()
              .summary();
      long keys = Long.parseLong(files.get(SnapshotSummary.TOTAL_RECORDS_PROP));
      long lookedInto = Long.parseLong(files.get(SnapshotSummary.TOTAL_FILE_SIZE_PROP));
      long checkpoints = bytes(stream.checkpoints());
      say(
          "%,d keys: %,d bytes that micro-batches look into, %,d bytes of checkpoints",
          keys, lookedInto, checkpoints);
      Benchmark.figure(
          out, "state.bytes-per-million-keys", (lookedInto + checkpoints) * 1e6 / keys, "bytes");
    }

    private static long bytes(Path folder) {
      try (Stream<Path> files = Files.walk(folder)) {
        long bytes = 0;
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          bytes += Files.size(file);
        }
        return bytes;
      } catch (IOException e) {
        throw new UncheckedIOException("cannot measure " + folder, e);
      }
    }

    private void say(String format, Object... values) {
      out.printf(Locale.ROOT, format + "%n", values);
      out.flush();
    }
  }
}
