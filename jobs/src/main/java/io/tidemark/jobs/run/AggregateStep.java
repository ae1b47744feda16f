package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.tidemark.catalog.KnownTable;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.cut.InputPositions;
import io.tidemark.catalog.cut.InputRange;
import io.tidemark.jobs.plan.AggregateSql;
import io.tidemark.jobs.plan.DeltaSql;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.SystemColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a micro-batch adds to an aggregate. Whether a value was seen before is looked up in the
 * input as of the snapshot read last, so that the answer depends on two snapshots and on nothing
 * that a restart could lose.
 */
final class AggregateStep implements HopStep {
  private final JobSession session;
  private final AggregateSpec spec;
  private final AggregateSql sql;
  private final DeltaSql delta;
  private final KnownTable input;

  AggregateStep(JobSession session, AggregateSpec spec, KnownTable input) {
    this.session = session;
    this.input = input;
    this.spec = spec;
    this.sql = new AggregateSql(spec);
    this.delta = new DeltaSql(sql);
  }

  @Override
  public Result rows(
      Map<TableName, InputRange> ranges, InputPositions before, InputPositions upTo) {
    InputRange range = ranges.get(spec.input());
    Dataset<Row> all = CountingRows.of(input.read(range));
    MicroBatchRows batch = MicroBatchRows.of(all.select(needed(all)), sql.lateCondition());
    Dataset<Row> output = session.delta(delta.text(), batch.rows(), earlier(range.from(), batch));
    return new Result(output, batch.read(), batch.late(), batch.pending(), batch.days().size());
  }

  private Dataset<Row> earlier(Long last, MicroBatchRows batch) {
    if (last == null || !delta.needsEarlier() || batch.isEmpty()) {
      return session.empty(batch.rows().schema());
    }
    Dataset<Row> before = CountingRows.of(input.readAsOf(last));
    List<Column> conditions = new ArrayList<>(List.of(batch.ofTheseDays()));
    if (!spec.hasOwnTimes()) {
      spec.window().length().map(batch::aroundTheirWindows).ifPresent(conditions::add);
    }
    sql.lateCondition()
        .map(late -> not(coalesce(expr(late), lit(false))))
        .ifPresent(conditions::add);
    return onMain(before)
        .where(conditions.stream().reduce(Column::and).orElseThrow())
        .select(needed(before));
  }

  /** Without rows that were pending when they came: no stream has counted them. */
  private static Dataset<Row> onMain(Dataset<Row> rows) {
    return Arrays.asList(rows.columns()).contains(SystemColumns.PENDING)
        ? rows.where(not(coalesce(col(SystemColumns.PENDING), lit(false))))
        : rows;
  }

  private Column[] needed(Dataset<Row> input) {
    return Arrays.stream(input.columns())
        .filter(
            column ->
                sql.inputColumns().contains(column)
                    || column.equals(SystemColumns.PENDING)
                    || column.equals(SystemColumns.TAKES_BACK))
        .map(column -> col("`" + column + "`"))
        .toArray(Column[]::new);
  }
}
