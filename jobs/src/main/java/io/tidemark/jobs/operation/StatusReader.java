package io.tidemark.jobs.operation;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.MissingTableException;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.InputRange;
import io.tidemark.catalog.table.PartitionTerm;
import io.tidemark.jobs.operation.JobStatus.Activity;
import io.tidemark.jobs.operation.JobStatus.DeadLetters;
import io.tidemark.jobs.operation.JobStatus.State;
import io.tidemark.jobs.plan.AggregateSql;
import io.tidemark.jobs.plan.DeltaSql;
import io.tidemark.jobs.run.JobTables;
import io.tidemark.jobs.run.MicroBatchReport;
import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.source.TopicLag;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.TransformSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Makes the {@link JobStatus} of jobs: from markers, metadata of tables, Kafka and what drivers
 * left. No driver is asked, so it is the same whether one runs; no row is read.
 */
public final class StatusReader {
  private final Lakehouse lake;
  private final JobCatalog jobs;
  private final DriverRecords records;
  private final Function<Throwable, String> words;

  /**
   * A reader for an environment.
   *
   * @param words what a failure is put into, without secrets
   */
  public StatusReader(Lakehouse lake, JobCatalog jobs, Function<Throwable, String> words) {
    this.lake = lake;
    this.jobs = jobs;
    this.records = new DriverRecords(lake.environment().checkpoints());
    this.words = words;
  }

  /** How jobs stand now. What cannot be told of one is a problem of that one alone. */
  public List<JobStatus> read(List<JobSpec> chosen, Instant now) {
    Map<TableName, Optional<Table>> tables = new HashMap<>();
    try (Topics topics = new Topics(lake.environment().kafka())) {
      return chosen.stream().map(job -> new OfJob(job, tables, topics, now).read()).toList();
    }
  }

  /** The status of one job in the making. */
  private final class OfJob {
    private final JobSpec job;
    private final Map<TableName, Optional<Table>> tables;
    private final Topics topics;
    private final Instant now;
    private final List<String> problems = new ArrayList<>();

    OfJob(JobSpec job, Map<TableName, Optional<Table>> tables, Topics topics, Instant now) {
      this.job = job;
      this.tables = tables;
      this.topics = topics;
      this.now = now;
    }

    JobStatus read() {
      Optional<DriverRecord> driver = told(() -> records.read(job.name()));
      Optional<Table> output = told(() -> table(job));
      Optional<Marker> marker = output.flatMap(table -> told(() -> marker(table, job)));
      Optional<JobSpec> upstream = jobs.inputs(job).stream().findFirst();
      Optional<Long> events =
          marker.flatMap(
              at ->
                  told(
                      () ->
                          Optional.of(
                              upstream.isPresent()
                                  ? unread(upstream.get(), at)
                                  : lag().events(offsets(at)))));
      Optional<Duration> freshness =
          marker.flatMap(at -> told(() -> Optional.of(age(oldestMissing()))));
      Optional<Duration> lag =
          upstream.isPresent()
              ? marker.flatMap(at -> told(() -> Optional.of(age(waiting(upstream.get(), at)))))
              : freshness;
      return new JobStatus(
          job.name(),
          activity(driver, marker.isPresent()),
          driver,
          events,
          lag,
          freshness,
          jobs.freshness(job),
          output.flatMap(StatusReader::lastCommit),
          marker.flatMap(at -> told(this::state)),
          marker.flatMap(at -> told(this::deadLetters)),
          problems);
    }

    /** What else can be told is told all the same. */
    private <T> Optional<T> told(Supplier<Optional<T>> what) {
      try {
        return what.get();
      } catch (RuntimeException e) {
        String problem = words.apply(e);
        if (!problems.contains(problem)) {
          problems.add(problem);
        }
        return Optional.empty();
      }
    }

    private Activity activity(Optional<DriverRecord> driver, boolean hasRun) {
      if (driver.isEmpty()) {
        return hasRun ? Activity.UNKNOWN : Activity.NEVER;
      }
      boolean alive =
          driver.get().isAlive(now, DriverWatch.host(), pid -> ProcessHandle.of(pid).isPresent());
      return switch (driver.get().state()) {
        case RUNNING -> alive ? Activity.RUNNING : Activity.GONE;
        case WAITING -> alive ? Activity.WAITING : Activity.GONE;
        case FAILED -> Activity.FAILED;
        case STOPPED -> Activity.STOPPED;
      };
    }

    private Duration age(Optional<Instant> since) {
      return since
          .map(then -> Duration.between(then, now))
          // A producer's clock may be ahead.
          .filter(age -> !age.isNegative())
          .orElse(Duration.ZERO);
    }

    /** The output of a job, loaded once for all that are asked about; nothing before it has run. */
    private Optional<Table> table(JobSpec of) {
      return table(of.output());
    }

    private Optional<Table> table(TableName name) {
      return tables.computeIfAbsent(name, StatusReader.this::load);
    }

    private IngestSpec root() {
      return jobs.roots(job).get(0);
    }

    private TopicLag lag() {
      return topics.lag(root().topic());
    }

    private KafkaOffsets offsets(Marker marker) {
      return KafkaOffsets.parse(root().topic(), marker.position());
    }

    /** Rows of its input that the job has still to read. */
    private long unread(JobSpec upstream, Marker at) {
      return table(upstream)
          .flatMap(input -> InputRange.after(input, position(at), Long.MAX_VALUE))
          .map(InputRange::rows)
          .orElse(0L);
    }

    /** Since when the oldest of them has been in its input. */
    private Optional<Instant> waiting(JobSpec upstream, Marker at) {
      return table(upstream)
          .flatMap(input -> InputRange.firstUnread(input, position(at)))
          .map(StatusReader::time);
    }

    /** When the oldest message came whose row is not in the table of the job. */
    private Optional<Instant> oldestMissing() {
      IngestSpec root = root();
      Table ods = table(root).orElseThrow();
      Optional<Snapshot> next =
          firstBehind().flatMap(behind -> InputRange.firstUnread(ods, readOf(behind, root)));
      if (next.isEmpty()) {
        // It holds what ODS holds: what is missing is still in Kafka.
        return marker(ods, root).flatMap(at -> lag().oldest(offsets(at)));
      }
      // The messages of a snapshot begin where the one before it ended. Those that the brokers have
      // lost since came before they were committed.
      Instant committed = time(next.get());
      Optional<Instant> oldest =
          Optional.ofNullable(next.get().parentId())
              .filter(parent -> ods.snapshot(parent) != null)
              .flatMap(parent -> TableState.asOf(ods, parent).marker(root.name()))
              .flatMap(at -> lag().oldest(offsets(at)));
      return oldest.filter(came -> came.isBefore(committed)).or(() -> Optional.of(committed));
    }

    /** The nearest job that has something to read; nothing when all down to this one have read. */
    private Optional<JobSpec> firstBehind() {
      JobSpec at = job;
      while (!(at instanceof IngestSpec)) {
        JobSpec upstream = jobs.inputs(at).get(0);
        Long position = table(at).flatMap(markerOf(at)).map(StatusReader::position).orElse(null);
        if (table(upstream).flatMap(input -> InputRange.firstUnread(input, position)).isPresent()) {
          return Optional.of(at);
        }
        at = upstream;
      }
      return Optional.empty();
    }

    /** How far a job has read ODS; {@code null} when it has read nothing of it. */
    private Long readOf(JobSpec behind, IngestSpec root) {
      return table(behind)
          .flatMap(markerOf(behind))
          .map(at -> at.roots().get(root.output().toString()))
          .orElse(null);
    }

    private Function<Table, Optional<Marker>> markerOf(JobSpec of) {
      return table -> marker(table, of);
    }

    private Optional<State> state() {
      if (job instanceof IngestSpec) {
        return Optional.empty();
      }
      return Optional.of(
          lookedInto()
              .map(
                  table ->
                      OpenDays.of(table, TableState.of(table(root()).orElseThrow()).sealedDays()))
              .orElse(State.NONE));
    }

    /** The table that each micro-batch looks for what was there before. */
    private Optional<Table> lookedInto() {
      if (job instanceof TransformSpec transform && !transform.dedupeKey().isEmpty()) {
        return table(job);
      }
      return job instanceof AggregateSpec aggregate
              && new DeltaSql(new AggregateSql(aggregate)).needsEarlier()
          ? table(jobs.inputs(job).get(0))
          : Optional.empty();
    }

    private Optional<DeadLetters> deadLetters() {
      return job instanceof IngestSpec ingest
          ? table(ingest.deadLetters()).map(this::count)
          : Optional.empty();
    }

    private DeadLetters count(Table letters) {
      LocalDate today = LocalDate.ofInstant(now, lake.environment().timeZone());
      long received =
          sum(
              letters
                  .newScan()
                  .filter(Expressions.equal(PartitionTerm.DT.column(), today.toString())),
              task -> task.file().recordCount());
      Types.NestedField mark = letters.schema().findField(JobTables.REPAIRED_AT);
      long unrepaired =
          mark == null
              ? sum(letters.newScan(), task -> task.file().recordCount())
              : sum(
                  letters.newScan().includeColumnStats(Set.of(mark.name())),
                  task -> withoutValue(task, mark.fieldId()));
      return new DeadLetters(received, unrepaired);
    }
  }

  private Optional<Table> load(TableName name) {
    try {
      return Optional.of(lake.load(name));
    } catch (MissingTableException none) {
      return Optional.empty();
    }
  }

  private static Optional<Marker> marker(Table table, JobSpec job) {
    return TableState.of(table).marker(job.name());
  }

  /** The snapshot read last; {@code null} before the first. */
  private static Long position(Marker marker) {
    return marker.position().isEmpty() ? null : Long.valueOf(marker.position());
  }

  private static Instant time(Snapshot snapshot) {
    return Instant.ofEpochMilli(snapshot.timestampMillis());
  }

  private static Optional<Instant> lastCommit(Table output) {
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(output)) {
      if (MicroBatchReport.of("", 0, snapshot).isPresent()) {
        return Optional.of(time(snapshot));
      }
    }
    return Optional.empty();
  }

  private static long withoutValue(FileScanTask task, int column) {
    long rows = task.file().recordCount();
    return task.file().nullValueCounts() == null
        ? rows
        : task.file().nullValueCounts().getOrDefault(column, rows);
  }

  private static long sum(TableScan scan, Function<FileScanTask, Long> what) {
    long sum = 0;
    try (CloseableIterable<FileScanTask> files = scan.planFiles()) {
      for (FileScanTask task : files) {
        sum += what.apply(task);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the manifests of " + scan.table().name(), e);
    }
    return sum;
  }
}
