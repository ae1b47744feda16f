package io.tidemark.jobs.spec;

import java.io.Serializable;

/**
 * Which part of a message a column is read from.
 *
 * @param part the part
 * @param header the header's name; empty for the other parts
 */
public record ColumnSource(Part part, String header) implements Serializable {
  /** The parts of a message. */
  public enum Part {
    VALUE,
    KEY,
    HEADER
  }

  /** The message's value, in which a path says where. */
  public static final ColumnSource VALUE = new ColumnSource(Part.VALUE, "");

  /** The message's key, as text. */
  public static final ColumnSource KEY = new ColumnSource(Part.KEY, "");

  private static final String HEADER = "header.";

  /** Reads {@code value}, {@code key} or {@code header.NAME}. */
  public static ColumnSource parse(String text) {
    if (text.equals("value")) {
      return VALUE;
    }
    if (text.equals("key")) {
      return KEY;
    }
    if (text.startsWith(HEADER) && !text.substring(HEADER.length()).isBlank()) {
      return new ColumnSource(Part.HEADER, text.substring(HEADER.length()));
    }
    throw new IllegalArgumentException(
        "is no part of a message; write value, key or header.NAME with the header's name");
  }

  /** As it is declared. */
  @Override
  public String toString() {
    return switch (part) {
      case VALUE -> "value";
      case KEY -> "key";
      case HEADER -> HEADER + header;
    };
  }
}
