package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.cut.DayRanges;
import io.tidemark.jobs.source.OffsetParts;
import io.tidemark.jobs.source.ReceiveNumbers;
import io.tidemark.jobs.spec.ChangeColumns;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.SystemColumns;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;

/**
 * What tables of an ingest job have of some messages, beside what today's declaration makes of
 * them, as of one snapshot of each table. Rows are told by their message's place, and by the number
 * of their change. The order in which they were received, and whether they were pending, is nothing
 * that a message says, and stays as it is.
 */
final class OdsDifference implements AutoCloseable {
  private static final String KIND = "_kind";
  private static final String MADE = "_made";
  private static final String STORED = "_stored";
  private static final String NUMBER = "_number";
  private static final String COPY = "_copy";
  private static final String IS_MESSAGE = "_is_message";
  private static final String[] KEY = {SystemColumns.PARTITION, SystemColumns.OFFSET, NUMBER};
  private static final String[] PLACE = {SystemColumns.PARTITION, SystemColumns.OFFSET};

  /** What becomes of a row. */
  private enum Kind {
    COMES,
    CHANGES,
    GOES,
    /** Kafka has no message at its place: whether it is right nobody can say. */
    STAYS
  }

  /**
   * A business day.
   *
   * @param rows rows that it has of the messages
   * @param come rows that it lacks, or that are in another day
   * @param change rows whose content is another
   * @param go rows that it has too many, or that belong to another day
   */
  record Day(long rows, long come, long change, long go) {
    static final Day NONE = new Day(0, 0, 0, 0);

    private Day plus(Day more) {
      return new Day(rows + more.rows, come + more.come, change + more.change, go + more.go);
    }
  }

  private final IngestSpec job;
  private final IngestRows rows;
  private final OffsetParts messages;
  private final Dataset<Row> decoded;
  private final DayRanges sealedDays;
  private final Schema columns;
  private final ReplacedRows ods;
  private final ReplacedRows letters;
  private final Dataset<Row> changes;
  private final Dataset<Row> lettersThere;

  /**
   * @param decoded the messages by today's declaration, kept by the caller
   * @param sealedDays days whose new rows are pending
   * @param odsTable just refreshed
   * @param letterTable just refreshed; it has a snapshot
   */
  OdsDifference(
      Lakehouse lake,
      IngestSpec job,
      IngestRows rows,
      OffsetParts messages,
      Dataset<Row> decoded,
      DayRanges sealedDays,
      Table odsTable,
      Table letterTable) {
    this.job = job;
    this.rows = rows;
    this.messages = messages;
    this.decoded = decoded;
    this.sealedDays = sealedDays;
    this.columns = odsTable.schema();
    this.ods =
        new ReplacedRows(lake, job.output(), odsTable, odsTable.currentSnapshot().snapshotId());
    this.letters =
        new ReplacedRows(
            lake, job.deadLetters(), letterTable, letterTable.currentSnapshot().snapshotId());
    this.changes = changes().persist(StorageLevel.MEMORY_AND_DISK());
    this.lettersThere = ofMessages(letters.rows()).persist(StorageLevel.MEMORY_AND_DISK());
  }

  private Dataset<Row> ofMessages(Dataset<Row> all) {
    return all.where(messages.toSqlCondition(SystemColumns.PARTITION, SystemColumns.OFFSET));
  }

  private Dataset<Row> changes() {
    Dataset<Row> stored = stored();
    Dataset<Row> first = stored.where(col(COPY).equalTo(1));
    Dataset<Row> both = made().join(first, KEY, "full_outer");
    Dataset<Row> wanted =
        both.where(col(MADE).isNotNull())
            .withColumn(
                KIND,
                when(col(STORED).isNull(), Kind.COMES.name())
                    .when(not(isEqual()), Kind.CHANGES.name()))
            .where(col(KIND).isNotNull());
    Dataset<Row> isMessage =
        decoded.select(PLACE[0], PLACE[1]).distinct().withColumn(IS_MESSAGE, lit(true));
    Dataset<Row> others =
        both.where(col(MADE).isNull())
            .unionByName(stored.where(col(COPY).gt(1)), true)
            .join(isMessage, PLACE, "left")
            .withColumn(
                KIND,
                when(col(IS_MESSAGE).isNotNull(), Kind.GOES.name()).otherwise(Kind.STAYS.name()));
    return wanted.unionByName(others.drop(IS_MESSAGE)).drop(COPY);
  }

  private Dataset<Row> made() {
    Dataset<Row> accepted = rows.accepted(decoded, 0, sealedDays);
    return accepted.select(
        col(PLACE[0]), col(PLACE[1]), number().as(NUMBER), all(accepted.columns()).as(MADE));
  }

  private Dataset<Row> stored() {
    Column receiveOrder = col(SystemColumns.INGEST_BATCH);
    return ofMessages(ods.rows())
        .withColumn(NUMBER, number())
        .withColumn(
            COPY,
            row_number()
                .over(
                    Window.partitionBy(KEY[0], KEY[1], KEY[2])
                        .orderBy(receiveOrder, col(ReplacedRows.FILE), col(ReplacedRows.POSITION))))
        .select(
            col(PLACE[0]),
            col(PLACE[1]),
            col(NUMBER),
            all(names(columns)).as(STORED),
            col(COPY),
            col(ReplacedRows.FILE),
            col(ReplacedRows.POSITION));
  }

  private Column number() {
    return job.payload().isChangeLog() ? coalesce(col(ChangeColumns.NUMBER), lit(0)) : lit(0);
  }

  private static Column all(String[] names) {
    return struct(Arrays.stream(names).map(OdsDifference::quoted).toArray(Column[]::new));
  }

  private static Column quoted(String name) {
    return col("`" + name + "`");
  }

  private static String[] names(Schema schema) {
    return schema.columns().stream().map(column -> column.name()).toArray(String[]::new);
  }

  private List<String> content() {
    return Arrays.stream(JobTables.odsSchema(job).fieldNames())
        .filter(
            name -> !name.equals(SystemColumns.INGEST_BATCH) && !name.equals(SystemColumns.PENDING))
        .toList();
  }

  private Column isEqual() {
    return content().stream()
        .map(name -> col(MADE).getField(name).eqNullSafe(col(STORED).getField(name)))
        .reduce(lit(true), Column::and);
  }

  /**
   * What becomes of the rows.
   *
   * @param days by day
   * @param changes rows that come, change or go
   * @param unknown rows at whose place Kafka has no message
   */
  record Counts(SortedMap<LocalDate, Day> days, long changes, long unknown) {}

  /** Counts them. */
  Counts counts() {
    SortedMap<LocalDate, Day> days = new TreeMap<>();
    ofMessages(ods.rows())
        .groupBy(SystemColumns.DT)
        .count()
        .collectAsList()
        .forEach(row -> add(days, row.getAs(0), new Day(row.getLong(1), 0, 0, 0)));
    long replaced = 0;
    long unknown = 0;
    List<Row> counted =
        changes
            .groupBy(
                col(KIND),
                col(STORED).getField(SystemColumns.DT).as("before"),
                col(MADE).getField(SystemColumns.DT).as("after"))
            .count()
            .collectAsList();
    for (Row row : counted) {
      Kind kind = Kind.valueOf(row.getString(0));
      long number = row.getLong(3);
      if (kind == Kind.STAYS) {
        unknown += number;
      } else {
        replaced += number;
        add(days, kind, row.getAs(1), row.getAs(2), number);
      }
    }
    return new Counts(days, replaced, unknown);
  }

  private static void add(
      SortedMap<LocalDate, Day> days, Kind kind, LocalDate before, LocalDate after, long number) {
    if (kind == Kind.CHANGES && Objects.equals(after, before)) {
      add(days, after, new Day(0, 0, number, 0));
      return;
    }
    if (kind != Kind.GOES) {
      add(days, after, new Day(0, number, 0, 0));
    }
    if (kind != Kind.COMES) {
      add(days, before, new Day(0, 0, 0, number));
    }
  }

  /** Rows without a day, which only a hand can have written, are of none. */
  private static void add(SortedMap<LocalDate, Day> days, LocalDate day, Day more) {
    if (day != null) {
      days.merge(day, more, Day::plus);
    }
  }

  /** Messages that are dead letters, and have none. */
  Dataset<Row> newLetters() {
    return IngestRows.dead(decoded, 0)
        .join(unrepaired().select(PLACE[0], PLACE[1]), PLACE, "left_anti");
  }

  private Dataset<Row> unrepaired() {
    return lettersThere.where(col(JobTables.REPAIRED_AT).isNull());
  }

  /** Places of letters whose message holds rows. */
  Dataset<Row> repairedLetters() {
    return lettersOf(rows.withRows(decoded));
  }

  /** Places of letters whose message rightly holds none. */
  Dataset<Row> ignoredLetters() {
    return lettersOf(decoded.where(rows.isIgnored()));
  }

  private Dataset<Row> lettersOf(Dataset<Row> some) {
    return RetriedLetters.places(
            unrepaired().join(some.select(PLACE[0], PLACE[1]).distinct(), PLACE, "left_semi"))
        .distinct();
  }

  /** Writes the files of ODS with the rows as they should be. */
  ReplacedRows writeRows(ReceiveNumbers numbers) {
    Column[] added =
        columns.columns().stream()
            .map(column -> value(column.name(), numbers).as(column.name()))
            .toArray(Column[]::new);
    ods.write(
        changes
            .where(col(KIND).isin((Object[]) new String[] {Kind.CHANGES.name(), Kind.GOES.name()}))
            .select(ReplacedRows.FILE, ReplacedRows.POSITION),
        changes
            .where(col(KIND).isin((Object[]) new String[] {Kind.COMES.name(), Kind.CHANGES.name()}))
            .select(added));
    return ods;
  }

  private Column value(String name, ReceiveNumbers numbers) {
    Column stored = col(STORED).getField(name);
    Column made = col(MADE);
    return switch (name) {
      case SystemColumns.INGEST_BATCH ->
          coalesce(stored, numberOf(numbers, col(PLACE[0]), col(PLACE[1])));
      case SystemColumns.PENDING ->
          coalesce(
              when(
                  made.getField(SystemColumns.DT).equalTo(col(STORED).getField(SystemColumns.DT)),
                  stored),
              made.getField(name));
      // What is no longer declared is as it was.
      default -> content().contains(name) ? made.getField(name) : stored;
    };
  }

  private static Column numberOf(ReceiveNumbers numbers, Column partition, Column offset) {
    UDF2<Integer, Long, Long> number = numbers::of;
    return udf(number, DataTypes.LongType).apply(partition, offset);
  }

  /** Writes the files of the dead letters with the new ones. */
  ReplacedRows writeLetters(ReceiveNumbers numbers) {
    Dataset<Row> come = newLetters();
    // One that was repaired once, and cannot be read again, is no repaired one any more.
    Dataset<Row> gone =
        lettersThere
            .where(col(JobTables.REPAIRED_AT).isNotNull())
            .join(come.select(PLACE[0], PLACE[1]), PLACE, "left_semi")
            .select(ReplacedRows.FILE, ReplacedRows.POSITION);
    letters.write(
        gone,
        come.withColumn(
            SystemColumns.INGEST_BATCH, numberOf(numbers, col(PLACE[0]), col(PLACE[1]))));
    return letters;
  }

  /** How many messages were read. */
  long read() {
    return decoded.agg(count(when(rows.isMessage(), 1))).head().getLong(0);
  }

  @Override
  public void close() {
    changes.unpersist();
    lettersThere.unpersist();
  }
}
