package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.Commits.Outcome;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.StagedFiles.Layout;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.DayRanges;
import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.SystemColumns;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Reads dead letters again, by today's declaration, and appends what they hold to ODS, beside the
 * job that reads the topic and without regard to whether it runs.
 *
 * <p>A letter is repaired when ODS has rows of its message: the rows themselves are the record, in
 * the commit that brings them. The mark in the dead-letter table follows from them. So a repair
 * that ends anywhere is run again, and two at once settle it in the commit: both move the number
 * that the next micro-batch gets, and the one that comes second looks again.
 */
public final class DeadLetterRepair {
  /** The property of a repair's commit in ODS: JSON with what it did. */
  public static final String PROPERTY = "tidemark.dead-letter-repair";

  /**
   * Numbers left to micro-batches that are committed while a repair is made. Its rows come behind
   * theirs, so that of duplicates the first received stays, in stream and batch alike.
   */
  private static final long ROOM = 1L << 30;

  private static final int MAX_ATTEMPTS = 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Which letters.
   *
   * @param day the day they were received
   * @param reason the reason they have
   */
  public record Choice(Optional<LocalDate> day, Optional<String> reason) {
    /** All of them. */
    public static final Choice ALL = new Choice(Optional.empty(), Optional.empty());

    Column condition() {
      Column chosen = lit(true);
      if (day.isPresent()) {
        chosen = chosen.and(col(SystemColumns.DT).equalTo(lit(day.get())));
      }
      return reason.isPresent() ? chosen.and(col("reason").equalTo(reason.get())) : chosen;
    }
  }

  /**
   * What became of letters, or would.
   *
   * @param letters letters that were chosen and not repaired before
   * @param repaired those that hold rows now
   * @param rows rows that they hold
   * @param pending rows of them that belong to sealed days
   * @param ignored letters that rightly hold no row
   * @param there letters whose message is in ODS already, because the topic was read anew
   * @param elsewhere letters of a split topic that belong to another job by now
   * @param left those that cannot be read today either, by today's reason
   */
  public record Result(
      long letters,
      long repaired,
      long rows,
      long pending,
      long ignored,
      long there,
      long elsewhere,
      Map<String, Long> left) {
    static final Result NOTHING = new Result(0, 0, 0, 0, 0, 0, 0, Map.of());
  }

  private final Lakehouse lake;
  private final JobCatalog jobs;
  private final IngestSpec job;
  private final Table ods;
  private final Table letters;
  private final RepairMarks marks;
  private final MicroBatchListener listener;

  /**
   * A repair of a job's letters.
   *
   * @param listener told of the steps, by the number of the attempt
   */
  public DeadLetterRepair(
      Lakehouse lake,
      JobCatalog jobs,
      JobTables tables,
      IngestSpec job,
      MicroBatchListener listener) {
    // Its views and settings are of no concern to others.
    this.lake = lake.newSession();
    this.jobs = jobs;
    this.job = job;
    this.ods = tables.ensure(job);
    this.letters = lake.load(job.deadLetters());
    this.marks = new RepairMarks(this.lake, job, ods, letters);
    this.listener = listener;
  }

  /** Says what a repair would do, and changes nothing. */
  public Result dryRun(Choice choice) {
    return attempt(choice, 0, Optional.empty()).orElseThrow();
  }

  /**
   * Repairs letters.
   *
   * @param by who, for those who ask later
   * @param at when
   */
  public Result repair(Choice choice, String by, Instant at) {
    marks.complete();
    Order order = new Order(choice, by, at);
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      Optional<Result> result = attempt(choice, attempt, Optional.of(order));
      if (result.isPresent()) {
        listener.reached(job.name(), attempt, Phase.FINISHED);
        return result.get();
      }
    }
    throw new IllegalStateException(
        "table %s did not rest: its dead letters were not repaired in %d attempts; try again"
            .formatted(job.output(), MAX_ATTEMPTS));
  }

  private record Order(Choice choice, String by, Instant at) {}

  /** Nothing when somebody came first, and it is to be done again. */
  private Optional<Result> attempt(Choice choice, int number, Optional<Order> order) {
    listener.reached(job.name(), number, Phase.STARTED);
    ods.refresh();
    letters.refresh();
    TableState state = TableState.of(ods);
    Optional<Marker> marker = state.marker(job.name());
    if (marker.isEmpty() || letters.currentSnapshot() == null) {
      return Optional.of(Result.NOTHING);
    }
    Dataset<Row> chosen = chosen(choice, position(marker.get())).persist();
    Row facts =
        chosen
            .agg(count(lit(1)), min(SystemColumns.KAFKA_TIME), max(SystemColumns.KAFKA_TIME))
            .head();
    try {
      return facts.getLong(0) == 0
          ? Optional.of(Result.NOTHING)
          : attempt(chosen, facts, marker.get(), state.sealedDays(), number, order);
    } finally {
      chosen.unpersist();
    }
  }

  private Optional<Result> attempt(
      Dataset<Row> chosen,
      Row facts,
      Marker marker,
      DayRanges sealed,
      int number,
      Optional<Order> order) {
    long head = ods.currentSnapshot().snapshotId();
    Dataset<Row> there =
        chosen.join(
            placesInOds(facts.getAs(1), facts.getAs(2)), RetriedLetters.joined(), "left_semi");
    long thereAlready = there.count();
    Dataset<Row> missing =
        thereAlready == 0
            ? chosen
            : chosen.join(RetriedLetters.places(there), RetriedLetters.joined(), "left_anti");
    try (RetriedLetters retried =
        new RetriedLetters(
            job, jobs.splitOf(job), lake.environment().kafka().schemaRegistry(), missing)) {
      long place = position(marker).total() + marker.back() + ROOM;
      Dataset<Row> rows = retried.rows().accepted(retried.own(), place, sealed);
      Row counted =
          rows.agg(
                  count(lit(1)),
                  count(expr("CASE WHEN %s THEN 1 END".formatted(SystemColumns.PENDING))))
              .head();
      Map<String, Long> left = left(retried);
      long ignored = retried.placesOfIgnored().count();
      long repaired = retried.placesOfRows().count();
      long elsewhere =
          facts.getLong(0)
              - thereAlready
              - repaired
              - ignored
              - left.values().stream().mapToLong(Long::longValue).sum();
      Result result =
          new Result(
              facts.getLong(0),
              repaired,
              counted.getLong(0),
              counted.getLong(1),
              ignored,
              thereAlready,
              elsewhere,
              left);
      if (order.isEmpty()) {
        return Optional.of(result);
      }
      if (repaired > 0
          && !append(retried, rows, place, marker, sealed, number, order.get(), result)) {
        return Optional.empty();
      }
      if (ignored > 0) {
        marks.mark(retried.placesOfIgnored(), order.get().at(), Optional.empty());
      }
      if (thereAlready > 0) {
        marks.mark(RetriedLetters.places(there), order.get().at(), Optional.of(head));
      }
      return Optional.of(result);
    }
  }

  /** False when somebody came first. */
  private boolean append(
      RetriedLetters retried,
      Dataset<Row> rows,
      long place,
      Marker planned,
      DayRanges sealed,
      int number,
      Order order,
      Result result) {
    var columns = JobTables.known(ods, JobTables.odsSchema(job));
    StagedFiles staged = StagedFiles.write(ods, columns, rows, Layout.BY_PARTITION);
    listener.reached(job.name(), number, Phase.FILES_WRITTEN);
    Map.Entry<String, String> own = Map.entry(PROPERTY, json(order, result));
    Outcome outcome =
        Commits.appendBeside(
            staged,
            job.name(),
            own,
            sealed,
            latest -> {
              long next = position(latest).total() + latest.back();
              // Another number was given beside the job: perhaps to these letters.
              return latest.back() == planned.back() && next <= place
                  ? Optional.of(latest.numberedOn(place + 1 - next))
                  : Optional.empty();
            });
    if (outcome == Outcome.CHANGED_MEANWHILE) {
      return false;
    }
    listener.reached(job.name(), number, Phase.COMMITTED);
    ods.refresh();
    Snapshot commit = Commits.find(ods, own).orElseThrow();
    marks.mark(
        retried.placesOfRows(),
        Instant.ofEpochMilli(commit.timestampMillis()),
        Optional.of(commit.snapshotId()));
    return true;
  }

  private KafkaOffsets position(Marker marker) {
    return KafkaOffsets.parse(job.topic(), marker.position());
  }

  /**
   * Letters that are not repaired, each message once. Those of a micro-batch whose rows are still
   * to come are left to it: it is read again, and they would be there twice.
   */
  private Dataset<Row> chosen(Choice choice, KafkaOffsets read) {
    String unread = read.notYetRead(SystemColumns.PARTITION, SystemColumns.OFFSET);
    return lake.known(job.deadLetters(), JobTables.known(letters, JobTables.deadLetterSchema()))
        .readAsOf(letters.currentSnapshot().snapshotId())
        .where(col(JobTables.REPAIRED_AT).isNull())
        .where(not(expr(unread)))
        .where(choice.condition())
        .dropDuplicates(RetriedLetters.joined());
  }

  /** Where messages stood that ODS has rows of, of those that came in the time of the letters. */
  private Dataset<Row> placesInOds(Instant from, Instant to) {
    Dataset<Row> all =
        lake.known(job.output(), ods.schema().select(RetriedLetters.PLACE))
            .readAsOf(ods.currentSnapshot().snapshotId());
    return RetriedLetters.places(all)
        .where(col(SystemColumns.KAFKA_TIME).between(lit(from), lit(to)));
  }

  private static Map<String, Long> left(RetriedLetters retried) {
    Map<String, Long> left = new LinkedHashMap<>();
    List<Row> counted =
        retried
            .own()
            .where(IngestRows.isDead())
            .groupBy(IngestRows.reason().as("reason"))
            .count()
            .orderBy("reason")
            .collectAsList();
    counted.forEach(row -> left.put(row.getString(0), row.getLong(1)));
    return left;
  }

  private static String json(Order order, Result result) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", UUID.randomUUID().toString());
    fields.put("at", order.at().toString());
    fields.put("by", order.by());
    order.choice().day().ifPresent(day -> fields.put("day", day.toString()));
    order.choice().reason().ifPresent(reason -> fields.put("reason", reason));
    fields.put("letters", result.repaired());
    fields.put("rows", result.rows());
    try {
      return JSON.writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a repair cannot be written down", e);
    }
  }
}
