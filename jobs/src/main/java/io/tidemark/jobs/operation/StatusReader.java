package io.tidemark.jobs.operation;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.config.ConfigurationException;
import io.tidemark.catalog.config.Problem;
import io.tidemark.catalog.cut.ChangedRange;
import io.tidemark.catalog.cut.ChangedRange.Unread;
import io.tidemark.catalog.cut.DayRanges;
import io.tidemark.catalog.cut.InputRange;
import io.tidemark.catalog.table.PartitionTerm;
import io.tidemark.jobs.operation.JobStatus.Activity;
import io.tidemark.jobs.operation.JobStatus.DeadLetters;
import io.tidemark.jobs.operation.JobStatus.Parked;
import io.tidemark.jobs.operation.JobStatus.State;
import io.tidemark.jobs.plan.AggregateSql;
import io.tidemark.jobs.plan.DeltaSql;
import io.tidemark.jobs.run.HeldRow;
import io.tidemark.jobs.run.JobTables;
import io.tidemark.jobs.run.LookupCounts;
import io.tidemark.jobs.run.MicroBatchReport;
import io.tidemark.jobs.sink.SinkPosition;
import io.tidemark.jobs.sink.SinkTarget;
import io.tidemark.jobs.sink.SinkTargets;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.JoinSpec;
import io.tidemark.jobs.spec.SinkCheck;
import io.tidemark.jobs.spec.SinkSpec;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.jobs.spec.UnknownKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Makes the {@link JobStatus} of jobs and sinks: from markers, metadata of tables, Kafka, what
 * sinks write to and what drivers left. No driver is asked, so it is the same whether one runs; no
 * row is read but those that are held back.
 */
public final class StatusReader {
  /** Micro-batches whose lookups are told together. */
  private static final int LOOKED_AT = 100;

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

  /** How jobs and sinks stand now. What cannot be told of one is a problem of that one alone. */
  public List<JobStatus> read(List<JobSpec> chosen, List<SinkSpec> sinks, Instant now) {
    JobOutputs outputs = new JobOutputs(lake);
    try (Topics topics = new Topics(lake.environment().kafka())) {
      MissingMessages missing = new MissingMessages(jobs, outputs, topics);
      List<JobStatus> found = new ArrayList<>();
      chosen.forEach(job -> found.add(new OfJob(job, outputs, missing, now).read()));
      sinks.forEach(sink -> found.add(new OfSink(sink, outputs, missing, now).read()));
      return List.copyOf(found);
    }
  }

  /** A status in the making. */
  private abstract class Reading {
    final JobOutputs outputs;
    final MissingMessages missing;
    final Instant now;
    final List<String> problems = new ArrayList<>();

    Reading(JobOutputs outputs, MissingMessages missing, Instant now) {
      this.outputs = outputs;
      this.missing = missing;
      this.now = now;
    }

    /** What else can be told is told all the same. */
    final <T> Optional<T> told(Supplier<Optional<T>> what) {
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

    final Activity activity(Optional<DriverRecord> driver, boolean hasRun) {
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

    final Duration age(Optional<Instant> since) {
      return since
          .map(then -> Duration.between(then, now))
          // A producer's clock may be ahead.
          .filter(age -> !age.isNegative())
          .orElse(Duration.ZERO);
    }
  }

  private final class OfJob extends Reading {
    private final JobSpec job;

    OfJob(JobSpec job, JobOutputs outputs, MissingMessages missing, Instant now) {
      super(outputs, missing, now);
      this.job = job;
    }

    JobStatus read() {
      Optional<DriverRecord> driver = told(() -> records.read(job.name()));
      Optional<Table> output = told(() -> outputs.of(job));
      Optional<Marker> marker = output.flatMap(table -> told(() -> outputs.marker(job)));
      List<JobSpec> upstream = jobs.inputs(job);
      Optional<Long> events =
          marker.flatMap(
              at ->
                  told(
                      () ->
                          Optional.of(
                              upstream.isEmpty()
                                  ? messages((IngestSpec) job, at)
                                  : upstream.stream().mapToLong(each -> unread(each, at)).sum())));
      Optional<Duration> freshness =
          marker.flatMap(at -> told(() -> Optional.of(age(missing.oldest(job)))));
      Optional<Duration> lag =
          upstream.isEmpty()
              ? freshness
              : marker.flatMap(at -> told(() -> Optional.of(age(waiting(upstream, at)))));
      List<HeldRow> held = marker.flatMap(at -> told(this::held)).orElse(List.of());
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
          marker.flatMap(at -> told(() -> deadLetters(held))),
          marker.flatMap(at -> told(() -> parked(held))),
          output.map(StatusReader::lookups).orElseGet(Collections::emptySortedMap),
          problems);
    }

    private long messages(IngestSpec root, Marker at) {
      return missing.lag(root).events(MissingMessages.offsets(root, at));
    }

    /** Rows of an input that the job has still to read. */
    private long unread(JobSpec upstream, Marker at) {
      return outputs
          .of(upstream)
          .flatMap(
              input -> InputRange.after(input, missing.position(job, upstream, at), Long.MAX_VALUE))
          .map(InputRange::rows)
          .orElse(0L);
    }

    /** Since when the oldest of them has been in an input. */
    private Optional<Instant> waiting(List<JobSpec> upstream, Marker at) {
      return upstream.stream()
          .flatMap(
              each ->
                  outputs
                      .of(each)
                      .flatMap(
                          input -> InputRange.firstUnread(input, missing.position(job, each, at)))
                      .stream())
          .map(MissingMessages::time)
          .min(Comparator.naturalOrder());
    }

    private Optional<State> state() {
      if (job instanceof IngestSpec) {
        return Optional.empty();
      }
      return Optional.of(
          lookedInto().stream()
              .map(table -> OpenDays.of(table, sealedDays()))
              .reduce(State.NONE, State::and));
    }

    /** A day is open until all that it comes from is sealed. */
    private DayRanges sealedDays() {
      return missing.roots(job).stream()
          .map(root -> TableState.of(outputs.of(root).orElseThrow()).sealedDays())
          .reduce(DayRanges::and)
          .orElseThrow();
    }

    /** The tables that each micro-batch looks for what was there before. */
    private List<Table> lookedInto() {
      if (job instanceof TransformSpec transform && !transform.dedupeKey().isEmpty()) {
        return outputs.of(job).stream().toList();
      }
      boolean inputs =
          job instanceof JoinSpec
              || job instanceof AggregateSpec aggregate
                  && new DeltaSql(new AggregateSql(aggregate)).needsEarlier();
      return inputs
          ? jobs.inputs(job).stream().flatMap(input -> outputs.of(input).stream()).toList()
          : List.of();
    }

    /** Rows of open days that the job holds back; those of others are the batch's. */
    private Optional<List<HeldRow>> held() {
      if (!(job instanceof TransformSpec transform) || !transform.holdsBack()) {
        return Optional.empty();
      }
      Expression open = Expressions.alwaysTrue();
      for (DayRanges.Range days : sealedDays().ranges()) {
        Expression outside =
            Expressions.or(
                Expressions.lessThan(PartitionTerm.DT.column(), days.from().toString()),
                Expressions.greaterThan(PartitionTerm.DT.column(), days.to().toString()));
        open = Expressions.and(open, outside);
      }
      return Optional.of(HeldRow.of(transform, outputs.of(job).orElseThrow(), open));
    }

    private Optional<Parked> parked(List<HeldRow> held) {
      if (!(job instanceof TransformSpec transform)
          || transform.lookups().stream()
              .noneMatch(lookup -> lookup.unknown() == UnknownKey.PARK)) {
        return Optional.empty();
      }
      List<Instant> waiting =
          held.stream()
              .filter(row -> row.waits(transform, now))
              .map(HeldRow::receivedAt)
              .sorted()
              .toList();
      return Optional.of(new Parked(waiting.size(), age(waiting.stream().findFirst())));
    }

    private Optional<DeadLetters> deadLetters(List<HeldRow> held) {
      if (job instanceof TransformSpec transform && transform.holdsBack()) {
        ZoneId zone = lake.environment().timeZone();
        LocalDate today = LocalDate.ofInstant(now, zone);
        List<LocalDate> received =
            held.stream()
                .filter(row -> !row.waits(transform, now))
                .map(row -> LocalDate.ofInstant(row.receivedAt(), zone))
                .toList();
        return Optional.of(
            new DeadLetters(received.stream().filter(today::equals).count(), received.size()));
      }
      return job instanceof IngestSpec ingest
          ? outputs.table(ingest.deadLetters()).map(this::count)
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

  private final class OfSink extends Reading {
    private final SinkSpec sink;

    OfSink(SinkSpec sink, JobOutputs outputs, MissingMessages missing, Instant now) {
      super(outputs, missing, now);
      this.sink = sink;
    }

    JobStatus read() {
      Optional<DriverRecord> driver = told(() -> records.read(sink.name()));
      Optional<SinkPosition> position = told(this::position);
      Optional<Unread> unread = position.flatMap(at -> told(() -> unread(at)));
      boolean known = position.isPresent() && problems.isEmpty();
      return new JobStatus(
          sink.name(),
          activity(driver, position.isPresent()),
          driver,
          known ? Optional.of(unread.map(Unread::rows).orElse(0L)) : Optional.empty(),
          known
              ? Optional.of(age(unread.map(Unread::first).map(MissingMessages::time)))
              : Optional.empty(),
          known
              ? told(() -> Optional.of(age(missing.oldest(sink, position.get().snapshot()))))
              : Optional.empty(),
          jobs.freshness(sink),
          driver.map(DriverRecord::lastCommitAt),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Collections.emptySortedMap(),
          problems);
    }

    private Optional<SinkPosition> position() {
      List<Problem> missing = SinkCheck.problems(List.of(sink), lake.environment().connections());
      if (!missing.isEmpty()) {
        throw new ConfigurationException(missing);
      }
      try (SinkTarget target = SinkTargets.of(sink, lake.environment())) {
        return target.position();
      }
    }

    /** What its input holds and readers of its target do not see. */
    private Optional<Unread> unread(SinkPosition at) {
      return outputs
          .table(sink.input())
          .flatMap(
              input ->
                  ChangedRange.unread(
                      input,
                      at.snapshot(),
                      "Write everything again: " + SinkSpec.reloading(sink.name())));
    }
  }

  /** What the last micro-batches that looked rows up say together. */
  private static SortedMap<String, LookupCounts> lookups(Table output) {
    MicroBatchReport total = MicroBatchReport.none("");
    int found = 0;
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(output)) {
      MicroBatchReport one =
          MicroBatchReport.of("", 0, snapshot).orElseGet(() -> MicroBatchReport.none(""));
      if (!one.lookups().isEmpty()) {
        total = total.plus(one);
        found++;
      }
      if (found == LOOKED_AT) {
        break;
      }
    }
    return total.lookups();
  }

  private static Optional<Instant> lastCommit(Table output) {
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(output)) {
      if (MicroBatchReport.of("", 0, snapshot).isPresent()) {
        return Optional.of(MissingMessages.time(snapshot));
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
