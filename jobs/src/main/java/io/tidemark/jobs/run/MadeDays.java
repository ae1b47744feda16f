package io.tidemark.jobs.run;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.MirrorSpec;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Table;

/**
 * Tells which offline days a batch would only make again as they are: made at the same cut, by the
 * same definition, from the same batches of other jobs, with the same dimensions, and untouched
 * since.
 *
 * <p>What a run has made itself stays as it is until the run ends, also when a dimension is
 * refreshed meanwhile: the jobs behind it then have one input, and none is outdated by the next.
 */
final class MadeDays {
  private final Lakehouse lake;
  private final Set<Long> ofThisRun = new HashSet<>();

  MadeDays(Lakehouse lake) {
    this.lake = lake;
  }

  /** Remembers the snapshot of a batch of this run. */
  void add(long batch) {
    ofThisRun.add(batch);
  }

  /** Remembers the newest batches of days that this run has found made when it came to commit. */
  void add(Table table, Range days) {
    for (LocalDate day = days.from(); !day.isAfter(days.to()); day = day.plusDays(1)) {
      BatchRecord.latest(table, day).ifPresent(batch -> add(batch.getKey()));
    }
  }

  /**
   * The same as {@link #find}, where a batch has made each of the days on top of a snapshot.
   *
   * @param since a snapshot of the offline branch
   */
  Optional<Long> findSince(long since, JobSpec job, Table table, Range days, BatchRecord now) {
    return find(job, table, days, now)
        .filter(
            head ->
                days.from()
                    .datesUntil(days.to().plusDays(1))
                    .allMatch(day -> BatchRecord.madeSince(table, day, since, head)));
  }

  /**
   * The snapshot of the offline branch in which the days are as a batch would make them now;
   * nothing when one of them is missing or is another.
   *
   * @param table the job's table, as it was when it was loaded
   * @param now what a batch would write of itself
   */
  Optional<Long> find(JobSpec job, Table table, Range days, BatchRecord now) {
    if (job instanceof MirrorSpec) {
      return Optional.empty(); // A batch of any other day has replaced all of it.
    }
    Map<String, Table> inputs = new HashMap<>();
    now.inputs().keySet().forEach(name -> inputs.put(name, lake.load(TableName.parse(name))));
    for (LocalDate day = days.from(); !day.isAfter(days.to()); day = day.plusDays(1)) {
      Optional<Map.Entry<Long, BatchRecord>> batch = BatchRecord.latest(table, day);
      if (batch.isEmpty() || !isMade(batch.get(), day, table, inputs, now)) {
        return Optional.empty();
      }
    }
    return Optional.of(table.refs().get(Lakehouse.OFFLINE).snapshotId());
  }

  private boolean isMade(
      Map.Entry<Long, BatchRecord> batch,
      LocalDate day,
      Table table,
      Map<String, Table> inputs,
      BatchRecord now) {
    BatchRecord then = batch.getValue();
    return then.isOf(now.cut(), now.spec())
        && (then.dimensions().equals(now.dimensions()) || ofThisRun.contains(batch.getKey()))
        && inputs.entrySet().stream()
            .noneMatch(
                input ->
                    then.isBehind(
                        TableName.parse(input.getKey()),
                        input.getValue(),
                        day,
                        now.inputs().get(input.getKey())))
        && BatchRecord.changedSince(table, batch.getKey()).isEmpty();
  }
}
