package io.tidemark.tests.reconcile;

import static org.awaitility.Awaitility.await;

import io.tidemark.catalog.CatalogSettings;
import io.tidemark.catalog.Environment;
import io.tidemark.catalog.KafkaSettings;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.StreamSettings;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.StagedFiles.Layout;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.run.BatchRun;
import io.tidemark.jobs.run.JobTables;
import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.jobs.run.StreamRun;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.ColumnType;
import io.tidemark.jobs.spec.EventTimeSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Lateness;
import io.tidemark.jobs.spec.LookupSpec;
import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.MetricSpec.Function;
import io.tidemark.jobs.spec.ReadLimit;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.jobs.spec.Start;
import io.tidemark.jobs.spec.TransformInput;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.jobs.spec.Window;
import io.tidemark.reconciliation.Reconciliation;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A real lakehouse in a folder, with everything but Kafka: rows of ODS are committed as the ingest
 * would, and the jobs behind it run as they do anywhere, first by one definition and then by
 * another.
 */
final class FaultLake {
  static final ZoneId ZONE = ZoneId.systemDefault();

  /** What the first definition leaves out, and does not treble. */
  private static final String FIRST =
      "SELECT id, u, ch, content.cat AS cat, n, price, fee, amount, source.* FROM input WHERE NOT (kind <=> 'drop')";

  private static final String SECOND =
      "SELECT id, u, ch, content.cat AS cat, CASE WHEN kind = 'thrice' THEN n * 3 ELSE n END AS n, price, fee, amount, source.* FROM input";

  final IngestSpec ods;
  final Lakehouse lake;
  private TransformSpec dwd;
  private AggregateSpec hourly;
  private JobCatalog jobs;
  private JobTables tables;
  private long ingested;

  FaultLake(Path folder) {
    ods =
        new IngestSpec(
            "ods_e",
            "",
            "",
            "e",
            Start.Edge.EARLIEST,
            ReadLimit.NONE,
            List.of(
                column("id", "string"),
                column("u", "string"),
                column("ch", "string"),
                column("kind", "string"),
                column("n", "bigint"),
                column("price", "double"),
                column("fee", "decimal(12,4)"),
                column("amount", "decimal(20,2)")),
            new EventTimeSpec("event_time", Instant.EPOCH, Duration.ofDays(1)),
            TableName.parse("ods.e"));
    lake = Lakehouse.open(environment(folder));
    define(FIRST);
  }

  /** From here on the stream and the batch are of the second definition. */
  void changeDefinition() {
    define(SECOND);
  }

  private void define(String sql) {
    LookupSpec content =
        new LookupSpec(
            "content",
            TableName.parse("dim.content"),
            Map.of("id", "ch"),
            Map.of("cat", ColumnType.parse("string")));
    dwd =
        new TransformSpec(
            "dwd_e",
            "",
            "",
            List.of(new TransformInput(ods.output(), sql)),
            List.of(content),
            null,
            List.of("id"),
            TableName.parse("dwd.e"),
            ReconcilePolicy.DEFAULT);
    hourly =
        new AggregateSpec(
            "dws_e_1h",
            "",
            "",
            dwd.output(),
            List.of("cat"),
            Window.ONE_HOUR,
            Lateness.of(Duration.ofHours(2)),
            List.of(
                new MetricSpec("pv", Function.COUNT, "*"),
                new MetricSpec("n_sum", Function.SUM, "n"),
                new MetricSpec("price_sum", Function.SUM, "price"),
                new MetricSpec("fee_avg", Function.AVERAGE, "fee"),
                new MetricSpec("amount_sum", Function.SUM, "amount"),
                new MetricSpec("readers", Function.DISTINCT, "u"),
                new MetricSpec("last_seen", Function.MAX, "event_time")),
            TableName.parse("dws.e_1h"),
            ReconcilePolicy.DEFAULT);
    jobs = new JobCatalog(List.of(ods, dwd, hourly));
    tables = new JobTables(lake, jobs);
  }

  private static ColumnSpec column(String name, String type) {
    return new ColumnSpec(name, ColumnType.parse(type), false, name, null);
  }

  private static Environment environment(Path folder) {
    return new Environment(
        "test",
        ZONE,
        CatalogSettings.embedded("tidemark", folder.resolve("warehouse").toString()),
        folder.resolve("checkpoints"),
        new KafkaSettings("none:1", false, null, Map.of()),
        new StreamSettings(Duration.ofSeconds(1), 1000, 1_000_000),
        Map.of(
            "spark.master", "local[2]",
            "spark.ui.enabled", "false",
            "spark.sql.shuffle.partitions", "2"));
  }

  /** The receive order of the next commit of {@link #ingest}. */
  long nextBatch() {
    return ingested;
  }

  /** Commits rows as the ingest would; also while streams run, but from one thread at a time. */
  void ingest(List<Row> rows) {
    ingested += rows.size();
    ingest(lake.spark().createDataFrame(rows, new JobTables(lake, jobs).schema(ods)).coalesce(1));
  }

  /** Rows of one day in great number, each with an id of its own. */
  void ingestRange(long rows, LocalDate day) {
    Instant start = day.atTime(1, 0).atZone(ZONE).toInstant();
    ingest(
        lake.spark()
            .sql(
                """
                SELECT concat('键', id) AS id, concat('u', id %% 1000) AS u, 'c' AS ch, CAST(NULL AS STRING) AS kind, id AS n,
                  0.5D AS price, CAST(1 AS DECIMAL(12, 4)) AS fee, CAST(id AS DECIMAL(20, 2)) AS amount,
                  timestamp_seconds(%1$d + id %% 80000) AS event_time, DATE'%2$s' AS dt, 'e' AS kafka_topic, 0 AS kafka_partition, id AS kafka_offset,
                  timestamp_seconds(%1$d + id %% 80000 + 1) AS kafka_time, 0L AS ingest_batch, false AS pending
                FROM range(%3$d)"""
                    .formatted(start.getEpochSecond(), day, rows)));
  }

  private void ingest(Dataset<Row> rows) {
    Table table = new JobTables(lake, jobs).ensure(ods);
    Marker last = Commits.takeOver(table, ods.name(), "checkpoint");
    StagedFiles staged = StagedFiles.write(table, rows, Layout.BY_PARTITION);
    Marker next =
        new Marker(
            ods.name(), "checkpoint", last.epoch(), last.batch() + 1, "" + ingested, Map.of());
    Commits.append(staged, next, TableState.of(table).sealedDays(), Map.of());
  }

  void seal(Range days) {
    Seals.seal(lake.load(ods.output()), days);
  }

  void sealAgain(Range days) {
    Seals.sealAgain(lake.load(ods.output()), days);
  }

  void catchUp() {
    catchUp(List.of(dwd, hourly));
  }

  /** The transform alone. */
  void catchUpRows() {
    catchUp(List.of(dwd));
  }

  private void catchUp(List<JobSpec> chosen) {
    new StreamRun(lake, jobs, tables, new StopSignal(), MicroBatchListener.SILENT).catchUp(chosen);
  }

  /** Runs both jobs as streams until they are asked to stop. */
  void stream(StopSignal stop, MicroBatchListener listener) {
    new StreamRun(lake, jobs, new JobTables(lake, jobs), stop, listener)
        .stream(List.of(dwd, hourly));
  }

  /** Waits until the aggregate's stream has read all that its input holds now. */
  void awaitRead() {
    Table input = lake.load(dwd.output());
    long head = input.currentSnapshot().snapshotId();
    await("the stream of dws_e_1h to read what dwd.e holds")
        .atMost(Duration.ofMinutes(3))
        .until(
            () -> {
              input.refresh();
              return TableState.of(lake.load(hourly.output()))
                  .marker(hourly.name())
                  .map(Marker::position)
                  .filter(position -> !position.isEmpty())
                  .filter(
                      position -> SnapshotUtil.isAncestorOf(input, Long.parseLong(position), head))
                  .isPresent();
            });
  }

  void batch(Range days) {
    new BatchRun(lake, jobs, tables, report -> {}).run(hourly, days);
  }

  /** The transform alone. */
  void batchRows(Range days) {
    new BatchRun(lake, jobs, tables, report -> {}).run(dwd, days);
  }

  List<JobSpec> compared() {
    return List.of(dwd, hourly);
  }

  Reconciliation reconciliation() {
    return new Reconciliation(lake, jobs, tables, Clock.systemUTC(), text -> {});
  }

  List<Row> rows(String sql) {
    return lake.spark().sql(sql).collectAsList();
  }

  void sql(String text, Object... values) {
    lake.spark().sql(text.formatted(values));
  }
}
