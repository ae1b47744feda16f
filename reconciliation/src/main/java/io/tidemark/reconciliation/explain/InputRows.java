package io.tidemark.reconciliation.explain;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.run.BatchRecord;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.reconciliation.compare.Compared;
import io.tidemark.reconciliation.compare.DifferingKeys;
import io.tidemark.reconciliation.compare.KeyComparison;
import io.tidemark.reconciliation.plan.Pin;
import io.tidemark.reconciliation.plan.RowCauseSql;
import io.tidemark.reconciliation.plan.RowSides;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Rows of a transform that reached the streams behind it otherwise than the batches behind it, and
 * why: what differs in a job's input differs in the job.
 */
final class InputRows {
  private static final String WRITTEN = "explain_input_written";
  private static final String UPSTREAM_BATCH = "explain_upstream_batch";
  private static final String UPSTREAM_STREAM = "explain_upstream_stream";
  private static final String DIFFERENCES = "explain_row_differences";

  private final Lakehouse lake;
  private final SparkSession spark;
  private final JobCatalog jobs;
  private final DayInputs inputs;
  private final Origins origins;
  private final RowJudge judge;

  /** What was found of the inputs of a day: several jobs read one, and snapshots do not change. */
  private final Map<Input, Optional<Appended>> known = new HashMap<>();

  /** What was appended of a day up to a snapshot, beside a batch of it. */
  private record Input(String job, LocalDate day, Optional<Long> read, long batch) {}

  InputRows(Lakehouse lake, JobCatalog jobs, DayInputs inputs, Origins origins, RowJudge judge) {
    this.lake = lake;
    this.spark = lake.spark();
    this.jobs = jobs;
    this.inputs = inputs;
    this.origins = origins;
    this.judge = judge;
  }

  /**
   * How the rows that a stream got differ from the batch's.
   *
   * @param differences the places in Kafka where they do ({@link RowCauseSql#differences})
   */
  record Appended(RowCauseSql sql, Dataset<Row> differences) {}

  /**
   * The causes of rows that the stream behind this job got otherwise than the batch: of what was
   * appended to {@code main}, because that is what it reads, whatever became of it.
   *
   * @param batch the batch of this job that the one of the job behind was made from
   * @param read how far the stream behind has read; nothing when it has not begun
   * @param batchView name of a view that this makes of the batch's rows
   * @param streamView name of a view that this makes of the stream's rows
   * @param whole the frames of the explanation that this is part of
   * @return nothing where both have the same rows
   */
  Optional<Appended> appended(
      TransformSpec job,
      Pin pin,
      Map.Entry<Long, BatchRecord> batch,
      Optional<Long> read,
      String batchView,
      String streamView,
      Frames whole) {
    Table table = lake.load(job.output());
    show(job, pin, batch, read, Optional.empty(), whole);
    DayRows rows = new DayRows(lake, job.output(), pin.day());
    History main = History.of(table, read, pin.day(), false);
    show(job, rows.asOf(Optional.of(batch.getKey())), batchView);
    String written = streamView;
    if (main.isPlain()) {
      show(job, rows.asOf(read), streamView);
    } else {
      long base = main.base().orElseThrow().snapshotId();
      show(job, rows.appended(base, read.orElseThrow(), List.of()), streamView);
      List<String> foreign = main.foreignFiles(table);
      if (!foreign.isEmpty()) {
        show(job, rows.appended(base, read.orElseThrow(), foreign), WRITTEN);
        written = WRITTEN;
      }
    }
    return found(
        job,
        pin,
        new Input(job.name(), pin.day(), read, batch.getKey()),
        origins.writtenBy(job, read, batch.getValue()),
        new RowSides(batchView, batchView, written, streamView),
        main.shown(lake.environment().timeZone()),
        whole);
  }

  /**
   * The same for a day of the job behind that was published: the causes of rows that its batch got
   * otherwise then than its batch of today.
   *
   * @param then the batch of this job that the published one was made from
   */
  Optional<Appended> published(
      TransformSpec job,
      Pin pin,
      Map.Entry<Long, BatchRecord> batch,
      Map.Entry<Long, BatchRecord> then,
      String batchView,
      String thenView,
      Frames whole) {
    Table table = lake.load(job.output());
    Published made =
        new Published(
            Optional.of(then.getValue()), table.snapshot(then.getKey()).timestampMillis());
    show(job, pin, batch, Optional.empty(), Optional.of(made), whole);
    DayRows rows = new DayRows(lake, job.output(), pin.day());
    show(job, rows.asOf(Optional.of(batch.getKey())), batchView);
    show(job, rows.asOf(Optional.of(then.getKey())), thenView);
    return found(
        job,
        pin,
        new Input(job.name(), pin.day(), Optional.of(then.getKey()), batch.getKey()),
        origins.madeBy(job, Optional.of(then.getValue()), batch.getValue()),
        new RowSides(batchView, batchView, thenView, thenView),
        "",
        whole);
  }

  private void show(TransformSpec job, Dataset<Row> rows, String view) {
    judge.shown(job, rows).createOrReplaceTempView(view);
  }

  private Optional<Appended> found(
      TransformSpec job,
      Pin pin,
      Input input,
      Origins.Origin origin,
      RowSides sides,
      String mainChanges,
      Frames whole) {
    known.keySet().removeIf(other -> !other.day().equals(pin.day()));
    if (known.containsKey(input)) {
      return known.get(input);
    }
    Compared compared =
        new KeyComparison(spark, text -> {})
            .compare(judge.comparison(job), sides.main(), sides.made());
    whole.atClose(compared::close);
    Optional<DifferingKeys> differing = compared.differing();
    if (differing.isEmpty()) {
      known.put(input, Optional.empty());
      return Optional.empty();
    }
    differing.get().rows().createOrReplaceTempView(RowJudge.KEYS);
    Frames frames = whole.part(differing.get().areFew());
    RowCauseSql sql = judge.judge(job, pin, origin, sides, mainChanges, "", frames);
    Appended found =
        new Appended(sql, frames.derive(DIFFERENCES, sql.differences(RowJudge.JUDGED)));
    if (frames.areFew()) {
      known.put(input, Optional.of(found));
    }
    return Optional.of(found);
  }

  /**
   * Shows where the input of a job has other rows than the job's batch got, as the view {@link
   * RowJudge#UPSTREAM}. A row that came otherwise has the cause that it came with.
   *
   * @param made the job's batch
   * @param main the snapshot of what the job's stream wrote
   */
  void show(
      TransformSpec job,
      Pin pin,
      Map.Entry<Long, BatchRecord> made,
      Optional<Long> main,
      Optional<Published> published,
      Frames frames) {
    List<Dataset<Row>> differing = new ArrayList<>();
    for (JobSpec input : jobs.inputs(job)) {
      if (input instanceof TransformSpec transform) {
        differing(transform, job, pin, made, main, published, frames)
            .ifPresent(found -> differing.add(found.differences()));
      }
    }
    if (differing.isEmpty()) {
      spark.sql(RowCauseSql.noUpstream()).createOrReplaceTempView(RowJudge.UPSTREAM);
    } else {
      // A place in Kafka is that of one input: they have no topic in common.
      differing.stream()
          .map(rows -> rows.selectExpr(RowCauseSql.UPSTREAM.toArray(String[]::new)))
          .reduce(Dataset::unionByName)
          .orElseThrow()
          .createOrReplaceTempView(DIFFERENCES);
      frames.derive(RowJudge.UPSTREAM, RowCauseSql.upstream(DIFFERENCES));
    }
  }

  private Optional<Appended> differing(
      TransformSpec input,
      TransformSpec job,
      Pin pin,
      Map.Entry<Long, BatchRecord> made,
      Optional<Long> main,
      Optional<Published> published,
      Frames frames) {
    Table table = lake.load(job.output());
    Map.Entry<Long, BatchRecord> batch = inputs.madeFrom(input, pin, table, made);
    return published.isPresent()
        ? published(
            input,
            pin,
            batch,
            inputs.publishedInput(input, pin, published.get()).orElse(batch),
            UPSTREAM_BATCH,
            UPSTREAM_STREAM,
            frames)
        : appended(
            input,
            pin,
            batch,
            inputs.read(table, job, input, main),
            UPSTREAM_BATCH,
            UPSTREAM_STREAM,
            frames);
  }
}
