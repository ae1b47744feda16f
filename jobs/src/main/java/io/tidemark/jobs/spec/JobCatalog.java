package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.DeclaredValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** All declared jobs and how they follow from one another. */
public final class JobCatalog {
  private final Map<String, JobSpec> byName = new LinkedHashMap<>();
  private final Map<TableName, JobSpec> byOutput = new LinkedHashMap<>();

  private final Map<String, SinkSpec> sinks = new LinkedHashMap<>();
  private final List<ViewSpec> views;

  private final Map<String, List<DeclaredValue>> declared;
  private final Map<String, Duration> freshness;
  private final List<AlertSpec> alerts;

  /**
   * Takes jobs that were checked: names and outputs are unique, every input is written, no cycles.
   */
  public JobCatalog(List<? extends JobSpec> jobs) {
    this(jobs, List.of());
  }

  /** The same with views of their summaries, which were checked, too. */
  public JobCatalog(List<? extends JobSpec> jobs, List<ViewSpec> views) {
    this(jobs, List.of(), views, Map.of(), Map.of(), List.of());
  }

  JobCatalog(
      List<? extends JobSpec> jobs,
      List<SinkSpec> sinks,
      List<ViewSpec> views,
      Map<String, List<DeclaredValue>> declared,
      Map<String, Duration> freshness,
      List<AlertSpec> alerts) {
    this.views = List.copyOf(views);
    this.declared = Map.copyOf(declared);
    this.freshness = Map.copyOf(freshness);
    this.alerts = List.copyOf(alerts);
    sinks.forEach(sink -> this.sinks.put(sink.name(), sink));
    Map<TableName, JobSpec> writers = new LinkedHashMap<>();
    jobs.forEach(job -> writers.put(job.output(), job));
    jobs.forEach(job -> placeAfterInput(job, writers));
    byName.values().forEach(job -> byOutput.put(job.output(), job));
  }

  private void placeAfterInput(JobSpec job, Map<TableName, JobSpec> writers) {
    if (!byName.containsKey(job.name())) {
      inputsOf(job).forEach(input -> placeAfterInput(writers.get(input), writers));
      byName.put(
          job.name(),
          job instanceof AggregateSpec aggregate && writers.get(aggregate.input()).takesBack()
              ? aggregate.overRowsTakenBack()
              : job);
    }
  }

  /** All jobs; each comes after the job that writes its input. */
  public List<JobSpec> jobs() {
    return List.copyOf(byName.values());
  }

  /**
   * The job of that name.
   *
   * @throws UnknownJobException when no job has it
   */
  public JobSpec job(String name) {
    JobSpec job = byName.get(name);
    if (job == null && sinks.containsKey(name)) {
      throw UnknownJobException.ofSink(name);
    }
    if (job == null) {
      throw new UnknownJobException(name, byName.keySet());
    }
    return job;
  }

  /** What carries tables to where they are served, in the order of the files. */
  public List<SinkSpec> sinks() {
    return List.copyOf(sinks.values());
  }

  /** The sink of that name, if it is one. */
  public Optional<SinkSpec> sink(String name) {
    return Optional.ofNullable(sinks.get(name));
  }

  /**
   * Declared ways to read summaries, beside the views that jobs have anyway; as their files are.
   */
  public List<ViewSpec> views() {
    return views;
  }

  /** Those of what a job writes. */
  public List<ViewSpec> viewsOf(JobSpec job) {
    return views.stream().filter(view -> view.of().equals(job.output())).toList();
  }

  /** The view of that name, if it is declared. */
  public Optional<ViewSpec> view(String name) {
    return views.stream().filter(view -> view.name().toString().equals(name)).findFirst();
  }

  /** Every value of a job's declaration, and where it comes from; empty when it was not read. */
  public List<DeclaredValue> declared(JobSpec job) {
    return declared.getOrDefault(job.name(), List.of());
  }

  /** The same of a sink's. */
  public List<DeclaredValue> declared(SinkSpec sink) {
    return declared.getOrDefault(sink.name(), List.of());
  }

  /**
   * How long after a message came its row has to be in the table of a job, at most. It belongs to
   * no {@link JobSpec}: another objective makes no other rows.
   */
  public Duration freshness(JobSpec job) {
    return freshness(job.name());
  }

  /** The same of what a sink writes to. */
  public Duration freshness(SinkSpec sink) {
    return freshness(sink.name());
  }

  private Duration freshness(String name) {
    return freshness.getOrDefault(name, JobKeys.FRESHNESS.fallback());
  }

  /** What is to be told of jobs and sinks, those beside metrics last. */
  public List<AlertSpec> alerts() {
    return alerts;
  }

  /** The job that writes a table, if any does. */
  public Optional<JobSpec> writerOf(TableName table) {
    return Optional.ofNullable(byOutput.get(table));
  }

  /** The jobs that write what a job reads, as declared; none for one that reads Kafka. */
  public List<JobSpec> inputs(JobSpec job) {
    return inputsOf(job).stream().map(byOutput::get).toList();
  }

  /** The ingest jobs that write what a join reads, by table. */
  public Map<TableName, IngestSpec> ingestsOf(JoinSpec join) {
    Map<TableName, IngestSpec> ingests = new LinkedHashMap<>();
    join.tables().forEach(table -> ingests.put(table, (IngestSpec) byOutput.get(table)));
    return ingests;
  }

  /** The jobs a job comes from, each behind those it reads itself; without the job. */
  public List<JobSpec> upstream(JobSpec job) {
    Set<JobSpec> found = new LinkedHashSet<>();
    for (JobSpec input : inputs(job)) {
      found.addAll(upstream(input));
      found.add(input);
    }
    return List.copyOf(found);
  }

  /** The jobs that come from a job, directly or not, in topological order; without itself. */
  public List<JobSpec> downstream(JobSpec job) {
    Set<TableName> reached = new LinkedHashSet<>(Set.of(job.output()));
    List<JobSpec> found = new ArrayList<>();
    for (JobSpec candidate : byName.values()) {
      if (inputsOf(candidate).stream().anyMatch(reached::contains)) {
        reached.add(candidate.output());
        found.add(candidate);
      }
    }
    return List.copyOf(found);
  }

  /** The ingest jobs a job comes from; an ingest job comes from itself. */
  public List<IngestSpec> roots(JobSpec job) {
    List<JobSpec> line = new ArrayList<>(upstream(job));
    line.add(job);
    return line.stream().filter(IngestSpec.class::isInstance).map(IngestSpec.class::cast).toList();
  }

  /** The split that a job is a part of; nothing when it has its topic for itself. */
  public Optional<Split> splitOf(IngestSpec job) {
    return job.split().isSplit()
        ? Optional.of(
            Split.of(
                byName.values().stream()
                    .filter(IngestSpec.class::isInstance)
                    .map(IngestSpec.class::cast)
                    .filter(other -> other.split().isSplit() && other.topic().equals(job.topic()))
                    .toList()))
        : Optional.empty();
  }

  /**
   * The tables a job reads, as declared, those whose rows become its own first; an ingest job reads
   * a topic instead.
   */
  public static List<TableName> inputsOf(JobSpec job) {
    if (job instanceof TransformSpec transform) {
      return Stream.concat(transform.tables().stream(), transform.histories().stream()).toList();
    }
    if (job instanceof JoinSpec join) {
      return join.tables();
    }
    if (job instanceof MirrorSpec mirror) {
      return List.of(mirror.input());
    }
    return job instanceof AggregateSpec aggregate ? List.of(aggregate.input()) : List.of();
  }
}
