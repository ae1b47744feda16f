package io.tidemark.jobs.operation;

import io.tidemark.jobs.operation.DriverRecord.State;
import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.MicroBatchReport;
import io.tidemark.jobs.run.StreamFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the {@link DriverRecords} of a driver's jobs: written anew every few seconds, also while
 * there is nothing to read, and at once when a job begins, fails or ends. That a record cannot be
 * written stops no stream.
 */
public final class DriverWatch implements MicroBatchListener, AutoCloseable {
  /** How often a driver says that it is there. */
  static final Duration BEAT = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(DriverWatch.class);

  private final DriverRecords records;
  private final InstantSource clock;
  private final Function<Throwable, String> words;
  private final String host;
  private final Map<String, DriverRecord> jobs = new ConcurrentHashMap<>();
  private final ScheduledExecutorService beat;
  private boolean failing;

  /**
   * Begins to watch.
   *
   * @param words what a failure is put into, without secrets
   */
  public DriverWatch(
      DriverRecords records, InstantSource clock, Function<Throwable, String> words) {
    this.records = records;
    this.clock = clock;
    this.words = words;
    this.host = host();
    this.beat =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "driver-watch");
              thread.setDaemon(true);
              return thread;
            });
    long millis = BEAT.toMillis();
    beat.scheduleWithFixedDelay(this::beat, millis, millis, TimeUnit.MILLISECONDS);
  }

  /** The name that this machine's records have. */
  static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  /** What is to be said of a job; nothing when it has not begun. */
  public Optional<DriverRecord> record(String job) {
    return Optional.ofNullable(jobs.get(job));
  }

  @Override
  public void began(String job) {
    DriverRecord next =
        jobs.compute(
            job,
            (name, before) ->
                before == null
                    ? DriverRecord.began(name, host, ProcessHandle.current().pid(), clock.instant())
                    : before.restarted(clock.instant()));
    write(next);
  }

  @Override
  public void ended(String job) {
    change(job, record -> record.in(State.STOPPED, clock.instant()));
  }

  @Override
  public void failed(String job, StreamFailure failure) {
    State next = failure.again().isPresent() ? State.WAITING : State.FAILED;
    String text = words.apply(failure.cause());
    change(job, record -> record.failed(next, text, clock.instant()));
  }

  @Override
  public void committed(MicroBatchReport report) {
    // The next beat writes it: a stream does not wait for a file.
    jobs.computeIfPresent(report.job(), (name, record) -> record.committed(clock.instant()));
  }

  private void change(String job, UnaryOperator<DriverRecord> change) {
    DriverRecord next = jobs.computeIfPresent(job, (name, record) -> change.apply(record));
    if (next != null) {
      write(next);
    }
  }

  private void beat() {
    jobs.replaceAll(
        (job, record) -> isHere(record) ? record.in(record.state(), clock.instant()) : record);
    jobs.values().stream().filter(DriverWatch::isHere).forEach(this::write);
  }

  private static boolean isHere(DriverRecord record) {
    return record.state() == State.RUNNING || record.state() == State.WAITING;
  }

  private synchronized void write(DriverRecord record) {
    try {
      // Of two who write, the one who waited has the older one.
      records.write(jobs.getOrDefault(record.job(), record));
      failing = false;
    } catch (IOException | RuntimeException e) {
      if (!failing) {
        failing = true;
        LOG.warn(
            "'status' does not see this driver: its record was not written ({})", e.toString());
      }
    }
  }

  /** Says what has become of the jobs; one that was waiting when the driver ended has failed. */
  @Override
  public void close() {
    beat.shutdown();
    jobs.replaceAll(
        (job, record) ->
            switch (record.state()) {
              case WAITING -> record.in(State.FAILED, clock.instant());
              case RUNNING -> record.in(State.STOPPED, clock.instant());
              case FAILED, STOPPED -> record;
            });
    jobs.values().forEach(this::write);
  }
}
