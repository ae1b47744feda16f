package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.when;

import io.tidemark.catalog.SchemaRegistrySettings;
import io.tidemark.jobs.decode.Decoded;
import io.tidemark.jobs.decode.MessageDecoder;
import io.tidemark.jobs.decode.SplitDecoder;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.Split;
import io.tidemark.jobs.spec.SystemColumns;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Messages of a split topic as rows that all its jobs share, each telling whose it is. */
final class SplitRows {
  private static final String JOB = "_split_job";
  private static final String TIME = "_split_event_time";

  /** Stands in {@link #JOB} for a message that is only counted. */
  private static final int NOBODY = -1;

  private final Split split;
  private final SchemaRegistrySettings registry;
  private final List<IngestSpec> jobs;
  private final SharedColumns shared;
  private final StructType schema;

  /**
   * What a micro-batch has for one job.
   *
   * @param messages rows and dead letters, and what was ignored
   * @param dead dead letters
   * @param ignored messages that are only counted
   * @param days business days of the rows
   */
  record Facts(long messages, long dead, long ignored, List<LocalDate> days) {
    static final Facts NONE = new Facts(0, 0, 0, List.of());
  }

  /**
   * @param registry where the schemas of messages are; {@code null} where none is needed
   */
  SplitRows(Split split, SchemaRegistrySettings registry) {
    this.split = split;
    this.registry = registry;
    this.jobs = split.jobs();
    this.shared =
        SharedColumns.of(
            jobs.stream()
                .map(job -> job.columns().stream().map(column -> column.type().sql()).toList())
                .toList());
    StructType places = new StructType();
    for (int place = 0; place < shared.types().size(); place++) {
      places = places.add(name(place), shared.types().get(place));
    }
    this.schema =
        IngestRows.withMessage(
            places.add(TIME, DataTypes.TimestampType).add(JOB, DataTypes.IntegerType));
  }

  private static String name(int place) {
    return "_split_" + place;
  }

  boolean readsHeaders() {
    return jobs.stream().anyMatch(job -> MessageDecoder.readsHeaders(job.columns()));
  }

  /**
   * Every message once, sorted so that a cache can pass over the rows of other jobs.
   *
   * @param wanted a condition for the messages that somebody still has to write
   */
  Dataset<Row> decode(Dataset<Row> messages, Column wanted) {
    return messages
        .select(
            col("key"),
            col("value"),
            col("topic"),
            col("partition"),
            col("offset"),
            col("timestamp"),
            readsHeaders() ? col("headers") : lit(null).as("headers"))
        .map(decoder(), Encoders.row(schema))
        .where(wanted)
        .sortWithinPartitions(JOB);
  }

  private MapFunction<Row, Row> decoder() {
    SplitDecoder decoder = new SplitDecoder(split, registry);
    int[][] places =
        shared.places().stream()
            .map(own -> own.stream().mapToInt(Integer::intValue).toArray())
            .toArray(int[][]::new);
    int time = shared.types().size();
    int width = schema.length();
    return message -> {
      SplitDecoder.Routed routed =
          decoder.decode(
              message.getAs(0),
              message.getAs(1),
              name -> IngestRows.header(message, name),
              message.getAs(5));
      Object[] row = new Object[width];
      row[time + 1] = routed.job();
      if (routed.decoded() instanceof Decoded.Accepted accepted) {
        int[] own = places[routed.job()];
        for (int i = 0; i < own.length; i++) {
          row[own[i]] = accepted.values()[i];
        }
        row[time] = accepted.eventTime();
      } else if (routed.decoded() instanceof Decoded.Rejected rejected) {
        IngestRows.letter(row, message, rejected);
      } else {
        row[time + 1] = NOBODY;
      }
      IngestRows.place(row, message);
      return RowFactory.create(row);
    };
  }

  /** The condition that a row belongs to a job; what is ignored belongs to the split's own. */
  Column isOf(IngestSpec job) {
    Column own = col(JOB).equalTo(jobs.indexOf(job));
    return job.equals(split.rest()) ? own.or(col(JOB).equalTo(NOBODY)) : own;
  }

  /** The condition that nobody takes a message, which is only counted. */
  static Column isIgnored() {
    return col(JOB).equalTo(NOBODY);
  }

  /** What there is for each job, in one pass. */
  Map<IngestSpec, Facts> facts(Dataset<Row> decoded) {
    List<Row> counted =
        decoded
            .groupBy(JOB)
            .agg(
                count(lit(1)), count(when(IngestRows.isDead(), 1)), collect_set(to_date(col(TIME))))
            .coalesce(1)
            .collectAsList();
    Map<IngestSpec, Facts> facts = new HashMap<>();
    for (Row row : counted) {
      int job = row.getInt(0);
      boolean nobody = job == NOBODY;
      facts.merge(
          nobody ? split.rest() : jobs.get(job),
          new Facts(row.getLong(1), row.getLong(2), nobody ? row.getLong(1) : 0, row.getList(3)),
          SplitRows::both);
    }
    return facts;
  }

  private static Facts both(Facts one, Facts other) {
    List<LocalDate> days = new ArrayList<>(one.days());
    days.addAll(other.days());
    return new Facts(
        one.messages() + other.messages(),
        one.dead() + other.dead(),
        one.ignored() + other.ignored(),
        days);
  }

  /** The rows and dead letters of one job, as {@link IngestRows} has them. */
  Dataset<Row> of(IngestSpec job, Dataset<Row> decoded) {
    List<Integer> places = shared.places().get(jobs.indexOf(job));
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      columns.add(col(name(places.get(i))).as(job.columns().get(i).name()));
    }
    if (job.columns().stream().map(ColumnSpec::name).noneMatch(SystemColumns.EVENT_TIME::equals)) {
      columns.add(col(TIME).as(SystemColumns.EVENT_TIME));
    }
    StructType message = IngestRows.withMessage(new StructType());
    for (String name : message.fieldNames()) {
      columns.add(col(name));
    }
    return decoded
        .where(col(JOB).equalTo(jobs.indexOf(job)))
        .select(columns.toArray(Column[]::new));
  }
}
