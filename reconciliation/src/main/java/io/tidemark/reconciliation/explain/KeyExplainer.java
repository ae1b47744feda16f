package io.tidemark.reconciliation.explain;

import static org.apache.spark.sql.functions.lit;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.plan.AggregateSql;
import io.tidemark.jobs.run.BatchRecord;
import io.tidemark.jobs.run.JobTables;
import io.tidemark.jobs.run.MetricVersions;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Lineage;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.reconciliation.compare.MetricTypes;
import io.tidemark.reconciliation.plan.Cause;
import io.tidemark.reconciliation.plan.CauseMetric;
import io.tidemark.reconciliation.plan.CauseSql;
import io.tidemark.reconciliation.plan.InputSql;
import io.tidemark.reconciliation.plan.MetricColumn;
import io.tidemark.reconciliation.plan.Pin;
import io.tidemark.reconciliation.plan.StepSql;
import io.tidemark.reconciliation.plan.WrittenBy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Why keys of an aggregate differ: from the rows of its input, step by step. */
final class KeyExplainer {
  private static final String OFFLINE = "explain_offline_keys";
  private static final String WRITTEN = "explain_written_keys";
  private static final String MAIN = "explain_main_keys";
  private static final String BATCH_INPUT = "explain_batch_input";
  private static final String STREAM_INPUT = "explain_stream_input";
  private static final String INPUT = "explain_input";
  private static final String DIFFERENCES = "explain_differences";
  private static final String LETTERS = "explain_input_letters";
  private static final String ROWS = "explain_rows";
  private static final String STEPPED = "explain_stepped";
  private static final String STEPS = "explain_steps";
  private static final String TABLE_ROWS = "explain_table_rows";
  private static final String VALUES = "explain_values";
  private static final String FACTS = "explain_facts";
  private static final String EVENTS = "explain_key_events";
  private static final String KEYS = "explain_keys";

  private final Lakehouse lake;
  private final SparkSession spark;
  private final JobCatalog jobs;
  private final JobTables tables;
  private final DayInputs inputs;
  private final Origins origins;
  private final InputRows rows;

  KeyExplainer(
      Lakehouse lake,
      JobCatalog jobs,
      JobTables tables,
      DayInputs inputs,
      Origins origins,
      InputRows rows) {
    this.lake = lake;
    this.spark = lake.spark();
    this.jobs = jobs;
    this.tables = tables;
    this.inputs = inputs;
    this.origins = origins;
    this.rows = rows;
  }

  /** The causes of keys that differ between both sides of the job's table. */
  Explained explain(AggregateSpec job, Pin pin, Dataset<Row> differing, Frames frames) {
    differing.createOrReplaceTempView(KEYS);
    Table table = lake.load(job.output());
    boolean plain = showTables(job, table, pin);
    Optional<Published> published = Published.of(table, pin.mainSnapshot(), pin.day());
    boolean known = showInput(job, table, pin, published, frames);
    frames.keep(ROWS, spark.sql(StepSql.bearing(job, INPUT, KEYS)));
    StructType shown = spark.sql(tables.readSql(job, MAIN)).schema();
    List<MetricColumn> metrics = MetricTypes.of(job, shown);
    History main = History.of(table, pin.mainSnapshot(), pin.day(), true);
    long made = DayInputs.batch(table, pin).getKey();
    History offline =
        made == pin.offline()
            ? History.NONE
            : History.of(table, Optional.of(pin.offline()), pin.day(), true);
    StepSql sql =
        new StepSql(
            published.isPresent() ? job.takingAll() : job,
            metrics,
            causes(frames.ask(StepSql.causes(ROWS))),
            definitions(job, pin, published),
            main.shown(lake.environment().timeZone()),
            offline.shown(lake.environment().timeZone()));
    showSteps(job, sql);
    bring(plain ? List.of(OFFLINE, MAIN) : List.of(OFFLINE, MAIN, WRITTEN), job, frames);
    String written = tables.readSql(job, plain ? MAIN : WRITTEN);
    Dataset<Row> values =
        spark.sql(
            sql.values(
                tables.readSql(job, OFFLINE),
                new AggregateSql(job.by(StepSql.STEP)).read(STEPS, types(job)),
                written,
                tables.readSql(job, MAIN),
                KEYS));
    values.createOrReplaceTempView(VALUES);
    spark.sql(sql.facts(ROWS)).createOrReplaceTempView(FACTS);
    // What a batch was made from that nobody knows any more explains nothing.
    spark.sql(sql.events(VALUES, FACTS, plain)).where(lit(known)).createOrReplaceTempView(EVENTS);
    CauseSql causes = new CauseSql(sql.keys(), metrics.stream().map(CauseMetric::of).toList());
    return Answers.of(causes, EVENTS, KEYS, frames);
  }

  /** Of few keys, lets views of a table stand for those of its rows that bear on them. */
  private void bring(List<String> views, AggregateSpec job, Frames frames) {
    if (!frames.areFew()) {
      return;
    }
    frames.show(TABLE_ROWS, spark.sql(StepSql.tableRows(job, views, KEYS)));
    if (frames.areFew()) {
      for (String view : views) {
        spark.sql(StepSql.rowsOf(TABLE_ROWS, view)).createOrReplaceTempView(view);
      }
    }
  }

  private Function<String, String> types(AggregateSpec job) {
    StructType stored = tables.schema(job);
    return column -> stored.apply(column).dataType().sql();
  }

  private void showSteps(AggregateSpec job, StepSql sql) {
    spark.sql(sql.stepped(ROWS)).createOrReplaceTempView(STEPPED);
    spark
        .sql(new AggregateSql(job.by(StepSql.STEP)).batchOfRows(STEPPED))
        .createOrReplaceTempView(STEPS);
  }

  /** Returns whether the stream's table is as the stream wrote it. */
  private boolean showTables(AggregateSpec job, Table table, Pin pin) {
    DayRows day = new DayRows(lake, job.output(), pin.day());
    History main = History.of(table, pin.mainSnapshot(), pin.day(), true);
    day.asOf(Optional.of(pin.offline())).createOrReplaceTempView(OFFLINE);
    day.asOf(pin.mainSnapshot()).createOrReplaceTempView(MAIN);
    if (main.foreign().isEmpty()) {
      return true;
    }
    day.appended(
            main.base().orElseThrow().snapshotId(),
            pin.mainSnapshot().orElseThrow(),
            main.foreignFiles(table))
        .createOrReplaceTempView(WRITTEN);
    return false;
  }

  private WrittenBy definitions(AggregateSpec job, Pin pin, Optional<Published> published) {
    return published
        .map(
            then ->
                WrittenBy.all(
                    then.batch()
                        .flatMap(
                            made ->
                                Published.otherDefinition(
                                        Lineage.ownOf(made.spec()),
                                        job,
                                        jobs,
                                        lake.environment().timeZone())
                                    .map(said -> said + changedMetrics(made, job)))))
        .orElseGet(() -> origins.definition(job, pin.mainSnapshot()));
  }

  private static String changedMetrics(BatchRecord made, AggregateSpec job) {
    return new MetricVersions(made.metrics()).changedTo(MetricVersions.of(job));
  }

  /** Returns whether it is known what the rows on {@code main} were made from. */
  private boolean showInput(
      AggregateSpec job, Table table, Pin pin, Optional<Published> published, Frames frames) {
    JobSpec input = jobs.inputs(job).get(0);
    if (input instanceof IngestSpec root) {
      showRoot(job, root, pin, published);
      return published.map(Published::isKnown).orElse(true);
    }
    TransformSpec transform = (TransformSpec) input;
    Map.Entry<Long, BatchRecord> batch =
        inputs.madeFrom(transform, pin, table, DayInputs.batch(table, pin));
    if (published.isEmpty()) {
      showAppended(job, transform, table, pin, batch, frames);
      return true;
    }
    Optional<Map.Entry<Long, BatchRecord>> then =
        inputs.publishedInput(transform, pin, published.get());
    // Of a batch that is not known, anything will do: it is not used.
    show(
        job,
        rows.published(
            transform, pin, batch, then.orElse(batch), BATCH_INPUT, STREAM_INPUT, frames));
    return then.isPresent();
  }

  /**
   * Of ODS, the stream leaves out what came behind the seal; and a batch that was published, what
   * came behind its cut.
   */
  private void showRoot(
      AggregateSpec job, IngestSpec root, Pin pin, Optional<Published> published) {
    Optional<Long> then =
        published.flatMap(Published::batch).map(batch -> batch.cut().get(root.output().toString()));
    then.map(
            cut ->
                new DayRows(lake, root.output(), pin.day())
                    .pendingSince(cut, DayInputs.cut(root, pin).orElseThrow()))
        .orElseGet(() -> inputs.ods(root, pin))
        .createOrReplaceTempView(BATCH_INPUT);
    inputs.letters(root).createOrReplaceTempView(LETTERS);
    spark
        .sql(InputSql.tagged(new AggregateSql(job).inputColumns(), BATCH_INPUT, LETTERS))
        .createOrReplaceTempView(INPUT);
  }

  private void showAppended(
      AggregateSpec job,
      TransformSpec input,
      Table table,
      Pin pin,
      Map.Entry<Long, BatchRecord> batch,
      Frames frames) {
    Optional<Long> read = inputs.read(table, job, input, pin.mainSnapshot());
    show(job, rows.appended(input, pin, batch, read, BATCH_INPUT, STREAM_INPUT, frames));
  }

  private void show(AggregateSpec job, Optional<InputRows.Appended> differing) {
    List<String> columns = new AggregateSql(job).inputColumns();
    String sql =
        differing
            .map(
                appended -> {
                  appended.differences().createOrReplaceTempView(DIFFERENCES);
                  return appended.sql().tagged(columns, BATCH_INPUT, STREAM_INPUT, DIFFERENCES);
                })
            .orElseGet(() -> InputSql.untagged(columns, BATCH_INPUT));
    spark.sql(sql).createOrReplaceTempView(INPUT);
  }

  private static List<Cause> causes(List<Row> rows) {
    List<String> found = rows.stream().map(row -> row.getString(0)).toList();
    return Arrays.stream(Cause.values()).filter(cause -> found.contains(cause.text())).toList();
  }
}
