package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.udf;

import io.tidemark.catalog.SchemaRegistrySettings;
import io.tidemark.catalog.cut.DayRanges;
import io.tidemark.jobs.decode.ChangeLogDecoder;
import io.tidemark.jobs.decode.Decoded;
import io.tidemark.jobs.decode.MessageDecoder;
import io.tidemark.jobs.spec.ChangeColumns;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.SystemColumns;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF0;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Messages of Kafka as rows of ODS, or as dead letters. */
final class IngestRows {
  // No declared column can have these names: they begin with a letter.
  private static final String REASON = "_reason";
  private static final String DETAIL = "_detail";
  private static final String KEY = "_message_key";
  private static final String VALUE = "_message_value";

  private final IngestSpec spec;
  private final SchemaRegistrySettings registry;
  private final StructType decodedSchema;
  private final int eventTimeColumn;

  /** Whether a message may hold several rows, or rightly none. */
  private final boolean changeLog;

  /**
   * @param registry where the schemas of messages are; {@code null} where none is needed
   */
  IngestRows(IngestSpec spec, SchemaRegistrySettings registry) {
    this.spec = spec;
    this.registry = registry;
    List<StructField> fields = new ArrayList<>();
    for (ColumnSpec column : spec.columns()) {
      fields.add(JobTables.field(column));
    }
    if (fields.stream().noneMatch(field -> field.name().equals(SystemColumns.EVENT_TIME))) {
      fields.add(
          DataTypes.createStructField(SystemColumns.EVENT_TIME, DataTypes.TimestampType, true));
      this.eventTimeColumn = fields.size() - 1;
    } else {
      this.eventTimeColumn = -1;
    }
    this.changeLog = spec.payload().isChangeLog();
    if (changeLog) {
      ChangeColumns.TYPES.forEach((name, type) -> fields.add(JobTables.field(name, type)));
    }
    this.decodedSchema = withMessage(new StructType(fields.toArray(StructField[]::new)));
  }

  /** Columns, and behind them where a message stood and what a dead letter keeps of it. */
  static StructType withMessage(StructType columns) {
    return columns
        .add(SystemColumns.TOPIC, DataTypes.StringType)
        .add(SystemColumns.PARTITION, DataTypes.IntegerType)
        .add(SystemColumns.OFFSET, DataTypes.LongType)
        .add(SystemColumns.KAFKA_TIME, DataTypes.TimestampType)
        .add(KEY, DataTypes.BinaryType)
        .add(VALUE, DataTypes.BinaryType)
        .add(REASON, DataTypes.StringType)
        .add(DETAIL, DataTypes.StringType);
  }

  /** Every message, decoded or with the reason why not. */
  Dataset<Row> decode(Dataset<Row> messages) {
    Column headers =
        MessageDecoder.readsHeaders(spec.columns()) ? col("headers") : lit(null).as("headers");
    Dataset<Row> needed =
        messages.select(
            col("key"),
            col("value"),
            col("topic"),
            col("partition"),
            col("offset"),
            col("timestamp"),
            headers);
    return changeLog
        ? needed.flatMap(
            new ChangeRows(
                ChangeLogDecoder.of(spec), spec.columns().size(), decodedSchema.length()),
            Encoders.row(decodedSchema))
        : needed.map(decoder(), Encoders.row(decodedSchema));
  }

  private MapFunction<Row, Row> decoder() {
    MessageDecoder decoder = MessageDecoder.of(spec, registry);
    int width = decodedSchema.length();
    int eventTime = eventTimeColumn;
    return message -> {
      Object[] row = new Object[width];
      byte[] value = message.getAs(1);
      Instant receivedAt = message.getAs(5);
      Decoded decoded =
          decoder.decode(message.getAs(0), value, name -> header(message, name), receivedAt);
      if (decoded instanceof Decoded.Accepted accepted) {
        System.arraycopy(accepted.values(), 0, row, 0, accepted.values().length);
        if (eventTime >= 0) {
          row[eventTime] = accepted.eventTime();
        }
      } else if (decoded instanceof Decoded.Rejected rejected) {
        letter(row, message, rejected);
      }
      place(row, message);
      return RowFactory.create(row);
    };
  }

  /** Of several headers with one name the last counts, as it does for Kafka's own clients. */
  static byte[] header(Row message, String name) {
    List<Row> headers = message.isNullAt(6) ? List.of() : message.getList(6);
    byte[] last = null;
    for (Row header : headers) {
      if (header.getString(0).equals(name)) {
        last = header.getAs(1);
      }
    }
    return last;
  }

  /** Puts into a row where its message stood. */
  static void place(Object[] row, Row message) {
    for (int i = 0; i < 4; i++) {
      row[row.length - 8 + i] = message.get(2 + i);
    }
  }

  /** Puts into a row what a dead letter keeps. */
  static void letter(Object[] row, Row message, Decoded.Rejected rejected) {
    row[row.length - 4] = message.get(0);
    row[row.length - 3] = message.get(1);
    row[row.length - 2] = rejected.reason().name();
    row[row.length - 1] = rejected.detail();
  }

  /** The condition that is true once for each message. */
  Column isMessage() {
    return changeLog ? coalesce(col(ChangeColumns.NUMBER), lit(0)).equalTo(0) : lit(true);
  }

  /** The condition that tells messages without a row that are no dead letters. */
  Column isIgnored() {
    return changeLog ? not(isDead()).and(col(ChangeColumns.OPERATION).isNull()) : lit(false);
  }

  /** The condition that tells dead letters from rows. */
  static Column isDead() {
    return reason().isNotNull();
  }

  /** Why a message is a dead letter; NULL when it is none. */
  static Column reason() {
    return col(REASON);
  }

  /** The business day of a decoded row, in the session's zone, which is the warehouse's. */
  static Column day() {
    return to_date(col(SystemColumns.EVENT_TIME));
  }

  /** What is neither a dead letter nor ignored. */
  Dataset<Row> withRows(Dataset<Row> decoded) {
    return decoded.where(not(isDead()).and(not(isIgnored())));
  }

  /** Rows of ODS; those of a sealed day are pending. */
  Dataset<Row> accepted(Dataset<Row> decoded, long ingestBatch, DayRanges sealed) {
    return withRows(decoded)
        .withColumn(SystemColumns.DT, day())
        .withColumn(SystemColumns.INGEST_BATCH, changing(ingestBatch))
        .withColumn(SystemColumns.PENDING, expr(sealed.toSqlCondition(SystemColumns.DT)));
  }

  /**
   * A literal, but for the text of the code that Spark generates. With a literal in it that text is
   * another one in each micro-batch: loaded, compiled and warmed up anew, which took longer than
   * the writing itself.
   */
  private static Column changing(long value) {
    UDF0<Long> constant = () -> value;
    return udf(constant, DataTypes.LongType).asNondeterministic().apply();
  }

  /** Dead letters, by the day they were received. */
  static Dataset<Row> dead(Dataset<Row> decoded, long ingestBatch) {
    return decoded
        .where(isDead())
        .withColumn(SystemColumns.DT, to_date(col(SystemColumns.KAFKA_TIME)))
        .withColumn(SystemColumns.INGEST_BATCH, changing(ingestBatch))
        .select(
            col(SystemColumns.DT),
            col(SystemColumns.TOPIC),
            col(SystemColumns.PARTITION),
            col(SystemColumns.OFFSET),
            col(SystemColumns.KAFKA_TIME),
            col(KEY).as("message_key"),
            col(VALUE).as("message_value"),
            col(REASON).as("reason"),
            col(DETAIL).as("detail"),
            col(SystemColumns.INGEST_BATCH),
            lit(null).cast(DataTypes.TimestampType).as(JobTables.REPAIRED_AT),
            lit(null).cast(DataTypes.LongType).as(JobTables.REPAIRED_IN));
  }
}
