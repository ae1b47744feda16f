package io.tidemark.jobs.operation;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.MicroBatchReport;
import io.tidemark.jobs.run.StreamFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The figures of a driver's jobs for Prometheus: counts since the driver began, and what {@link
 * JobStatus} says, as of the last time it was asked. The label is the name of the job; of lookups
 * there is another, their name.
 */
public final class StreamMetrics implements MicroBatchListener {
  /** Prometheus itself gives every series a label {@code job}: what it was scraped as. */
  private static final String JOB = "job_name";

  private static final String LOOKUP = "lookup";

  private static final double[] SECONDS = {0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300};

  private final InstantSource clock;
  private final PrometheusRegistry registry = new PrometheusRegistry();

  private final Counter read = counter("rows_read", "Messages or rows read.");
  private final Counter written = counter("rows_written", "Rows written.");
  private final Counter dead = counter("dead_letters", "Messages that became dead letters.");
  private final Counter dropped =
      counter("rows_dropped", "Rows that the SQL or a repeated key left out.");
  private final Counter ignored = counter("messages_ignored", "Messages that rightly hold no row.");
  private final Counter late = counter("rows_late", "Rows left to the batch.");
  private final Counter pending = counter("rows_pending", "Rows of sealed days.");
  private final Counter lookedUp =
      ofLookups("lookup_rows", "Rows that were looked up in a dimension.");
  private final Counter found =
      ofLookups("lookup_rows_found", "Those of them whose key the dimension has.");
  private final Counter cached =
      ofLookups("lookup_rows_cached", "Those of them for which the dimension was not read.");
  private final Counter failures = counter("job_failures", "Failures of the job's stream.");
  private final Counter restarts = counter("job_restarts", "Restarts of the job's stream.");
  private final Histogram duration =
      histogram("microbatch_duration", "How long micro-batches took.");
  private final Histogram commit = histogram("commit_duration", "How long their commits took.");
  private final Gauge running = gauge("job_running", "1 while the job's stream runs, else 0.");
  private final Gauge lastCommit =
      gauge("last_commit_timestamp_seconds", "When a micro-batch was committed last.");
  private final Gauge lagEvents = gauge("lag_events", "Messages or rows still to be read.");
  private final Gauge lagSeconds = gauge("lag_seconds", "Age of the oldest of them.");
  private final Gauge freshness =
      gauge("freshness_seconds", "Age of the oldest message whose row is not in the table.");
  private final Gauge objective = gauge("freshness_objective_seconds", "What that may be at most.");
  private final Gauge stateBytes =
      gauge("state_bytes", "Bytes of the open days that the job looks into.");
  private final Gauge stateRows = gauge("state_rows", "Rows of those days.");
  private final Gauge unrepaired =
      gauge("dead_letters_unrepaired", "Dead letters that are in the table and not repaired.");
  private final Gauge parked = gauge("rows_parked", "Rows that wait for the key in a dimension.");
  private final Gauge parkedSeconds = gauge("parked_seconds", "Age of the oldest of them.");
  private final Gauge looked =
      Gauge.builder()
          .name(name("status_timestamp_seconds"))
          .help("When lags, freshness and state were looked up last.")
          .register(registry);

  /**
   * Metrics of jobs, all of them there from the start.
   *
   * @param jobs their names
   */
  public StreamMetrics(List<String> jobs, InstantSource clock) {
    this.clock = clock;
    for (String job : jobs) {
      for (Counter counter :
          List.of(read, written, dead, dropped, ignored, late, pending, failures, restarts)) {
        counter.initLabelValues(job);
      }
      duration.initLabelValues(job);
      commit.initLabelValues(job);
      running.initLabelValues(job);
    }
  }

  /** What they are served from. */
  PrometheusRegistry registry() {
    return registry;
  }

  @Override
  public void committed(MicroBatchReport report) {
    String job = report.job();
    read.labelValues(job).inc(report.read());
    written.labelValues(job).inc(report.written());
    dead.labelValues(job).inc(report.deadLetters());
    dropped.labelValues(job).inc(report.dropped());
    ignored.labelValues(job).inc(report.ignored());
    late.labelValues(job).inc(report.late());
    pending.labelValues(job).inc(report.pending());
    report
        .lookups()
        .forEach(
            (lookup, counts) -> {
              lookedUp.labelValues(job, lookup).inc(counts.asked());
              found.labelValues(job, lookup).inc(counts.found());
              cached.labelValues(job, lookup).inc(counts.cached());
            });
    lastCommit.labelValues(job).set(seconds(clock.instant()));
  }

  /** A micro-batch is done. */
  public void finished(MicroBatch batch) {
    String job = batch.report().job();
    duration.labelValues(job).observe(seconds(batch.duration()));
    commit.labelValues(job).observe(seconds(batch.committing()));
  }

  @Override
  public void began(String job) {
    running.labelValues(job).set(1);
  }

  @Override
  public void ended(String job) {
    running.labelValues(job).set(0);
  }

  @Override
  public void failed(String job, StreamFailure failure) {
    running.labelValues(job).set(0);
    failures.labelValues(job).inc();
    if (failure.again().isPresent()) {
      restarts.labelValues(job).inc();
    }
  }

  /**
   * What is known of the jobs now. What could not be told is not served until it can.
   *
   * @param at when they were looked at
   */
  public void update(List<JobStatus> statuses, Instant at) {
    looked.set(at.toEpochMilli() / 1000.0);
    for (JobStatus status : statuses) {
      String job = status.job();
      set(lagEvents, job, status.lagEvents().map(Long::doubleValue));
      set(lagSeconds, job, status.lag().map(StreamMetrics::seconds));
      set(freshness, job, status.freshness().map(StreamMetrics::seconds));
      set(objective, job, Optional.of(seconds(status.objective())));
      set(stateBytes, job, status.state().map(state -> (double) state.bytes()));
      set(stateRows, job, status.state().map(state -> (double) state.rows()));
      set(unrepaired, job, status.deadLetters().map(letters -> (double) letters.unrepaired()));
      set(parked, job, status.parked().map(rows -> (double) rows.rows()));
      set(parkedSeconds, job, status.parked().map(rows -> seconds(rows.oldest())));
    }
  }

  /** Nothing is known of the jobs: what was known before would look like now. */
  public void forget() {
    for (Gauge gauge :
        List.of(
            lagEvents,
            lagSeconds,
            freshness,
            objective,
            stateBytes,
            stateRows,
            unrepaired,
            parked,
            parkedSeconds)) {
      gauge.clear();
    }
  }

  private static void set(Gauge gauge, String job, Optional<Double> value) {
    if (value.isPresent()) {
      gauge.labelValues(job).set(value.get());
    } else {
      gauge.remove(job);
    }
  }

  private Counter counter(String name, String help) {
    return Counter.builder().name(name(name)).help(help).labelNames(JOB).register(registry);
  }

  private Counter ofLookups(String name, String help) {
    return Counter.builder().name(name(name)).help(help).labelNames(JOB, LOOKUP).register(registry);
  }

  private Gauge gauge(String name, String help) {
    return Gauge.builder().name(name(name)).help(help).labelNames(JOB).register(registry);
  }

  private Histogram histogram(String name, String help) {
    return Histogram.builder()
        .name(name(name + "_seconds"))
        .help(help)
        .labelNames(JOB)
        .classicOnly()
        .classicUpperBounds(SECONDS)
        .register(registry);
  }

  private static String name(String name) {
    return "tidemark_" + name;
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  private static double seconds(Instant instant) {
    return instant.toEpochMilli() / 1000.0;
  }
}
