package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.col;

import io.tidemark.catalog.KnownTable;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.cut.InputPositions;
import io.tidemark.catalog.cut.InputRange;
import io.tidemark.jobs.plan.TransformSql;
import io.tidemark.jobs.spec.LookupSpec;
import io.tidemark.jobs.spec.TransformSpec;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Cleans a micro-batch and drops what the table already holds. The table itself is the memory of
 * what was seen, so the two cannot disagree, whatever happened to either.
 *
 * <p>Inputs are read independently of one another. So of rows of several inputs that share a key
 * the first received may be read last: then it is written, with a row that takes back the one
 * before. The same becomes of a row that a change of a history bears on, which came after it.
 */
final class TransformStep implements HopStep {
  private final JobSession session;
  private final TransformSpec spec;
  private final TransformSql sql;
  private final Map<TableName, KnownTable> inputs;
  private final KnownTable output;
  private final Lookups lookups;
  private final Histories histories;
  private final Corrections corrections;
  private final WaitingRows waiting;

  private DimensionVersions fixed = DimensionVersions.NONE;

  /** What is asked several times of the table and a micro-batch, kept until the next. */
  private final List<Dataset<Row>> kept = new ArrayList<>();

  TransformStep(
      JobSession session,
      TransformSpec spec,
      Map<TableName, KnownTable> inputs,
      Histories histories,
      KnownTable output,
      Lookups lookups,
      WaitingRows waiting) {
    this.session = session;
    this.spec = spec;
    this.inputs = Map.copyOf(inputs);
    this.output = output;
    this.lookups = lookups;
    this.waiting = waiting;
    this.sql = new TransformSql(spec);
    this.histories = histories;
    this.corrections = new Corrections(session, spec, this.inputs, histories, lookups);
  }

  @Override
  public Result rows(
      Map<TableName, InputRange> ranges, InputPositions before, InputPositions upTo) {
    fixed =
        lookups.fix(
            history ->
                new Lookups.Versions(
                    upTo.of(history.toString()), () -> histories.versions(history, upTo)));

    Map<TableName, Dataset<Row>> counting = new HashMap<>();
    Set<LocalDate> days = new TreeSet<>();
    long read = 0;
    long pending = 0;
    for (Map.Entry<TableName, InputRange> range : ranges.entrySet()) {
      if (histories.contains(range.getKey())) {
        continue;
      }
      MicroBatchRows batch =
          MicroBatchRows.of(
              CountingRows.of(inputs.get(range.getKey()).read(range.getValue())), Optional.empty());
      counting.put(range.getKey(), batch.rows());
      days.addAll(batch.days());
      read += batch.read();
      pending += batch.pending();
    }
    kept.forEach(Dataset::unpersist);
    kept.clear();
    Dataset<Row> rows = output.empty();
    Optional<Dataset<Row>> replaced = Optional.empty();
    long takenBack = 0;
    SortedMap<String, LookupCounts> found = new TreeMap<>();
    if (!counting.isEmpty()) {
      lookups.prepare(counting.values());
      found = lookups.counts(counting.values());
      Dataset<Row> made = session.transformed(sql, counting);
      if (sql.replaces()) {
        JobSession.Correction correction = corrected(made, days);
        takenBack = correction.takenBack().count();
        replaced = Optional.of(correction.takenBack());
        rows = correction.rows(spec);
      } else {
        if (sql.dedupes()) {
          made = session.unseen(sql, made, keys(written()).where(MicroBatchRows.onDays(days)));
        }
        rows = JobSession.Correction.asWritten(spec, made);
      }
    }
    Optional<Corrections.Corrected> anew =
        sql.corrects()
            ? corrections.of(ranges, upTo, written(), replaced, waiting.due(fixed, this::written))
            : Optional.empty();
    if (anew.isPresent()) {
      kept.add(anew.get().kept());
      rows = rows.unionByName(anew.get().rows());
      takenBack += anew.get().count();
      days.addAll(anew.get().days());
    }
    return new Result(rows, read, 0, pending, takenBack, days.size(), fixed, found);
  }

  private JobSession.Correction corrected(Dataset<Row> rows, Set<LocalDate> days) {
    Dataset<Row> written = written().where(MicroBatchRows.onDays(days));
    // Few rows, those that are there twice, and asked three times. A row that takes back another
    // has its key, so that what is left of the keys is seen without the rest of the day.
    Dataset<Row> looked = session.standing(sql, session.looked(sql, rows, written)).persist();
    kept.add(looked);
    return session.corrected(sql, rows, looked);
  }

  /** Rows that wait need no rows of the input, only another version of a dimension. */
  @Override
  public boolean isDue() {
    if (spec.lookups().stream().noneMatch(LookupSpec::waits)) {
      return false;
    }
    DimensionVersions newest = Lookups.newest(session.lake(), spec);
    if (waiting.due(newest, this::written).isPresent()) {
      return true;
    }
    waiting.lookedUp(newest);
    return false;
  }

  @Override
  public void close() {
    kept.forEach(Dataset::unpersist);
    kept.clear();
    lookups.release();
  }

  @Override
  public void committed() {
    waiting.lookedUp(fixed);
  }

  @Override
  public boolean othersChanged() {
    return lookups.changed();
  }

  private Dataset<Row> written() {
    Snapshot head = session.lake().load(spec.output()).currentSnapshot();
    return holdsRows(head) ? output.readAsOf(head.snapshotId()) : output.empty();
  }

  private Dataset<Row> keys(Dataset<Row> table) {
    return table.select(sql.key().stream().map(key -> col("`" + key + "`")).toArray(Column[]::new));
  }

  /** A frame that Spark knows to be empty costs nothing to look a key up in. */
  private static boolean holdsRows(Snapshot head) {
    return head != null
        && !"0".equals(head.summary().getOrDefault(SnapshotSummary.TOTAL_RECORDS_PROP, "?"));
  }
}
