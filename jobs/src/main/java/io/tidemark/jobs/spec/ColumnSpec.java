package io.tidemark.jobs.spec;

import java.io.Serializable;

/**
 * One column of a message.
 *
 * @param name column name in the table
 * @param type SQL type
 * @param required whether a message without it is a dead letter
 * @param path where the value stands in the message: field names joined by dots; of a key or a
 *     header the column's name
 * @param format how a timestamp is written; {@code null} for any other type
 * @param from the part of the message that it is read from
 */
public record ColumnSpec(
    String name,
    ColumnType type,
    boolean required,
    String path,
    TimeFormat format,
    ColumnSource from)
    implements Serializable {
  /** A field that a path can name, as a regular expression: without dots, not blank at an end. */
  public static final String FIELD_NAME = "[^.\\s]+( +[^.\\s]+)*";

  /** A column that is read from the message's value. */
  public ColumnSpec(
      String name, ColumnType type, boolean required, String path, TimeFormat format) {
    this(name, type, required, path, format, ColumnSource.VALUE);
  }

  /** How a timestamp is written in a message. */
  public enum TimeFormat {
    EPOCH_MILLIS,
    EPOCH_SECONDS,
    EPOCH_MICROS,
    EPOCH_NANOS,
    ISO_8601
  }
}
