package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import java.util.List;

/**
 * Reads one Kafka topic, once, into an ODS table: every message becomes a row or a dead letter.
 *
 * @param topic Kafka topic
 * @param start where a job that has never run begins
 * @param limit how fast it may read
 * @param payload what the messages are
 * @param split which of them belong to this job
 * @param columns the payload's columns, in table order
 * @param eventTime which column carries the time of the event, and which times are possible
 */
public record IngestSpec(
    String name,
    String description,
    String owner,
    String topic,
    Start start,
    ReadLimit limit,
    PayloadSpec payload,
    SplitSpec split,
    List<ColumnSpec> columns,
    EventTimeSpec eventTime,
    TableName output)
    implements JobSpec {

  public IngestSpec {
    columns = List.copyOf(columns);
  }

  /** A job that has its topic for itself. */
  public IngestSpec(
      String name,
      String description,
      String owner,
      String topic,
      Start start,
      ReadLimit limit,
      PayloadSpec payload,
      List<ColumnSpec> columns,
      EventTimeSpec eventTime,
      TableName output) {
    this(
        name,
        description,
        owner,
        topic,
        start,
        limit,
        payload,
        SplitSpec.NONE,
        columns,
        eventTime,
        output);
  }

  /** A job whose messages are plain JSON. */
  public IngestSpec(
      String name,
      String description,
      String owner,
      String topic,
      Start start,
      ReadLimit limit,
      List<ColumnSpec> columns,
      EventTimeSpec eventTime,
      TableName output) {
    this(
        name,
        description,
        owner,
        topic,
        start,
        limit,
        PayloadSpec.PLAIN,
        columns,
        eventTime,
        output);
  }

  /** The table that holds what this job could not read. */
  public TableName deadLetters() {
    return deadLetters(output);
  }

  /** The table beside the output of an ingest job that holds what it could not read. */
  public static TableName deadLetters(TableName output) {
    return output.withSuffix("_dead_letter");
  }
}
