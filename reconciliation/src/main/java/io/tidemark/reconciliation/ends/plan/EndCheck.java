package io.tidemark.reconciliation.ends.plan;

import java.util.Locale;

/**
 * What one end held against the other came to.
 *
 * @param name the job's or the pair's
 * @param kind what was held against what
 * @param left the end that the other one is to show
 * @param right the other one
 * @param leftCount messages or rows on the left; {@code null} when it was not counted
 * @param rightCount those of them that the right accounts for; {@code null} when it was not counted
 * @param differing how many are lost, doubled or different; {@code null} when it is not known
 * @param state the verdict
 * @param detail the counts, and what differs, in words
 */
public record EndCheck(
    String name,
    Kind kind,
    String left,
    String right,
    Long leftCount,
    Long rightCount,
    Long differing,
    State state,
    String detail) {
  /** What is held against what. */
  public enum Kind {
    /** A topic and the ODS tables that read it. */
    KAFKA,
    /** A database's table and its mirror. */
    DATABASE,
    /** A declared pair of tables. */
    PAIR;

    /** As the table of results and a person read it. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The verdict. */
  public enum State {
    /** Nothing is lost, doubled or different. */
    WITHIN("✓"),
    /** Something is. */
    DIFFERENT("✗"),
    /** An end did not answer. */
    UNAVAILABLE("!"),
    /** There is nothing to hold against anything yet. */
    NOTHING("-");

    private final String mark;

    State(String mark) {
      this.mark = mark;
    }
  }

  /** An end that did not answer. */
  public static EndCheck unavailable(
      String name, Kind kind, String left, String right, String why) {
    return new EndCheck(name, kind, left, right, null, null, null, State.UNAVAILABLE, why);
  }

  /** Nothing to check yet. */
  public static EndCheck nothing(String name, Kind kind, String left, String right, String why) {
    return new EndCheck(name, kind, left, right, null, null, null, State.NOTHING, why);
  }

  /** The line for a person. */
  public String line() {
    return state.mark + " " + kind.text() + " " + name + ": " + detail;
  }
}
