package io.tidemark.reconciliation.plan;

import java.util.Arrays;

/**
 * Why a key differs between stream and batch. Which one it is follows from the input, the positions
 * and the tables, never from a guess; what nothing shows a reason for is {@link #UNEXPLAINED}.
 */
public enum Cause {
  /** The message reached the broker later than the job's declared lateness: batch counts it. */
  LATE("late", "came later than the declared lateness; the stream leaves it to the batch"),
  /** One event was delivered in several messages, and the two sides count them differently. */
  DUPLICATE("duplicate", "was delivered more than once"),
  /** The message was a dead letter when the stream passed it and has been repaired since. */
  DEAD_LETTER("dead-letter", "was a dead letter when the stream passed it, and is repaired"),
  /** The two sides have looked a value up in different versions of a dimension table. */
  DIMENSION("dimension", "was looked up in another version of a dimension table"),
  /** The stream wrote the rows by another definition of the job, or of one above it. */
  DEFINITION("definition", "was written by another definition"),
  /** The input was read, and a side lacks what it gives. */
  LOST("lost", "was read, and the table lacks it"),
  /** The input was read once, and a side holds what it gives more than once. */
  DOUBLED("doubled", "was read once, and the table holds it more than once"),
  /** A side holds a row that no message of the input gives. */
  FOREIGN("foreign", "is in the table, and no message gives it"),
  /** A side holds the row, with another value than its message gives. */
  ALTERED("altered", "has another value in the table than its message gives"),
  /** The row came behind the cut that the stream stops at: pending, or not read yet. */
  IN_FLIGHT("in-flight", "came behind the day's first seal; the stream leaves it to the batch"),
  /** Nothing that is kept shows a reason. */
  UNEXPLAINED("unexplained", "has no reason that anything kept would show");

  private final String text;
  private final String meaning;

  Cause(String text, String meaning) {
    this.text = text;
    this.meaning = meaning;
  }

  /**
   * The cause of that word.
   *
   * @throws IllegalArgumentException when none has it
   */
  public static Cause of(String text) {
    return Arrays.stream(values())
        .filter(cause -> cause.text.equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is no cause"));
  }

  /** The word in reports and tables. */
  public String text() {
    return text;
  }

  /** What is true of a row or key that has this cause, as the end of a sentence. */
  public String meaning() {
    return meaning;
  }
}
