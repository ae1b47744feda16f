package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.StagedFiles.Layout;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.jobs.plan.AggregateSql;
import io.tidemark.jobs.plan.JoinSql;
import io.tidemark.jobs.plan.MirrorSql;
import io.tidemark.jobs.plan.TimeSpans;
import io.tidemark.jobs.plan.TransformSql;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.JoinSide;
import io.tidemark.jobs.spec.JoinSpec;
import io.tidemark.jobs.spec.Lineage;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.jobs.spec.TransformSpec;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Recomputes business days into the {@code offline} branch, from ODS as of the days' cut and from
 * nothing else: a job whose input another job writes has that one recomputed first.
 *
 * <p>Days that would only be made again as they are stay: those of the same cut, definition and
 * dimensions, made from the days of other jobs that are there ({@link MadeDays}). So a rerun
 * changes nothing, nor do batches that make the same days at the same time ({@link BatchCommit}).
 * Readers of {@code main} see nothing of it.
 *
 * <p>A dimension is read at its newest snapshot, which the batch records. A newer one has the days
 * made again when they, or days behind them, are asked for.
 *
 * <p>A mirror has no days: it is recomputed as a whole, from everything ODS held at the cut of the
 * last of the days.
 */
public final class BatchRun {
  /**
   * What a batch did for one job.
   *
   * @param job name of the job
   * @param days the days that were asked for
   * @param rows rows they have now; {@code null} when they were made by another batch, and stay
   */
  public record Report(String job, Range days, Long rows) {
    /** Whether another batch has made them, before this one or at the same time, and they stay. */
    public boolean kept() {
      return rows == null;
    }
  }

  private final JobSession session;
  private final JobCatalog jobs;
  private final JobTables tables;
  private final Cuts cuts;
  private final MadeDays made;
  private final Consumer<Report> progress;

  public BatchRun(Lakehouse lake, JobCatalog jobs, JobTables tables, Consumer<Report> progress) {
    this.session = new JobSession(lake);
    this.jobs = jobs;
    this.tables = tables;
    this.cuts = new Cuts(lake, jobs);
    this.made = new MadeDays(session.lake());
    this.progress = progress;
  }

  /**
   * Recomputes days of a job that are not made yet; days with one cut are computed together.
   *
   * @throws NotSealedException when a day has no cut
   */
  public List<Report> run(JobSpec job, Range days) {
    return run(job, days, false);
  }

  /**
   * The same, or recomputes days that are made, too.
   *
   * @param again for when something has changed that no batch writes down
   */
  public List<Report> run(JobSpec job, Range days, boolean again) {
    if (job instanceof IngestSpec) {
      throw new IllegalArgumentException(
          "job " + job.name() + " reads Kafka, once; it has no batch mode. Run the jobs behind it");
    }
    List<Report> reports = new ArrayList<>();
    Consumer<Report> done = progress.andThen(reports::add);
    Range asked = job instanceof MirrorSpec ? new Range(days.to(), days.to()) : days;
    for (Map.Entry<Range, Map<String, Long>> group : cuts.cutsOf(job, asked)) {
      Range range = group.getKey();
      BatchRecord now = upstreamFirst(job, range, group.getValue(), done);
      Table table = tables.ensure(job);
      if (again || made.find(job, table, range, now).isEmpty()) {
        recompute(job, table, range, now, again, done);
      } else {
        done.accept(new Report(job.name(), range, null));
      }
    }
    return reports;
  }

  /**
   * What a batch of the job would be made from, once the jobs above it are made. Which snapshot of
   * them is read is decided by the same look that finds them made.
   */
  private BatchRecord upstreamFirst(
      JobSpec job, Range days, Map<String, Long> cut, Consumer<Report> done) {
    Map<String, Long> inputs = new TreeMap<>();
    for (JobSpec upstream : jobs.inputs(job)) {
      // Of a history, the batch reads the change log.
      if (!(upstream instanceof IngestSpec || upstream instanceof MirrorSpec)) {
        BatchRecord now = upstreamFirst(upstream, days, cuts.ofRoots(upstream, cut), done);
        Table table = tables.ensure(upstream);
        inputs.put(
            upstream.output().toString(),
            made.find(upstream, table, days, now)
                .orElseGet(() -> recompute(upstream, table, days, now, false, done)));
      }
    }
    DimensionVersions newest =
        job instanceof TransformSpec transform
            ? Lookups.newest(session.lake(), transform)
            : DimensionVersions.NONE;
    return new BatchRecord(
        job.name(),
        days.from().toString(),
        days.to().toString(),
        cut,
        Lineage.hashOf(job, jobs, session.lake().environment().timeZone()),
        newest.snapshots(),
        inputs,
        MetricVersions.of(job).versions());
  }

  /** Returns the snapshot of the batch, or of another that has made the days alike meanwhile. */
  private long recompute(
      JobSpec job,
      Table table,
      Range days,
      BatchRecord planned,
      boolean again,
      Consumer<Report> done) {
    BatchCommit commit = BatchCommit.begin(job, table, days, made, again);
    BatchRecord batch =
        job instanceof TransformSpec transform
            ? planned.with(
                Lookups.once(session, transform, tables.inputSchemas(transform))
                    .fix(history -> versions(history, planned)))
            : planned;
    Layout layout =
        job instanceof MirrorSpec
                || days.from().plusDays(HopStream.DAYS_AS_THEY_COME).isAfter(days.to())
            ? Layout.AS_THEY_COME
            : Layout.BY_PARTITION;
    StagedFiles staged =
        StagedFiles.write(
            table, JobTables.known(table, tables.schema(job)), rows(job, days, batch), layout);
    BatchCommit.Landed landed = commit.land(staged, batch);
    done.accept(new Report(job.name(), days, landed.stayed() ? null : staged.rows()));
    return landed.snapshot();
  }

  private Dataset<Row> rows(JobSpec job, Range days, BatchRecord batch) {
    if (job instanceof TransformSpec transform) {
      TransformSql sql = new TransformSql(transform);
      Map<TableName, Dataset<Row>> inputs = new HashMap<>();
      transform.tables().forEach(table -> inputs.put(table, input(table, days, batch)));
      Dataset<Row> rows = session.firstReceived(sql, session.transformed(sql, inputs));
      return JobSession.Correction.asWritten(transform, rows);
    }
    if (job instanceof JoinSpec join) {
      return joined(join, days, batch);
    }
    if (job instanceof MirrorSpec mirror) {
      return session.overInput(tables.mirrorSql(mirror).batch(), asOf(mirror.input(), batch));
    }
    AggregateSpec aggregate = (AggregateSpec) job;
    return session.aggregated(new AggregateSql(aggregate), input(aggregate.input(), days, batch));
  }

  /** The rows of the days, joined with what lies near them in the days around. */
  private Dataset<Row> joined(JoinSpec job, Range days, BatchRecord batch) {
    ZoneId zone = session.lake().environment().timeZone();
    TimeSpans near = JoinRows.near(job, List.of(JoinRows.span(days.from(), days.to(), zone)));
    JoinSql sql = new JoinSql(job);
    Dataset<Row> rows =
        session
            .joined(
                sql,
                side(job, job.left(), days, near, batch),
                side(job, job.right(), days, near, batch))
            .where(ofDays(days));
    return job.takesBack() ? JobSession.Correction.withMark(rows, false) : rows;
  }

  private Dataset<Row> side(
      JoinSpec job, JoinSide side, Range days, TimeSpans near, BatchRecord batch) {
    ZoneId zone = session.lake().environment().timeZone();
    Dataset<Row> rows = asOf(side.table(), batch).where(ofDays(days).or(JoinRows.in(near, zone)));
    SortedMap<LocalDate, Long> cuts =
        DayCuts.of(
            jobs.ingestsOf(job).get(side.table()),
            session.lake().load(side.table()),
            near.days(zone));
    return session.sideOf(side, JoinRows.marked(rows, false), cuts);
  }

  private static Column ofDays(Range days) {
    return col(SystemColumns.DT).between(lit(days.from()), lit(days.to()));
  }

  /** All versions in a history as the change log has them at the cut. */
  private Lookups.Versions versions(TableName history, BatchRecord batch) {
    MirrorSpec job = (MirrorSpec) jobs.writerOf(history).orElseThrow();
    MirrorSql sql = tables.mirrorSql(job);
    return new Lookups.Versions(
        null,
        () ->
            session.versions(
                sql,
                "history_" + history.toString().replace('.', '_'),
                session.overInput(sql.changes(), asOf(job.input(), batch))));
  }

  private Dataset<Row> input(TableName name, Range days, BatchRecord batch) {
    return asOf(name, batch).where(ofDays(days));
  }

  private Dataset<Row> asOf(TableName name, BatchRecord batch) {
    Table table = session.lake().load(name);
    Long atCut = batch.cut().get(name.toString());
    long snapshot = atCut != null ? atCut : batch.inputs().get(name.toString());
    JobSpec writer = jobs.writerOf(name).orElseThrow();
    return CountingRows.of(
        session
            .lake()
            .known(name, JobTables.known(table, tables.schema(writer)))
            .readAsOf(snapshot));
  }
}
