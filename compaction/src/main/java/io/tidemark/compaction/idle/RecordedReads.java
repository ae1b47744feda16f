package io.tidemark.compaction.idle;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.LostPositionException;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.InputPositions;
import io.tidemark.compaction.retain.plan.CommitRecords;
import io.tidemark.jobs.run.DimensionVersions;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Reads that Tidemark's own streams, batches and results have left in the tables they write. A read
 * that found nothing new leaves none.
 */
final class RecordedReads {
  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,19}");

  private final JobCatalog jobs;
  private final Map<Long, String> tableOf = new HashMap<>();
  private final Map<String, LastRead> reads = new HashMap<>();

  /**
   * Looks what every table of a catalog says.
   *
   * @param tables by name
   */
  RecordedReads(JobCatalog jobs, Map<String, Table> tables) {
    this.jobs = jobs;
    tables.forEach(
        (name, table) ->
            table.snapshots().forEach(snapshot -> tableOf.put(snapshot.snapshotId(), name)));
    tables.forEach(this::add);
  }

  /** The newest read of a table, if there is one. */
  Optional<LastRead> of(String table) {
    return Optional.ofNullable(reads.get(table));
  }

  /** Declared jobs that read a table. */
  List<String> readersOf(String table) {
    return jobs.jobs().stream()
        .filter(job -> inputsOf(job).contains(table))
        .map(JobSpec::name)
        .toList();
  }

  private static List<String> inputsOf(JobSpec job) {
    return JobCatalog.inputsOf(job).stream().map(TableName::toString).toList();
  }

  private void add(String name, Table table) {
    addStreams(table);
    addBatches(name, table);
    addResults(name, table, TableState.TAG_BUILD, "a build of table ");
    addResults(name, table, TableState.TAG_RECOMPUTE, "a result in table ");
    addResults(name, table, TableState.KNOWN_USERS, "known users in table ");
    for (Snapshot snapshot : table.snapshots()) {
      dimensions(snapshot)
          .forEach(dimension -> read(dimension, snapshot, "rows looked up for table " + name));
    }
  }

  private void addStreams(Table table) {
    for (Marker marker : markers(table)) {
      for (String read : read(marker)) {
        // Of several inputs each has a position of its own, which moves when it is read.
        since(table, state -> state.marker(marker.job()).map(at -> moved(at, read)))
            .ifPresent(snapshot -> read(read, snapshot, "job " + marker.job()));
      }
    }
  }

  private List<String> read(Marker marker) {
    List<String> declared =
        jobs.jobs().stream()
            .filter(job -> job.name().equals(marker.job()))
            .flatMap(job -> inputsOf(job).stream())
            .toList();
    return declared.isEmpty()
        ? InputPositions.named(marker.position()).stream()
            .flatMap(id -> owner(id.toString()).stream())
            .toList()
        : declared;
  }

  /** What of a marker is another once an input was read. */
  private static Object moved(Marker marker, String input) {
    return InputPositions.isOfSeveral(marker.position())
        ? String.valueOf(
            InputPositions.parse(marker.position(), List.of(input), (table, id) -> false).of(input))
        : marker;
  }

  /** Batches read their input as of a cut, and say so on whichever branch they write. */
  private void addBatches(String name, Table table) {
    Optional<JobSpec> writer =
        jobs.jobs().stream().filter(job -> job.output().toString().equals(name)).findFirst();
    for (String input : writer.map(RecordedReads::inputsOf).orElse(List.of())) {
      StreamSupport.stream(table.snapshots().spliterator(), false)
          .filter(snapshot -> CommitRecords.of(snapshot, CommitRecords.BATCH).isPresent())
          .forEach(snapshot -> read(input, snapshot, "a batch of job " + writer.get().name()));
    }
  }

  /** Such records name snapshots of what was read among other numbers. */
  private void addResults(String name, Table table, String property, String by) {
    Function<TableState, Optional<String>> record =
        state -> Optional.ofNullable(state.properties().get(property));
    since(table, record)
        .ifPresent(
            snapshot -> {
              Matcher numbers = NUMBER.matcher(TableState.in(snapshot).flatMap(record).orElse(""));
              while (numbers.find()) {
                owner(numbers.group()).ifPresent(read -> read(read, snapshot, by + name));
              }
            });
  }

  private static List<Marker> markers(Table table) {
    try {
      return TableState.of(table).markers();
    } catch (LostPositionException unreadable) {
      // It may have been read; nothing here says when.
      return List.of();
    }
  }

  private static Iterable<String> dimensions(Snapshot snapshot) {
    try {
      return DimensionVersions.of(snapshot.summary()).snapshots().keySet();
    } catch (IllegalStateException unreadable) {
      return List.of();
    }
  }

  /** The table that a snapshot is of: ids are random, so that it is one. */
  private Optional<String> owner(String id) {
    try {
      return Optional.ofNullable(tableOf.get(Long.parseLong(id)));
    } catch (NumberFormatException other) {
      return Optional.empty();
    }
  }

  /** The commit that has brought a value which later ones only carry on; nothing without one. */
  private static <T> Optional<Snapshot> since(Table table, Function<TableState, Optional<T>> part) {
    Optional<T> newest = Optional.empty();
    Snapshot first = null;
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
      Optional<TableState> state = TableState.in(snapshot);
      if (state.isPresent()) {
        Optional<T> value = part.apply(state.get());
        if (first != null && !value.equals(newest)) {
          return newest.isPresent() ? Optional.of(first) : Optional.empty();
        }
        newest = value;
        first = snapshot;
      }
    }
    return newest.isPresent() ? Optional.of(first) : Optional.empty();
  }

  private void read(String table, Snapshot by, String who) {
    Instant at = WriteHistory.time(by);
    reads.merge(table, new LastRead(at, who), LastRead::later);
  }
}
