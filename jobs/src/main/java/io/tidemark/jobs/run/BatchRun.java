package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.StagedFiles.Layout;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.jobs.plan.AggregateSql;
import io.tidemark.jobs.plan.TransformSql;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Lineage;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.jobs.spec.TransformSpec;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Recomputes business days into the {@code offline} branch, from ODS as of the days' cut and from
 * nothing else: a job whose input another job writes has that one recomputed first, unless its
 * offline days were made from the same cut by the same definition.
 *
 * <p>A rerun replaces the days by the same rows. Readers of {@code main} see nothing of it.
 *
 * <p>A dimension is read at its newest snapshot, which the batch records. A newer one does not
 * outdate the days that were made from an older one; they are made again when they are asked for.
 *
 * <p>A mirror has no days: it is recomputed as a whole, from everything ODS held at the cut of the
 * last of the days.
 */
public final class BatchRun {
  /**
   * What a batch did for one job.
   *
   * @param job name of the job
   * @param days the days that were replaced
   * @param rows rows they have now
   */
  public record Report(String job, Range days, long rows) {}

  private final JobSession session;
  private final JobCatalog jobs;
  private final JobTables tables;
  private final Cuts cuts;
  private final Consumer<Report> progress;

  public BatchRun(Lakehouse lake, JobCatalog jobs, JobTables tables, Consumer<Report> progress) {
    this.session = new JobSession(lake);
    this.jobs = jobs;
    this.tables = tables;
    this.cuts = new Cuts(lake, jobs);
    this.progress = progress;
  }

  /**
   * Recomputes days of a job; days with one cut are computed together.
   *
   * @throws NotSealedException when a day has no cut
   */
  public List<Report> run(JobSpec job, Range days) {
    if (job instanceof IngestSpec) {
      throw new IllegalArgumentException(
          "job " + job.name() + " reads Kafka, once; it has no batch mode. Run the jobs behind it");
    }
    List<Report> reports = new ArrayList<>();
    Range asked = job instanceof MirrorSpec ? new Range(days.to(), days.to()) : days;
    for (Map.Entry<Range, Map<String, Long>> group : cuts.cutsOf(job, asked)) {
      upstreamFirst(job, group.getKey(), group.getValue(), reports);
      reports.add(recompute(job, group.getKey(), group.getValue()));
    }
    return reports;
  }

  private void upstreamFirst(JobSpec job, Range days, Map<String, Long> cut, List<Report> reports) {
    for (JobSpec upstream : jobs.inputs(job)) {
      if (!(upstream instanceof IngestSpec) && !isMade(upstream, days, cut)) {
        upstreamFirst(upstream, days, cut, reports);
        reports.add(recompute(upstream, days, cut));
      }
    }
  }

  /**
   * Whether the offline days were made from this cut by today's definitions, upstream included, and
   * are as they were made.
   */
  private boolean isMade(JobSpec job, Range days, Map<String, Long> cut) {
    Table table = tables.ensure(job);
    for (LocalDate day = days.from(); !day.isAfter(days.to()); day = day.plusDays(1)) {
      if (BatchRecord.latest(table, day)
          .filter(batch -> batch.getValue().isOf(cut, lineage(job)))
          .filter(batch -> BatchRecord.changedSince(table, batch.getKey()).isEmpty())
          .isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private String lineage(JobSpec job) {
    return Lineage.hashOf(job, jobs, session.lake().environment().timeZone());
  }

  private Report recompute(JobSpec job, Range days, Map<String, Long> cut) {
    Table table = tables.ensure(job);
    DimensionVersions dimensions =
        job instanceof TransformSpec transform
            ? new Lookups(session, transform, tables.inputSchema(transform)).fix()
            : DimensionVersions.NONE;
    Dataset<Row> rows = rows(job, days, cut);
    Layout layout =
        job instanceof MirrorSpec
                || days.from().plusDays(HopStream.DAYS_AS_THEY_COME).isAfter(days.to())
            ? Layout.AS_THEY_COME
            : Layout.BY_PARTITION;
    StagedFiles staged =
        StagedFiles.write(table, JobTables.known(table, tables.schema(job)), rows, layout);
    BatchRecord batch =
        new BatchRecord(
            job.name(),
            days.from().toString(),
            days.to().toString(),
            cut,
            lineage(job),
            dimensions.snapshots());
    replace(table, staged, job, days, batch);
    Report report = new Report(job.name(), days, staged.rows());
    progress.accept(report);
    return report;
  }

  private Dataset<Row> rows(JobSpec job, Range days, Map<String, Long> cut) {
    if (job instanceof TransformSpec transform) {
      TransformSql sql = new TransformSql(transform);
      Dataset<Row> input = input(transform.input(), days, cut);
      return session.firstReceived(sql, session.transformed(sql, input));
    }
    if (job instanceof MirrorSpec mirror) {
      return session.overInput(tables.mirrorSql(mirror).batch(), asOf(mirror.input(), cut));
    }
    AggregateSpec aggregate = (AggregateSpec) job;
    return session.aggregated(new AggregateSql(aggregate), input(aggregate.input(), days, cut));
  }

  private Dataset<Row> input(TableName name, Range days, Map<String, Long> cut) {
    return asOf(name, cut).where(col(SystemColumns.DT).between(lit(days.from()), lit(days.to())));
  }

  private Dataset<Row> asOf(TableName name, Map<String, Long> cut) {
    Long atCut = cut.get(name.toString());
    Table table = session.lake().load(name);
    long snapshot = atCut != null ? atCut : table.refs().get(Lakehouse.OFFLINE).snapshotId();
    JobSpec writer = jobs.writerOf(name).orElseThrow();
    return session
        .lake()
        .known(name, JobTables.known(table, tables.schema(writer)))
        .readAsOf(snapshot);
  }

  private void replace(
      Table table, StagedFiles staged, JobSpec job, Range days, BatchRecord batch) {
    table.refresh();
    Expression filter =
        job instanceof MirrorSpec
            ? Expressions.alwaysTrue()
            : Expressions.and(
                Expressions.greaterThanOrEqual(SystemColumns.DT, days.from().toString()),
                Expressions.lessThanOrEqual(SystemColumns.DT, days.to().toString()));
    OverwriteFiles overwrite =
        table
            .newOverwrite()
            .toBranch(Lakehouse.OFFLINE)
            .overwriteByRowFilter(filter)
            .validateFromSnapshot(table.refs().get(Lakehouse.OFFLINE).snapshotId())
            .conflictDetectionFilter(filter)
            .validateNoConflictingData()
            .validateNoConflictingDeletes()
            .set(BatchRecord.PROPERTY, batch.toJson());
    staged.files().forEach(overwrite::addFile);
    if (!staged.files().isEmpty()) {
      overwrite.validateAddedFilesMatchOverwriteFilter();
    }
    overwrite.commit();
  }
}
