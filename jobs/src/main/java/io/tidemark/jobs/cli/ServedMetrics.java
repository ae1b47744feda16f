package io.tidemark.jobs.cli;

import io.tidemark.catalog.MetricsSettings;
import io.tidemark.jobs.operation.MetricsServer;
import io.tidemark.jobs.operation.MicroBatchTimes;
import io.tidemark.jobs.operation.StatusReader;
import io.tidemark.jobs.operation.StreamMetrics;
import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.SinkSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics of a driver, served where the environment says so.
 *
 * @param listener is told what the figures are made of
 * @param stop ends serving
 */
record ServedMetrics(MicroBatchListener listener, Runnable stop) implements AutoCloseable {
  /** Where nothing is served. */
  static final ServedMetrics NONE = new ServedMetrics(MicroBatchListener.SILENT, () -> {});

  private static final Logger LOG = LoggerFactory.getLogger(ServedMetrics.class);

  /** Lags are looked up in tables and in Kafka, so not whenever somebody asks. */
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);

  /**
   * Begins to serve, if the environment has a port.
   *
   * @throws io.tidemark.jobs.operation.MetricsPortException when it is taken
   */
  static ServedMetrics begin(
      Workspace workspace, List<JobSpec> jobs, List<SinkSpec> sinks, Clock clock) {
    MetricsSettings settings = workspace.declarations().environment().metrics();
    if (settings == null) {
      return NONE;
    }
    StreamMetrics metrics =
        new StreamMetrics(
            Stream.concat(jobs.stream().map(JobSpec::name), sinks.stream().map(SinkSpec::name))
                .toList(),
            clock);
    MetricsServer server = MetricsServer.start(settings, metrics);
    StatusReader status =
        new StatusReader(workspace.lake(), workspace.jobs(), FailureText::withoutSecrets);
    ScheduledExecutorService looks =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "metrics");
              thread.setDaemon(true);
              return thread;
            });
    looks.scheduleWithFixedDelay(
        () -> look(status, jobs, sinks, metrics, clock),
        0,
        BETWEEN_LOOKS.toSeconds(),
        TimeUnit.SECONDS);
    return new ServedMetrics(
        metrics.and(new MicroBatchTimes(metrics::finished)),
        () -> {
          looks.shutdownNow();
          server.close();
        });
  }

  private static void look(
      StatusReader status,
      List<JobSpec> jobs,
      List<SinkSpec> sinks,
      StreamMetrics metrics,
      Clock clock) {
    try {
      Instant now = clock.instant();
      metrics.update(status.read(jobs, sinks, now), now);
    } catch (RuntimeException e) {
      metrics.forget();
      LOG.warn("lags were not looked up: {}", FailureText.withoutSecrets(e));
    }
  }

  @Override
  public void close() {
    stop.run();
  }
}
