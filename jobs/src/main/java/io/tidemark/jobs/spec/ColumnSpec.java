package io.tidemark.jobs.spec;

import java.io.Serializable;

/**
 * One column of a message.
 *
 * @param name column name in the table
 * @param type SQL type
 * @param required whether a message without it is a dead letter
 * @param path where the value stands in the message: field names joined by dots
 * @param format how a timestamp is written; {@code null} for any other type
 */
public record ColumnSpec(
    String name, ColumnType type, boolean required, String path, TimeFormat format)
    implements Serializable {

  /** How a timestamp is written in a message. */
  public enum TimeFormat {
    EPOCH_MILLIS,
    EPOCH_SECONDS,
    EPOCH_MICROS,
    EPOCH_NANOS,
    ISO_8601
  }
}
