package io.tidemark.jobs.run;

import io.tidemark.catalog.KnownTable;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.jobs.run.HopStream.HopInput;
import io.tidemark.jobs.sink.SinkTargets;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.JoinSpec;
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
import java.util.function.Supplier;
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
    for (Part part : parts(chosen, sinks)) {
      if (context.stop().isStopped()) {
        return;
      }
      drain(part);
    }
  }

  private void drain(Part part) {
    part.names().forEach(context.listener()::began);
    try {
      part.maker().get().run(true);
    } catch (Exception e) {
      // Spark throws checked exceptions that it declares nowhere.
      StreamFailure failure = new StreamFailure(e, 0, Optional.empty());
      part.names().forEach(name -> context.listener().failed(name, failure));
      throw e;
    }
    part.names().forEach(context.listener()::ended);
  }

  /** {@link #stream(List, Sinks)} without sinks. */
  public void stream(List<JobSpec> chosen) {
    stream(chosen, Sinks.NONE);
  }

  /**
   * Runs the jobs and sinks side by side until {@link StopSignal#stop}, or until none is left. One
   * that fails stops no other: it is begun again as {@link io.tidemark.catalog.RestartSettings
   * declared}, and those behind it get nothing meanwhile. When all have ended, the failure of one
   * that was given up is thrown, the others with it: a driver in which something failed must not
   * look well.
   *
   * <p>Of those of which one cannot begin for a reason that the user is to change, none is begun.
   */
  public void stream(List<JobSpec> chosen, Sinks sinks) {
    List<RestartedStream> streams = parts(chosen, sinks).stream().map(this::restarted).toList();
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

  private RestartedStream restarted(Part part) {
    return new RestartedStream(
        part.names(),
        part.maker(),
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

  /**
   * What runs in a thread of its own: a job, the jobs of a split topic, or a sink.
   *
   * @param names those of the jobs, or of the sink
   * @param maker makes it anew
   */
  private record Part(List<String> names, Supplier<JobStream> maker) {}

  /** Jobs, upstream first, then sinks. */
  private List<Part> parts(List<JobSpec> chosen, Sinks sinks) {
    List<Part> parts = new ArrayList<>();
    for (List<JobSpec> jobs : together(chosen)) {
      parts.add(new Part(jobs.stream().map(JobSpec::name).toList(), () -> reader(jobs)));
    }
    for (SinkSpec sink : sinks.sinks()) {
      List<String> name = List.of(sink.name());
      // Begun again, it goes on with what it has written anew.
      parts.add(new Part(name, () -> stream(sink, sinks.reload() && commits.of(name) == 0)));
    }
    return parts;
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
    JobSession session = new JobSession(lake);
    Schema columns = JobTables.known(output, tables.schema(job));
    List<HopInput> inputs = new ArrayList<>();
    Map<TableName, KnownTable> known = new LinkedHashMap<>();
    for (JobSpec upstream : jobs.inputs(job)) {
      Table input = tables.ensure(upstream);
      inputs.add(new HopInput(upstream, input));
      known.put(
          upstream.output(),
          session.lake().known(upstream.output(), JobTables.known(input, tables.schema(upstream))));
    }
    HopStep step = step(job, session, known, columns);
    String definition = Lineage.hashOf(job, jobs, lake.environment().timeZone());
    return new HopStream(job, inputs, output, columns, step, definition, context);
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

  private HopStep step(
      JobSpec job, JobSession session, Map<TableName, KnownTable> inputs, Schema columns) {
    if (job instanceof TransformSpec transform) {
      Map<TableName, MirrorSpec> histories = new LinkedHashMap<>();
      transform
          .histories()
          .forEach(table -> histories.put(table, (MirrorSpec) jobs.writerOf(table).orElseThrow()));
      return new TransformStep(
          session,
          transform,
          inputs,
          new Histories(session, histories, inputs, tables::mirrorSql),
          session.lake().known(job.output(), columns),
          Lookups.keeping(session, transform, tables.inputSchemas(transform)),
          new WaitingRows(
              session, transform, jobs.roots(transform).stream().map(JobSpec::output).toList()));
    }
    if (job instanceof JoinSpec join) {
      return new JoinStep(session, join, inputs, jobs.ingestsOf(join));
    }
    if (job instanceof MirrorSpec mirror) {
      return new MirrorStep(
          session, mirror.input(), inputs.get(mirror.input()), tables.mirrorSql(mirror));
    }
    AggregateSpec aggregate = (AggregateSpec) job;
    return new AggregateStep(session, aggregate, inputs.get(aggregate.input()));
  }
}
