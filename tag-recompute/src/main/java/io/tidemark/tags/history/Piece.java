package io.tidemark.tags.history;

import java.io.Serializable;
import java.util.Locale;

/**
 * A stretch of days that a bucket's history is stored for at once, in days since 1970-01-01. A
 * patch is a day that corrects the piece it lies in.
 *
 * @param level which kind of stretch
 * @param firstDay its first day
 * @param lastDay its last day
 */
public record Piece(Level level, int firstDay, int lastDay) implements Serializable {
  /**
   * From the newest to the oldest days: a day, what closes some of those, what closes these; and
   * beside them the corrections of a day that was closed.
   */
  public enum Level {
    DAY,
    WEEK,
    EPOCH,
    PATCH;

    /** The word in tables. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The level that a table calls so. */
    public static Level of(String text) {
      return valueOf(text.toUpperCase(Locale.ROOT));
    }
  }

  public Piece {
    if (lastDay < firstDay) {
      throw new IllegalArgumentException("a piece from day " + firstDay + " to day " + lastDay);
    }
  }

  /** The corrections of one day. */
  public static Piece patch(int day) {
    return new Piece(Level.PATCH, day, day);
  }

  /** Whether it corrects another piece, and is none of its own. */
  public boolean isPatch() {
    return level == Level.PATCH;
  }

  /** Whether a day is in it. */
  public boolean holds(int day) {
    return firstDay <= day && day <= lastDay;
  }

  /** How many days there are. */
  public int days() {
    return lastDay - firstDay + 1;
  }

  /** Whether all days of the other piece are in this one. */
  public boolean covers(Piece other) {
    return firstDay <= other.firstDay && lastDay >= other.lastDay;
  }
}
