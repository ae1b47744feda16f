package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.tidemark.catalog.SchemaRegistrySettings;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.Split;
import io.tidemark.jobs.spec.SystemColumns;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * What the dead letters of a job are by today's declaration. Of a split topic a letter may belong
 * to another job by now: it is none of this one's any more, and stays what it is.
 */
final class RetriedLetters implements AutoCloseable {
  /** What tells a message; the time tells it from one that got its place in a topic made anew. */
  static final List<String> PLACE =
      List.of(
          SystemColumns.TOPIC,
          SystemColumns.PARTITION,
          SystemColumns.OFFSET,
          SystemColumns.KAFKA_TIME);

  private final IngestRows rows;
  private final Dataset<Row> decoded;
  private final Dataset<Row> own;
  private final Column ignored;

  /**
   * Reads letters again.
   *
   * @param letters rows of the job's dead-letter table, each message once
   */
  RetriedLetters(
      IngestSpec job,
      Optional<Split> split,
      SchemaRegistrySettings registry,
      Dataset<Row> letters) {
    this.rows = new IngestRows(job, registry);
    Dataset<Row> messages =
        letters.select(
            col("message_key").as("key"),
            col("message_value").as("value"),
            col(SystemColumns.TOPIC).as("topic"),
            col(SystemColumns.PARTITION).as("partition"),
            col(SystemColumns.OFFSET).as("offset"),
            col(SystemColumns.KAFKA_TIME).as("timestamp"),
            // They are not kept.
            lit(null).cast("array<struct<key: string, value: binary>>").as("headers"));
    if (split.isPresent()) {
      SplitRows routed = new SplitRows(split.get(), registry);
      this.decoded =
          routed.decode(messages, routed.isOf(job)).persist(StorageLevel.MEMORY_AND_DISK());
      this.own = routed.of(job, decoded);
      this.ignored = SplitRows.isIgnored();
    } else {
      this.decoded = rows.decode(messages).persist(StorageLevel.MEMORY_AND_DISK());
      this.own = decoded;
      this.ignored = rows.isIgnored();
    }
  }

  /** Rows and letters of the job, as {@link IngestRows} has them. */
  Dataset<Row> own() {
    return own;
  }

  /** Makes rows of ODS of {@link #own}. */
  IngestRows rows() {
    return rows;
  }

  /** Where messages stood that hold rows now. */
  Dataset<Row> placesOfRows() {
    return places(rows.withRows(own)).distinct();
  }

  /** Where messages stood that rightly hold none. */
  Dataset<Row> placesOfIgnored() {
    return places(decoded.where(ignored));
  }

  /** {@link #PLACE}, as joins want it. */
  static String[] joined() {
    return PLACE.toArray(String[]::new);
  }

  static Dataset<Row> places(Dataset<Row> rows) {
    return rows.select(PLACE.stream().map(name -> col(name)).toArray(Column[]::new));
  }

  @Override
  public void close() {
    decoded.unpersist();
  }
}
