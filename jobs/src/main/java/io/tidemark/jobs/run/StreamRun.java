package io.tidemark.jobs.run;

import io.tidemark.catalog.KnownTable;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.sink.SinkTargets;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Lineage;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.jobs.spec.SinkSpec;
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
  private final Lakehouse lake;
  private final JobCatalog jobs;
  private final JobTables tables;
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
    this.context = new StreamContext(lake.environment().stream(), stop, listener);
  }

  /**
   * Sinks to run beside jobs.
   *
   * @param sinks behind the jobs
   * @param reload whether they write everything again first
   */
  public record Sinks(List<SinkSpec> sinks, boolean reload) {
    /** None. */
    public static final Sinks NONE = new Sinks(List.of(), false);

    public Sinks {
      sinks = List.copyOf(sinks);
    }
  }

  /** {@link #catchUp(List, Sinks)} without sinks. */
  public void catchUp(List<JobSpec> chosen) {
    catchUp(chosen, Sinks.NONE);
  }

  /**
   * Drains the jobs, upstream first, and then the sinks: what is there when one is reached is read,
   * then it ends. After {@link StopSignal#stop} no further one begins.
   */
  public void catchUp(List<JobSpec> chosen, Sinks sinks) {
    for (List<JobSpec> jobs : together(chosen)) {
      if (context.stop().isStopped()) {
        return;
      }
      reader(jobs).run(true);
    }
    for (SinkSpec sink : sinks.sinks()) {
      if (context.stop().isStopped()) {
        return;
      }
      stream(sink, sinks.reload()).run(true);
    }
  }

  /** {@link #stream(List, Sinks)} without sinks. */
  public void stream(List<JobSpec> chosen) {
    stream(chosen, Sinks.NONE);
  }

  /**
   * Runs the jobs and sinks until {@link StopSignal#stop}. One that fails stops the others after
   * their micro-batch, and its failure is thrown: a driver with a dead stream in it must not look
   * alive.
   */
  public void stream(List<JobSpec> chosen, Sinks sinks) {
    ExecutorService threads =
        Executors.newFixedThreadPool(Math.max(1, chosen.size() + sinks.sinks().size()));
    try {
      // None starts before the last is there: what cannot be built must leave nothing running.
      List<JobStream> streams = new ArrayList<>();
      together(chosen).forEach(jobs -> streams.add(reader(jobs)));
      sinks.sinks().forEach(sink -> streams.add(stream(sink, sinks.reload())));
      List<Future<?>> running = new ArrayList<>();
      for (JobStream stream : streams) {
        running.add(threads.submit(() -> runUntilStopped(stream)));
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

  private void runUntilStopped(JobStream stream) {
    try {
      stream.run(false);
    } finally {
      context.stop().stop();
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

  private JobStream stream(SinkSpec sink, boolean reload) {
    SinkPlan plan = SinkPlan.of(sink, jobs, tables);
    Table input = tables.ensure(plan.writer());
    JobSession session = new JobSession(lake);
    KnownTable read =
        session.lake().known(sink.input(), JobTables.known(input, tables.schema(plan.writer())));
    return new SinkStream(
        plan,
        input,
        read,
        session,
        () -> SinkTargets.of(sink, lake.environment()),
        reload,
        context);
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
