package io.tidemark.jobs.sink;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A row on its way to where it is served. Values are those of Java's own types: text, numbers,
 * {@link java.time.LocalDate}, {@link java.time.Instant}, {@code byte[]}, lists and maps of them,
 * and {@code null}.
 *
 * @param op what becomes of the row
 * @param key values of the key's columns
 * @param values of the other columns; empty for a row that is gone
 * @param source where the message stood that an appended row came from; {@code null} for others
 */
public record SinkRow(Op op, List<Object> key, List<Object> values, Source source) {
  /** What becomes of a row. */
  public enum Op {
    /** It came with a message, and stands for itself. */
    APPEND,
    /** It is there, or is as it is, from now on. */
    UPSERT,
    /** It is gone. */
    DELETE
  }

  /** A place in Kafka. */
  public record Source(String topic, int partition, long offset) {}

  public SinkRow {
    key = unmodifiable(key);
    values = unmodifiable(values);
  }

  /** NULLs included, which {@link List#copyOf} refuses. */
  private static List<Object> unmodifiable(List<Object> values) {
    return Collections.unmodifiableList(new ArrayList<>(values));
  }

  /** A row that is gone. */
  public static SinkRow deleted(Object... key) {
    return new SinkRow(Op.DELETE, Arrays.asList(key), List.of(), null);
  }

  /** Whether it is gone. */
  public boolean isDeleted() {
    return op == Op.DELETE;
  }

  /** Values of all columns, those of the key first. */
  public List<Object> all() {
    List<Object> all = new ArrayList<>(key);
    all.addAll(values);
    return all;
  }
}
