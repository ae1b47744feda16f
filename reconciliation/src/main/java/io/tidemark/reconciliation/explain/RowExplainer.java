package io.tidemark.reconciliation.explain;

import static org.apache.spark.sql.functions.lit;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.run.BatchRecord;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.reconciliation.plan.CauseMetric;
import io.tidemark.reconciliation.plan.CauseMetric.Kind;
import io.tidemark.reconciliation.plan.CauseSql;
import io.tidemark.reconciliation.plan.Pin;
import io.tidemark.reconciliation.plan.RowCauseSql;
import io.tidemark.reconciliation.plan.RowSides;
import io.tidemark.reconciliation.plan.TransformComparison;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Why rows of a transform differ. Only rows of keys that differ are looked at, and of ODS only the
 * messages that stand where such a row does.
 */
final class RowExplainer {
  private static final String MADE = "explain_made";
  private static final String OFFLINE = "explain_offline";
  private static final String WRITTEN = "explain_written";
  private static final String MAIN = "explain_main";
  private static final String EVENTS = "explain_row_events";

  private final Lakehouse lake;
  private final SparkSession spark;
  private final InputRows inputs;
  private final Origins origins;
  private final RowJudge judge;

  RowExplainer(Lakehouse lake, InputRows inputs, Origins origins, RowJudge judge) {
    this.lake = lake;
    this.spark = lake.spark();
    this.inputs = inputs;
    this.origins = origins;
    this.judge = judge;
  }

  /** The causes of rows that differ between both sides of the job's table. */
  Explained explain(TransformSpec job, Pin pin, Dataset<Row> differing, Frames frames) {
    Table table = lake.load(job.output());
    DayRows rows = new DayRows(lake, job.output(), pin.day());
    History main = History.of(table, pin.mainSnapshot(), pin.day(), true);
    Map.Entry<Long, BatchRecord> batch = DayInputs.batch(table, pin);
    long made = batch.getKey();
    Optional<Published> published = Published.of(table, pin.mainSnapshot(), pin.day());
    inputs.show(job, pin, batch, pin.mainSnapshot(), published, frames);
    History offline =
        made == pin.offline()
            ? History.NONE
            : History.of(table, Optional.of(pin.offline()), pin.day(), true);
    show(job, rows.asOf(Optional.of(made)), MADE);
    show(job, rows.asOf(Optional.of(pin.offline())), OFFLINE);
    show(job, rows.asOf(pin.mainSnapshot()), MAIN);
    if (!main.foreign().isEmpty()) {
      show(
          job,
          rows.appended(
              main.base().orElseThrow().snapshotId(),
              pin.mainSnapshot().orElseThrow(),
              main.foreignFiles(table)),
          WRITTEN);
    }
    RowSides sides =
        new RowSides(
            MADE,
            offline.foreign().isEmpty() ? MADE : OFFLINE,
            main.foreign().isEmpty() ? MAIN : WRITTEN,
            MAIN);
    differing.createOrReplaceTempView(RowJudge.KEYS);
    RowCauseSql sql =
        judge.judge(
            job,
            pin,
            published
                .map(then -> origins.madeBy(job, then.batch(), batch.getValue()))
                .orElseGet(() -> origins.writtenBy(job, pin.mainSnapshot(), batch.getValue())),
            sides,
            shown(main),
            shown(offline),
            frames);
    // What a batch was made from that nobody knows any more explains nothing.
    spark
        .sql(sql.events(RowJudge.JUDGED))
        .where(lit(published.map(Published::isKnown).orElse(true)))
        .createOrReplaceTempView(EVENTS);
    CauseSql causes =
        new CauseSql(
            sql.keys(),
            List.of(
                new CauseMetric(TransformComparison.ROWS, Kind.EXACT, 0),
                new CauseMetric(TransformComparison.CONTENT, Kind.COUNTED, 0)));
    return Answers.of(causes, EVENTS, RowJudge.KEYS, frames);
  }

  private void show(TransformSpec job, Dataset<Row> rows, String view) {
    judge.shown(job, rows).createOrReplaceTempView(view);
  }

  private String shown(History history) {
    return history.shown(lake.environment().timeZone());
  }
}
