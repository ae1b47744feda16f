package io.tidemark.jobs.run;

import io.tidemark.catalog.KnownTable;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Lineage;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.jobs.spec.Split;
import io.tidemark.jobs.spec.TransformSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;

/**
 * Runs jobs as streams: side by side until they are asked to stop, or drained one after the other,
 * upstream first, as a catch-up.
 */
public final class StreamRun {
  /** Where Spark's fair scheduler finds which pool a job's tasks are of. */
  private static final String POOL = "spark.scheduler.pool";

  private final Lakehouse lake;
  private final JobCatalog jobs;
  private final JobTables tables;
  private final CommitCounts commits = new CommitCounts();
  private final StreamContext context;

  public StreamRun(
      Lakehouse lake,
      JobCatalog jobs,
      JobTables tables,
      StopSignal stop,
      MicroBatchListener listener) {
    this.lake = lake;
    this.jobs = jobs;
    this.tables = tables;
    this.context = new StreamContext(lake.environment().stream(), stop, listener.and(commits));
  }

  /**
   * Drains the jobs, upstream first: what is there when a job is reached is read, then it ends.
   * After {@link StopSignal#stop} no further job begins.
   */
  public void catchUp(List<JobSpec> chosen) {
    for (List<JobSpec> jobs : together(chosen)) {
      if (context.stop().isStopped()) {
        return;
      }
      drain(jobs);
    }
  }

  private void drain(List<JobSpec> jobs) {
    jobs.forEach(job -> context.listener().began(job.name()));
    try {
      reader(jobs).run(true);
    } catch (Exception e) {
      // Spark throws checked exceptions that it declares nowhere.
      StreamFailure failure = new StreamFailure(e, 0, Optional.empty());
      jobs.forEach(job -> context.listener().failed(job.name(), failure));
      throw e;
    }
    jobs.forEach(job -> context.listener().ended(job.name()));
  }

  /**
   * Runs the jobs side by side until {@link StopSignal#stop}, or until none is left. One that fails
   * stops no other: it is begun again as {@link io.tidemark.catalog.RestartSettings declared}, and
   * those behind it get nothing meanwhile. When all have ended, the failure of one that was given
   * up is thrown, the others with it: a driver in which something failed must not look well.
   *
   * <p>Jobs of which one cannot begin for a reason that the user is to change are not begun.
   */
  public void stream(List<JobSpec> chosen) {
    List<RestartedStream> streams = together(chosen).stream().map(this::restarted).toList();
    ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, streams.size()));
    try {
      // None starts before the last is there: what is refused must leave nothing running.
      streams.forEach(RestartedStream::prepare);
      List<Future<?>> running = new ArrayList<>();
      for (RestartedStream stream : streams) {
        running.add(threads.submit(() -> runApart(stream)));
      }
      Failures.awaitAll(running);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while streams were running", e);
    } finally {
      context.stop().stop();
      threads.shutdown();
    }
  }

  private RestartedStream restarted(List<JobSpec> together) {
    return new RestartedStream(
        together,
        () -> reader(together),
        context,
        commits,
        () -> lake.spark().sparkContext().isStopped());
  }

  private void runApart(RestartedStream stream) {
    try {
      // The threads that a query starts inherit it.
      lake.spark().sparkContext().setLocalProperty(POOL, stream.name());
      stream.run();
    } catch (Error e) {
      // Nothing of this process can be relied on any more.
      context.stop().stop();
      throw e;
    }
  }

  /** The jobs, upstream first; those of a split topic, which is read once for them, together. */
  private List<List<JobSpec>> together(List<JobSpec> chosen) {
    Map<Object, List<JobSpec>> together = new LinkedHashMap<>();
    for (JobSpec job : jobs.jobs()) {
      if (chosen.contains(job)) {
        Object reader = split(job).<Object>map(split -> split).orElse(job);
        together.computeIfAbsent(reader, any -> new ArrayList<>()).add(job);
      }
    }
    return List.copyOf(together.values());
  }

  private Optional<Split> split(JobSpec job) {
    return job instanceof IngestSpec ingest ? jobs.splitOf(ingest) : Optional.empty();
  }

  private JobStream reader(List<JobSpec> together) {
    Optional<Split> split = split(together.get(0));
    return split.isPresent() ? stream(split.get(), together) : stream(together.get(0));
  }

  private JobStream stream(Split split, List<JobSpec> running) {
    List<SplitTable> written = new ArrayList<>();
    for (IngestSpec job : split.jobs()) {
      Table output = tables.ensure(job);
      written.add(new SplitTable(job, output, lake.load(job.deadLetters()), context.listener()));
    }
    List<IngestSpec> ingests = running.stream().map(IngestSpec.class::cast).toList();
    return new SplitStream(split, ingests, lake, written, context);
  }

  private JobStream stream(JobSpec job) {
    Table output = tables.ensure(job);
    if (job instanceof IngestSpec ingest) {
      return new IngestStream(ingest, lake, output, lake.load(ingest.deadLetters()), context);
    }
    JobSpec upstream = jobs.inputs(job).get(0);
    Table input = tables.ensure(upstream);
    JobSession session = new JobSession(lake);
    Schema columns = JobTables.known(output, tables.schema(job));
    KnownTable read =
        session.lake().known(upstream.output(), JobTables.known(input, tables.schema(upstream)));
    HopStep step = step(job, session, read, columns);
    String definition = Lineage.hashOf(job, jobs, lake.environment().timeZone());
    return new HopStream(job, upstream, input, output, columns, step, definition, context);
  }

  private HopStep step(JobSpec job, JobSession session, KnownTable input, Schema columns) {
    if (job instanceof TransformSpec transform) {
      return new TransformStep(
          session,
          transform,
          input,
          session.lake().known(job.output(), columns),
          new Lookups(session, transform, tables.inputSchema(transform)));
    }
    return job instanceof MirrorSpec mirror
        ? new MirrorStep(session, input, tables.mirrorSql(mirror))
        : new AggregateStep(session, (AggregateSpec) job, input);
  }
}
