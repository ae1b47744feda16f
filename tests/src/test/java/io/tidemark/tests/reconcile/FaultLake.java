package io.tidemark.tests.reconcile;

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
import io.tidemark.jobs.run.MicroBatchReport;
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
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.jobs.spec.Window;
import io.tidemark.reconciliation.Reconciliation;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
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
            ods.output(),
            sql,
            List.of(content),
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

  /** Commits rows as the ingest would. */
  void ingest(List<Row> rows) {
    Table table = tables.ensure(ods);
    Marker last = Commits.takeOver(table, ods.name(), "checkpoint");
    ingested += rows.size();
    StagedFiles staged =
        StagedFiles.write(
            table,
            lake.spark().createDataFrame(rows, tables.schema(ods)).coalesce(1),
            Layout.BY_PARTITION);
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
    MicroBatchListener quiet =
        new MicroBatchListener() {
          @Override
          public void committed(MicroBatchReport report) {}
        };
    new StreamRun(lake, jobs, tables, new StopSignal(), quiet).catchUp(List.of(dwd, hourly));
  }

  void batch(Range days) {
    new BatchRun(lake, jobs, tables, report -> {}).run(hourly, days);
  }

  List<JobSpec> compared() {
    return List.of(dwd, hourly);
  }

  Reconciliation reconciliation() {
    return new Reconciliation(lake, jobs, tables, Clock.systemUTC(), text -> {});
  }

  void sql(String text, Object... values) {
    lake.spark().sql(text.formatted(values));
  }
}
