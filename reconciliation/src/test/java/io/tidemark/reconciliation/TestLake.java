package io.tidemark.reconciliation;

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
import io.tidemark.catalog.cut.DayRanges;
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
import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.MetricSpec.Function;
import io.tidemark.jobs.spec.ReadLimit;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.jobs.spec.Start;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.jobs.spec.ViewSpec;
import io.tidemark.jobs.spec.Window;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;

/**
 * A real lakehouse in a folder, with everything but Kafka: ODS rows are committed as the ingest
 * would, and the jobs behind it run as they do anywhere.
 */
public final class TestLake {
  static final ZoneId ZONE = ZoneId.systemDefault();
  static final String UNICODE = "频道 😀 'x'";

  final IngestSpec ods;
  final TransformSpec dwd;
  final AggregateSpec hourly;
  final AggregateSpec running;
  final JobCatalog jobs;
  final Lakehouse lake;
  final JobTables tables;
  private final List<Row> rows = new ArrayList<>();
  private long offset;

  /** The receive order of the rows of the next commit. */
  private long received;

  TestLake(Path folder, String declaredSql, JobSpec... more) {
    this(folder, declaredSql, List.of(), more);
  }

  TestLake(Path folder, String declaredSql, List<ViewSpec> views, JobSpec... more) {
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
                column("n", "bigint"),
                column("price", "double"),
                column("amount", "decimal(12,2)")),
            new EventTimeSpec("event_time", Instant.EPOCH, Duration.ofDays(1)),
            TableName.parse("ods.e"));
    dwd =
        new TransformSpec(
            "dwd_e",
            "",
            "",
            ods.output(),
            declaredSql,
            List.of("id"),
            TableName.parse("dwd.e"),
            ReconcilePolicy.DEFAULT);
    hourly =
        aggregate("dws_e_1h", List.of("ch"), Window.ONE_HOUR, Lateness.of(Duration.ofHours(2)));
    running = aggregate("dws_e_tmin", List.of(), Window.RUNNING_DAY, Lateness.UNLIMITED);
    List<JobSpec> all = new ArrayList<>(List.of(ods, dwd, hourly, running));
    all.addAll(List.of(more));
    jobs = new JobCatalog(all, views);
    lake = Lakehouse.open(environment(folder));
    tables = new JobTables(lake, jobs);
  }

  private static ColumnSpec column(String name, String type) {
    return new ColumnSpec(name, ColumnType.parse(type), false, name, null);
  }

  private AggregateSpec aggregate(
      String name, List<String> dimensions, Window window, Lateness lateness) {
    return new AggregateSpec(
        name,
        "",
        "",
        TableName.parse("dwd.e"),
        dimensions,
        window,
        lateness,
        List.of(
            new MetricSpec("pv", Function.COUNT, "*"),
            new MetricSpec("n_sum", Function.SUM, "n"),
            new MetricSpec("price_sum", Function.SUM, "price"),
            new MetricSpec("amount_avg", Function.AVERAGE, "amount"),
            new MetricSpec("readers", Function.DISTINCT, "u"),
            new MetricSpec("last_seen", Function.MAX, "event_time")),
        TableName.parse("dws." + name.substring(4)),
        ReconcilePolicy.tolerating(0.01, Map.of("pv", 0.0)));
  }

  /** What every test of this module opens its session with: one process has one session. */
  public static Environment environment(Path folder) {
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

  /** Ten rows of a day in three hours; among them NULL and unusual keys and a doubled message. */
  void day(LocalDate day) {
    for (int i = 0; i < 6; i++) {
      row(day, "a" + i, "u" + i % 3, i % 2 == 0 ? "c0" : "c1", (long) i, 0.1 * i, 8 + i % 3, 1);
    }
    row(day, null, "u1", null, null, null, 8, 1);
    row(day, null, "u1", null, 5L, 0.0, 8, 1);
    row(day, "键", null, UNICODE, 0L, 0.0, 23, 1);
    row(day, "a0", "u9", "c9", 99L, 9.9, 9, 1);
  }

  void row(
      LocalDate day,
      String id,
      String u,
      String ch,
      Long n,
      Double price,
      int hour,
      int minutesLater) {
    Instant at = day.atTime(hour, 59).atZone(ZONE).toInstant();
    rows.add(
        RowFactory.create(
            id,
            u,
            ch,
            n,
            price,
            n == null ? null : new java.math.BigDecimal(n + ".25"),
            at,
            day,
            "e",
            0,
            offset++,
            at.plus(Duration.ofMinutes(minutesLater)),
            received,
            lake.exists(ods.output())
                && TableState.of(lake.load(ods.output())).sealedDays().contains(day)));
  }

  /** Commits the rows as the ingest would. */
  void ingest() {
    Table table = tables.ensure(ods);
    Marker last = Commits.takeOver(table, ods.name(), "checkpoint");
    StagedFiles staged =
        StagedFiles.write(
            table,
            lake.spark().createDataFrame(rows, tables.schema(ods)).coalesce(1),
            Layout.AS_THEY_COME);
    Marker next =
        new Marker(
            ods.name(), "checkpoint", last.epoch(), last.batch() + 1, "0", Map.of(), last.back());
    Commits.append(staged, next, TableState.of(table).sealedDays(), Map.of());
    rows.clear();
    received++;
  }

  void seal(Range days) {
    Seals.seal(lake.load(ods.output()), days);
  }

  void catchUp(JobSpec... chosen) {
    MicroBatchListener quiet =
        new MicroBatchListener() {
          @Override
          public void committed(MicroBatchReport report) {}
        };
    new StreamRun(lake, jobs, tables, new StopSignal(), quiet).catchUp(List.of(chosen));
  }

  void batch(Range days) {
    batch(days, hourly, running);
  }

  void batch(Range days, JobSpec... chosen) {
    BatchRun batch = new BatchRun(lake, jobs, tables, report -> {});
    for (JobSpec job : chosen) {
      batch.run(job, days);
    }
  }

  /** Makes days of a job again that are made. */
  void batchAgain(JobSpec job, Range days) {
    new BatchRun(lake, jobs, tables, report -> {}).run(job, days, true);
  }

  /** What comparisons have said of their progress. */
  final List<String> said = new ArrayList<>();

  Reconciliation reconciliation() {
    return new Reconciliation(lake, jobs, tables, Clock.systemUTC(), said::add);
  }

  /** Takes in what came behind the cut: a later cut of a day, and its batch. */
  void sealAgain(LocalDate day) {
    Seals.sealAgain(lake.load(ods.output()), days(day, day));
    catchUp(dwd, hourly, running);
    batch(days(day, day));
  }

  void sql(String text) {
    lake.spark().sql(text);
  }

  /** Replaces the days that a query gives rows of by those rows; no stream takes that for new. */
  void replaceDays(String query, String table) {
    try {
      lake.spark().sql(query).writeTo(table).overwritePartitions();
    } catch (NoSuchTableException e) {
      throw new IllegalStateException(e);
    }
  }

  static DayRanges.Range days(LocalDate from, LocalDate to) {
    return new DayRanges.Range(from, to);
  }
}
