package io.tidemark.reconciliation.explain;

import static org.apache.spark.sql.functions.lit;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.jobs.run.BatchRecord;
import io.tidemark.jobs.run.CommitFacts;
import io.tidemark.jobs.run.DimensionVersions;
import io.tidemark.jobs.run.JobTables;
import io.tidemark.jobs.run.LookedUp;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Lineage;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.reconciliation.compare.Compared;
import io.tidemark.reconciliation.compare.DifferingKeys;
import io.tidemark.reconciliation.compare.KeyComparison;
import io.tidemark.reconciliation.compare.MetricTypes;
import io.tidemark.reconciliation.plan.CauseMetric;
import io.tidemark.reconciliation.plan.CauseMetric.Kind;
import io.tidemark.reconciliation.plan.CauseSql;
import io.tidemark.reconciliation.plan.Pin;
import io.tidemark.reconciliation.plan.RowCauseSql;
import io.tidemark.reconciliation.plan.RowSides;
import io.tidemark.reconciliation.plan.TransformComparison;
import io.tidemark.reconciliation.plan.WrittenBy;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
  private static final String ODS = "explain_ods";
  private static final String LETTER_TABLE = "explain_letter_table";
  private static final String KEYS = "explain_row_keys";
  private static final String PLACES = "explain_places";
  private static final String MESSAGES = "explain_messages";
  private static final String LETTERS = "explain_letters";
  private static final String UPSTREAM = "explain_upstream";
  private static final String UPSTREAM_BATCH = "explain_upstream_batch";
  private static final String UPSTREAM_STREAM = "explain_upstream_stream";

  private static final String DIFFERENCES = "explain_row_differences";
  private static final String JUDGED = "explain_judged";

  private static final String EVENTS = "explain_row_events";

  private final Lakehouse lake;
  private final SparkSession spark;
  private final JobCatalog jobs;
  private final JobTables tables;

  /** What was found of the inputs of a day: several jobs read one, and snapshots do not change. */
  private final Map<Input, Optional<Appended>> known = new HashMap<>();

  /** By which definitions, and with which dimensions, rows on {@code main} were made. */
  private record Origin(List<WrittenBy> definitions, WrittenBy dimensions) {
    Origin {
      definitions = List.copyOf(definitions);
    }
  }

  /** What was appended of a day up to a snapshot, beside a batch of it. */
  private record Input(String job, LocalDate day, Optional<Long> read, long batch) {}

  RowExplainer(Lakehouse lake, JobCatalog jobs, JobTables tables) {
    this.lake = lake;
    this.spark = lake.spark();
    this.jobs = jobs;
    this.tables = tables;
  }

  /**
   * How the rows that a stream got differ from the batch's.
   *
   * @param differences the places in Kafka where they do ({@link RowCauseSql#differences})
   */
  record Appended(RowCauseSql sql, Dataset<Row> differences) {}

  /** The causes of rows that differ between both sides of the job's table. */
  Explained explain(TransformSpec job, Pin pin, Dataset<Row> differing, Frames frames) {
    Table table = lake.load(job.output());
    DayRows rows = new DayRows(lake, job.output(), pin.day());
    History main = History.of(table, pin.mainSnapshot(), pin.day(), true);
    Map.Entry<Long, BatchRecord> batch = BatchRecord.latest(table, pin.day()).orElseThrow();
    long made = batch.getKey();
    Optional<Published> published = Published.of(table, pin.mainSnapshot(), pin.day());
    showUpstream(job, pin, made, pin.mainSnapshot(), published, frames);
    History offline =
        made == pin.offline()
            ? History.NONE
            : History.of(table, Optional.of(pin.offline()), pin.day(), true);
    rows.asOf(Optional.of(made)).createOrReplaceTempView(MADE);
    rows.asOf(Optional.of(pin.offline())).createOrReplaceTempView(OFFLINE);
    rows.asOf(pin.mainSnapshot()).createOrReplaceTempView(MAIN);
    if (!main.foreign().isEmpty()) {
      rows.appended(
              main.base().orElseThrow().snapshotId(),
              pin.mainSnapshot().orElseThrow(),
              main.foreignFiles(table))
          .createOrReplaceTempView(WRITTEN);
    }
    RowSides sides =
        new RowSides(
            MADE,
            offline.foreign().isEmpty() ? MADE : OFFLINE,
            main.foreign().isEmpty() ? MAIN : WRITTEN,
            MAIN);
    differing.createOrReplaceTempView(KEYS);
    RowCauseSql sql =
        judge(
            job,
            pin,
            published
                .map(then -> madeBy(job, then.batch(), batch.getValue()))
                .orElseGet(() -> writtenBy(job, pin.mainSnapshot(), batch.getValue())),
            sides,
            shown(main),
            shown(offline),
            frames);
    // What a batch was made from that nobody knows any more explains nothing.
    spark
        .sql(sql.events(JUDGED))
        .where(lit(published.map(Published::isKnown).orElse(true)))
        .createOrReplaceTempView(EVENTS);
    CauseSql causes =
        new CauseSql(
            sql.keys(),
            List.of(
                new CauseMetric(TransformComparison.ROWS, Kind.EXACT, 0),
                new CauseMetric(TransformComparison.CONTENT, Kind.COUNTED, 0)));
    return Answers.of(causes, EVENTS, KEYS, frames);
  }

  /**
   * The causes of rows that the stream behind this job got otherwise than the batch: of what was
   * appended to {@code main}, because that is what it reads, whatever became of it.
   *
   * @param batchedAt when the batch of the job behind was committed, in milliseconds since 1970
   * @param read how far the stream behind has read; nothing when it has not begun
   * @param batchView name of a view that this makes of the batch's rows
   * @param streamView name of a view that this makes of the stream's rows
   * @param whole the frames of the explanation that this is part of
   * @return nothing where both have the same rows
   */
  Optional<Appended> appended(
      TransformSpec job,
      Pin pin,
      long batchedAt,
      Optional<Long> read,
      String batchView,
      String streamView,
      Frames whole) {
    Table table = lake.load(job.output());
    Map.Entry<Long, BatchRecord> batch =
        BatchRecord.latest(table, pin.day(), batchedAt).orElseThrow();
    showUpstream(job, pin, batch.getKey(), read, Optional.empty(), whole);
    DayRows rows = new DayRows(lake, job.output(), pin.day());
    History main = History.of(table, read, pin.day(), false);
    rows.asOf(Optional.of(batch.getKey())).createOrReplaceTempView(batchView);
    String written = streamView;
    if (main.isPlain()) {
      rows.asOf(read).createOrReplaceTempView(streamView);
    } else {
      long base = main.base().orElseThrow().snapshotId();
      rows.appended(base, read.orElseThrow(), List.of()).createOrReplaceTempView(streamView);
      List<String> foreign = main.foreignFiles(table);
      if (!foreign.isEmpty()) {
        rows.appended(base, read.orElseThrow(), foreign).createOrReplaceTempView(WRITTEN);
        written = WRITTEN;
      }
    }
    return found(
        job,
        pin,
        new Input(job.name(), pin.day(), read, batch.getKey()),
        writtenBy(job, read, batch.getValue()),
        new RowSides(batchView, batchView, written, streamView),
        shown(main),
        whole);
  }

  /**
   * The same for a day of the job behind that was published: the causes of rows that its batch got
   * otherwise then than its batch of today.
   *
   * @param publishedAt when the batch that was published was committed, in milliseconds since 1970
   */
  Optional<Appended> published(
      TransformSpec job,
      Pin pin,
      long batchedAt,
      long publishedAt,
      String batchView,
      String thenView,
      Frames whole) {
    Table table = lake.load(job.output());
    Map.Entry<Long, BatchRecord> batch =
        BatchRecord.latest(table, pin.day(), batchedAt).orElseThrow();
    Map.Entry<Long, BatchRecord> then =
        BatchRecord.latest(table, pin.day(), publishedAt).orElseThrow();
    Published made = new Published(Optional.of(then.getValue()), committed(table, then.getKey()));
    showUpstream(job, pin, batch.getKey(), Optional.empty(), Optional.of(made), whole);
    DayRows rows = new DayRows(lake, job.output(), pin.day());
    rows.asOf(Optional.of(batch.getKey())).createOrReplaceTempView(batchView);
    rows.asOf(Optional.of(then.getKey())).createOrReplaceTempView(thenView);
    return found(
        job,
        pin,
        new Input(job.name(), pin.day(), Optional.of(then.getKey()), batch.getKey()),
        madeBy(job, Optional.of(then.getValue()), batch.getValue()),
        new RowSides(batchView, batchView, thenView, thenView),
        "",
        whole);
  }

  private Optional<Appended> found(
      TransformSpec job,
      Pin pin,
      Input input,
      Origin origin,
      RowSides sides,
      String mainChanges,
      Frames whole) {
    known.keySet().removeIf(other -> !other.day().equals(pin.day()));
    if (known.containsKey(input)) {
      return known.get(input);
    }
    Compared compared =
        new KeyComparison(spark, text -> {}).compare(comparison(job), sides.main(), sides.made());
    whole.atClose(compared::close);
    Optional<DifferingKeys> differing = compared.differing();
    if (differing.isEmpty()) {
      known.put(input, Optional.empty());
      return Optional.empty();
    }
    differing.get().rows().createOrReplaceTempView(KEYS);
    Frames frames = whole.part(differing.get().areFew());
    RowCauseSql sql = judge(job, pin, origin, sides, mainChanges, "", frames);
    Appended found = new Appended(sql, frames.derive(DIFFERENCES, sql.differences(JUDGED)));
    if (frames.areFew()) {
      known.put(input, Optional.of(found));
    }
    return Optional.of(found);
  }

  /** Shows what each place in Kafka has to say of a difference as the view {@link #JUDGED}. */
  private RowCauseSql judge(
      TransformSpec job,
      Pin pin,
      Origin origin,
      RowSides sides,
      String mainChanges,
      String offlineChanges,
      Frames frames) {
    LookedUp lookedUp = tables.lookedUp(job);
    RowCauseSql sql =
        new RowCauseSql(
            comparison(job),
            origin.definitions(),
            origin.dimensions(),
            lookedUp.columns(),
            lookedUp.rows(),
            mainChanges,
            offlineChanges);
    frames.keep(PLACES, spark.sql(sql.places(sides, KEYS)));
    IngestSpec root = jobs.roots(job).get(0);
    ods(root, pin).createOrReplaceTempView(ODS);
    letters(root).createOrReplaceTempView(LETTER_TABLE);
    frames.show(MESSAGES, spark.sql(RowCauseSql.messages(ODS, PLACES)));
    frames.show(LETTERS, spark.sql(RowCauseSql.letters(LETTER_TABLE, PLACES)));
    spark.sql(sql.judged(PLACES, MESSAGES, LETTERS, UPSTREAM)).createOrReplaceTempView(JUDGED);
    return sql;
  }

  /**
   * Shows where the input of a job has other rows than the job's batch got, as the view {@link
   * #UPSTREAM}. A row that came otherwise has the cause that it came with.
   *
   * @param made the snapshot of the job's batch
   * @param main the snapshot of what the job's stream wrote
   */
  private void showUpstream(
      TransformSpec job,
      Pin pin,
      long made,
      Optional<Long> main,
      Optional<Published> published,
      Frames frames) {
    Optional<Appended> differing = Optional.empty();
    if (jobs.inputs(job).get(0) instanceof TransformSpec input) {
      Table table = lake.load(job.output());
      long batchedAt = committed(table, made);
      differing =
          published.isPresent()
              ? published(
                  input,
                  pin,
                  batchedAt,
                  publishedInput(input, pin, published.get()).orElse(batchedAt),
                  UPSTREAM_BATCH,
                  UPSTREAM_STREAM,
                  frames)
              : appended(
                  input,
                  pin,
                  batchedAt,
                  read(table, job, main),
                  UPSTREAM_BATCH,
                  UPSTREAM_STREAM,
                  frames);
    }
    if (differing.isPresent()) {
      differing.get().differences().createOrReplaceTempView(DIFFERENCES);
      frames.derive(UPSTREAM, RowCauseSql.upstream(DIFFERENCES));
    } else {
      spark.sql(RowCauseSql.noUpstream()).createOrReplaceTempView(UPSTREAM);
    }
  }

  /** When the input of a batch that was published was made; nothing once that is forgotten. */
  Optional<Long> publishedInput(TransformSpec input, Pin pin, Published published) {
    return Optional.of(published)
        .filter(Published::isKnown)
        .filter(
            then -> BatchRecord.latest(lake.load(input.output()), pin.day(), then.at()).isPresent())
        .map(Published::at);
  }

  /**
   * How far a job's stream had read its input when it wrote a snapshot; nothing at its beginning.
   */
  static Optional<Long> read(Table table, JobSpec job, Optional<Long> main) {
    return main.flatMap(snapshot -> TableState.asOf(table, snapshot).marker(job.name()))
        .map(Marker::position)
        .filter(position -> !position.isEmpty())
        .map(Long::valueOf);
  }

  private static long committed(Table table, long snapshot) {
    return table.snapshot(snapshot).timestampMillis();
  }

  private TransformComparison comparison(TransformSpec job) {
    return new TransformComparison(job, MetricTypes.columns(tables.schema(job)));
  }

  /** ODS as of the cut of the day. */
  Dataset<Row> ods(IngestSpec root, Pin pin) {
    return new DayRows(lake, root.output(), pin.day()).asOf(cut(root, pin));
  }

  /** The snapshot of ODS that is the cut of the day. */
  static Optional<Long> cut(IngestSpec root, Pin pin) {
    return Optional.ofNullable(pin.cut().get(root.output().toString()));
  }

  /** All dead letters there ever were, repaired ones among them. */
  Dataset<Row> letters(IngestSpec root) {
    return Optional.ofNullable(lake.load(root.deadLetters()).currentSnapshot())
        .map(head -> lake.readAsOf(root.deadLetters(), head.snapshotId()))
        .orElseGet(() -> lake.empty(root.deadLetters()));
  }

  private Origin writtenBy(TransformSpec job, Optional<Long> main, BatchRecord batch) {
    return new Origin(definitions(job, main), dimensions(job, main, batch));
  }

  /**
   * The origin of rows that a batch made, which are as the batch of today's where it is unknown.
   */
  private Origin madeBy(TransformSpec job, Optional<BatchRecord> then, BatchRecord today) {
    return then.map(
            made ->
                new Origin(
                    List.of(
                        WrittenBy.all(
                            Published.otherDefinition(
                                made.spec(), job, jobs, lake.environment().timeZone()))),
                    WrittenBy.all(
                        others(new DimensionVersions(new TreeMap<>(made.dimensions())), today))))
        .orElse(new Origin(List.of(WrittenBy.ALIKE), WrittenBy.ALIKE));
  }

  /** By which definitions the rows were written, of the job and of those between ODS and it. */
  private List<WrittenBy> definitions(TransformSpec job, Optional<Long> main) {
    List<WrittenBy> definitions = new ArrayList<>(List.of(definitions(job, main, lake, jobs)));
    for (JobSpec upstream : jobs.upstream(job)) {
      if (upstream instanceof TransformSpec) {
        Table table = lake.load(upstream.output());
        Optional<Long> head =
            Optional.ofNullable(table.currentSnapshot()).map(snapshot -> snapshot.snapshotId());
        definitions.add(definitions(upstream, head, lake, jobs));
      }
    }
    return definitions;
  }

  /** In which versions rows were looked up, where the batch looked them up in others. */
  private WrittenBy dimensions(TransformSpec job, Optional<Long> main, BatchRecord batch) {
    IngestSpec root = jobs.roots(job).get(0);
    return new Coverage(
            lake.load(job.output()), job.name(), lake.load(root.output()), root.output().toString())
        .by(main, commit -> others(DimensionVersions.of(commit.summary()), batch));
  }

  private static Optional<String> others(DimensionVersions stream, BatchRecord batch) {
    return stream.snapshots().entrySet().stream()
        .filter(version -> !version.getValue().equals(batch.dimensions().get(version.getKey())))
        .map(
            version ->
                "%s at snapshot %d, and the batch at snapshot %s"
                    .formatted(
                        version.getKey(),
                        version.getValue(),
                        batch.dimensions().get(version.getKey())))
        .reduce((a, b) -> a + "; " + b);
  }

  /** By which definitions of one job, its own ones, the rows of its table were written. */
  static WrittenBy definitions(JobSpec job, Optional<Long> main, Lakehouse lake, JobCatalog jobs) {
    IngestSpec root = jobs.roots(job).get(0);
    String today = Lineage.ownOf(Lineage.hashOf(job, jobs, lake.environment().timeZone()));
    return new Coverage(
            lake.load(job.output()), job.name(), lake.load(root.output()), root.output().toString())
        .by(
            main,
            commit ->
                CommitFacts.definition(commit)
                    .map(Lineage::ownOf)
                    .filter(then -> !then.equals(today))
                    .map(
                        then ->
                            "definition %s of %s; today's is %s"
                                .formatted(then, job.name(), today)));
  }

  private String shown(History history) {
    return history.shown(lake.environment().timeZone());
  }
}
