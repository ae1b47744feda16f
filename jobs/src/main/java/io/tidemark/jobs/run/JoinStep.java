package io.tidemark.jobs.run;

import io.tidemark.catalog.KnownTable;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.cut.InputPositions;
import io.tidemark.catalog.cut.InputRange;
import io.tidemark.jobs.plan.JoinSql;
import io.tidemark.jobs.plan.TimeSpans;
import io.tidemark.jobs.plan.TimeSpans.Span;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JoinSide;
import io.tidemark.jobs.spec.JoinSpec;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a micro-batch changes of a join. Rows that wait for a partner wait in the tables they were
 * read from: of each the part is read, as of the snapshot read last, in which partners of the new
 * rows can lie, and what these would find there. So there is no state that a restart could lose,
 * and none that could grow.
 */
final class JoinStep implements HopStep {
  private final JobSession session;
  private final JoinSql sql;
  private final JoinSpec spec;
  private final Map<TableName, KnownTable> inputs;
  private final Map<TableName, IngestSpec> writers;
  private final ZoneId zone;

  /** Kept until the next micro-batch: each is asked several times. */
  private final List<Dataset<Row>> kept = new ArrayList<>();

  /**
   * A step of a join.
   *
   * @param writers the jobs that write its inputs
   */
  JoinStep(
      JobSession session,
      JoinSpec spec,
      Map<TableName, KnownTable> inputs,
      Map<TableName, IngestSpec> writers) {
    this.session = session;
    this.spec = spec;
    this.sql = new JoinSql(spec);
    this.inputs = Map.copyOf(inputs);
    this.writers = Map.copyOf(writers);
    this.zone = session.lake().environment().timeZone();
  }

  @Override
  public Result rows(
      Map<TableName, InputRange> ranges, InputPositions before, InputPositions upTo) {
    kept.forEach(Dataset::unpersist);
    kept.clear();
    Map<TableName, Dataset<Row>> fresh = new HashMap<>();
    Set<LocalDate> days = new TreeSet<>();
    List<Span> spans = new ArrayList<>();
    long read = 0;
    long pending = 0;
    for (Map.Entry<TableName, InputRange> range : ranges.entrySet()) {
      MicroBatchRows batch =
          MicroBatchRows.of(inputs.get(range.getKey()).read(range.getValue()), Optional.empty());
      fresh.put(range.getKey(), batch.rows());
      days.addAll(batch.days());
      spans.addAll(JoinRows.spans(batch.rows()));
      read += batch.read();
      pending += batch.pending();
    }
    TimeSpans near = JoinRows.near(spec, spans);
    // Read behind the rows, so no cut that one of them came behind is missing.
    SortedMap<LocalDate, Long> leftCuts = cuts(spec.left(), near);
    SortedMap<LocalDate, Long> rightCuts = cuts(spec.right(), near);
    Dataset<Row> newLeft = made(spec.left(), fresh(spec.left(), fresh), true, leftCuts);
    Dataset<Row> newRight = made(spec.right(), fresh(spec.right(), fresh), true, rightCuts);
    Dataset<Row> keys = session.keys(sql, newLeft, newRight);
    Dataset<Row> oldLeft = made(spec.left(), known(spec.left(), before, near), false, leftCuts);
    Dataset<Row> oldRight = made(spec.right(), known(spec.right(), before, near), false, rightCuts);
    Dataset<Row> left = newLeft.unionByName(session.touched(sql, oldLeft, keys)).persist();
    kept.add(left);
    Dataset<Row> right = newRight.unionByName(session.touched(sql, oldRight, keys)).persist();
    kept.add(right);
    // Nobody asks how many rows of a join take others back: none of its counts needs it.
    return new Result(session.delta(sql, left, right), read, 0, pending, days.size());
  }

  private Dataset<Row> fresh(JoinSide side, Map<TableName, Dataset<Row>> fresh) {
    Dataset<Row> rows = fresh.get(side.table());
    return rows == null ? inputs.get(side.table()).empty() : rows;
  }

  /** Of what was read of a side before, the rows whose part in the result may be another now. */
  private Dataset<Row> known(JoinSide side, InputPositions before, TimeSpans near) {
    KnownTable table = inputs.get(side.table());
    Long position = before.of(side.table().toString());
    return position == null || near.isEmpty()
        ? table.empty()
        : JoinRows.notPending(table.readAsOf(position)).where(JoinRows.in(near, zone));
  }

  private Dataset<Row> made(
      JoinSide side, Dataset<Row> ods, boolean isNew, SortedMap<LocalDate, Long> cuts) {
    return session.sideOf(side, JoinRows.marked(ods, isNew), cuts);
  }

  private SortedMap<LocalDate, Long> cuts(JoinSide side, TimeSpans near) {
    return DayCuts.of(
        writers.get(side.table()), session.lake().load(side.table()), near.days(zone));
  }
}
