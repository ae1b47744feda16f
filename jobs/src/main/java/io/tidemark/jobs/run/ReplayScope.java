package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.source.OffsetParts;
import io.tidemark.jobs.source.ReceiveNumbers;
import io.tidemark.jobs.source.ReceiveNumbers.Numbered;
import io.tidemark.jobs.source.ReplayOffsets;
import io.tidemark.jobs.source.ReplayOffsets.Plan;
import io.tidemark.jobs.source.SkippedRanges;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.Start;
import io.tidemark.jobs.spec.SystemColumns;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Which messages rows of ODS are made of once more: those of a time, and those that ODS itself says
 * rows of the days came from, as it is now and as it was when the days were sealed. A row that was
 * lost since is still there at the cut of its day.
 */
final class ReplayScope {
  private static final List<String> PLACE =
      List.of(
          SystemColumns.DT,
          SystemColumns.TOPIC,
          SystemColumns.PARTITION,
          SystemColumns.OFFSET,
          SystemColumns.KAFKA_TIME,
          SystemColumns.INGEST_BATCH);

  private final Lakehouse lake;
  private final IngestSpec job;
  private final Table ods;
  private final Table letters;
  private final ReplaySource source;
  private final OdsReplay.Window window;

  /**
   * @param ods just refreshed, as {@code letters} is
   */
  ReplayScope(
      Lakehouse lake,
      IngestSpec job,
      Table ods,
      Table letters,
      ReplaySource source,
      OdsReplay.Window window) {
    this.lake = lake;
    this.job = job;
    this.ods = ods;
    this.letters = letters;
    this.source = source;
    this.window = window;
  }

  /**
   * The messages.
   *
   * @throws ReplayRefusedException when the brokers no longer have them all
   */
  OffsetParts messages() {
    KafkaOffsets position =
        TableState.of(ods)
            .marker(job.name())
            .map(marker -> KafkaOffsets.parse(job.topic(), marker.position()))
            .filter(read -> !read.next().isEmpty())
            .orElseThrow(
                () ->
                    new ReplayRefusedException(
                        "job %s has read nothing yet".formatted(job.name()), "Run the job."));
    requireSameTopic();
    MoveLog moves = new MoveLog(lake, ods);
    moves.complete();
    Map<Integer, Long> earliest = source.earliest().next();
    ReplayOffsets.Asked asked =
        new ReplayOffsets.Asked(
            source.at(window.since()).next(),
            window.until().map(source::at).orElse(position).next(),
            ofDays());
    Plan plan =
        new ReplayOffsets(
                job.topic(),
                new ReplayOffsets.Reader(first(), position.next(), moves.skipped()),
                earliest)
            .plan(asked, partition -> isOlder(partition, earliest.get(partition) - 1));
    if (!plan.gone().isEmpty()) {
      throw refused(plan);
    }
    return plan.parts();
  }

  private void requireSameTopic() {
    if (TopicIdentity.isAnother(ods, source.topicId())) {
      throw new ReplayRefusedException(
          "topic %s was deleted and made anew since table %s was written, so its offsets are of other messages"
              .formatted(job.topic(), job.output()),
          "What the old topic had is gone; nothing was changed.");
    }
  }

  private ReplayRefusedException refused(Plan plan) {
    Optional<Instant> oldest =
        plan.gone().keySet().stream()
            .flatMap(partition -> source.oldest(partition).stream())
            .max(Instant::compareTo)
            .map(time -> time.plusMillis(1))
            .filter(time -> window.until().map(time::isBefore).orElse(true));
    return new ReplayRefusedException(
        "Kafka no longer has all messages of topic %s that job %s has read of that time: %s"
            .formatted(
                job.topic(),
                job.name(),
                plan.gone().entrySet().stream()
                    .map(gone -> "partition %d %s".formatted(gone.getKey(), gone.getValue()))
                    .collect(Collectors.joining("; "))),
        "Nothing was changed. "
            + oldest
                .map(
                    time ->
                        "Give --since '%s' instead of days: what came from then on is still there."
                            .formatted(time))
                .orElse("Nothing of that time is left in every partition."));
  }

  /** The cuts of the days that are sealed. */
  private List<Long> cuts() {
    return window.days().stream()
        .flatMap(days -> days.from().datesUntil(days.to().plusDays(1)))
        .flatMap(day -> Seals.cutOf(ods, day).stream())
        .distinct()
        .toList();
  }

  /** Rows as they are now, and as they were at the cuts. */
  private Dataset<Row> nowAndAtCuts() {
    return Stream.concat(Stream.of(ods.currentSnapshot().snapshotId()), cuts().stream())
        .distinct()
        .map(snapshot -> places(job.output(), ods, snapshot))
        .reduce(Dataset::unionAll)
        .orElseThrow();
  }

  private Dataset<Row> places(TableName name, Table table, long snapshot) {
    return lake.known(name, table.schema().select(PLACE))
        .readAsOf(snapshot)
        .where(col(SystemColumns.TOPIC).equalTo(job.topic()))
        .where(col(SystemColumns.PARTITION).geq(0).and(col(SystemColumns.OFFSET).geq(0)));
  }

  private Map<Integer, SkippedRanges.Range> ofDays() {
    if (window.days().isEmpty()) {
      return Map.of();
    }
    Range days = window.days().get();
    Map<Integer, SkippedRanges.Range> ranges = new TreeMap<>();
    nowAndAtCuts()
        .where(col(SystemColumns.DT).between(lit(days.from()), lit(days.to())))
        .groupBy(SystemColumns.PARTITION)
        .agg(min(SystemColumns.OFFSET), max(SystemColumns.OFFSET))
        .collectAsList()
        .forEach(
            row ->
                ranges.put(
                    row.getInt(0), new SkippedRanges.Range(row.getLong(1), row.getLong(2) + 1)));
    return ranges;
  }

  /** Whether a row or a letter says that a message came before the time. */
  private boolean isOlder(int partition, long offset) {
    Dataset<Row> places =
        letters.currentSnapshot() == null
            ? nowAndAtCuts()
            : nowAndAtCuts()
                .unionAll(
                    places(job.deadLetters(), letters, letters.currentSnapshot().snapshotId()));
    return !places
        .where(col(SystemColumns.PARTITION).equalTo(partition))
        .where(col(SystemColumns.OFFSET).equalTo(offset))
        .where(col(SystemColumns.KAFKA_TIME).lt(lit(window.since())))
        .isEmpty();
  }

  /** Where the job began: what a topic had before is none of its rows. */
  private Map<Integer, Long> first() {
    Deque<Snapshot> oldestFirst = new ArrayDeque<>();
    SnapshotUtil.currentAncestors(ods).forEach(oldestFirst::addFirst);
    if (oldestFirst.getFirst().parentId() == null) {
      for (Snapshot each : oldestFirst) {
        Optional<Marker> marker = TableState.in(each).flatMap(state -> state.marker(job.name()));
        if (marker.isPresent()) {
          // A partition that was added since is read from its first message.
          return KafkaOffsets.parse(job.topic(), marker.get().position()).next();
        }
      }
    }
    if (job.start() == Start.Edge.EARLIEST) {
      return Map.of();
    }
    return job.start() instanceof Start.Offsets given ? given.next() : firstThere();
  }

  /** Where the snapshots that tell it have expired, and the declaration does not. */
  private Map<Integer, Long> firstThere() {
    Map<Integer, Long> first = new TreeMap<>();
    Stream.of(
            places(job.output(), ods, ods.currentSnapshot().snapshotId()),
            places(job.deadLetters(), letters, letters.currentSnapshot().snapshotId()))
        .flatMap(
            places ->
                places
                    .groupBy(SystemColumns.PARTITION)
                    .agg(min(SystemColumns.OFFSET))
                    .collectAsList()
                    .stream())
        .forEach(row -> first.merge(row.getInt(0), row.getLong(1), Math::min));
    return first;
  }

  /** By which numbers messages came in. */
  ReceiveNumbers numbers(OffsetParts messages) {
    List<Numbered> rows = new ArrayList<>();
    nowAndAtCuts()
        .where(messages.toSqlCondition(SystemColumns.PARTITION, SystemColumns.OFFSET))
        .where(col(SystemColumns.INGEST_BATCH).isNotNull())
        .groupBy(SystemColumns.PARTITION, SystemColumns.INGEST_BATCH)
        .agg(min(SystemColumns.OFFSET), max(SystemColumns.OFFSET))
        .collectAsList()
        .forEach(
            row ->
                rows.add(
                    new Numbered(row.getInt(0), row.getLong(1), row.getLong(2), row.getLong(3))));
    return new ReceiveNumbers(rows, messages.from().total() + backThen(messages.from()));
  }

  /** What was added to the numbers of micro-batches when the messages came in. */
  private long backThen(KafkaOffsets begin) {
    long back = 0;
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(ods)) {
      Optional<Marker> marker = TableState.in(snapshot).flatMap(state -> state.marker(job.name()));
      if (marker.isPresent()) {
        if (!KafkaOffsets.parse(job.topic(), marker.get().position()).reaches(begin)) {
          break;
        }
        back = marker.get().back();
      }
    }
    return back;
  }
}
