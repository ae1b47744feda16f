package io.tidemark.jobs.decode;

import java.util.List;
import java.util.Locale;

/**
 * One change of one row.
 *
 * @param operation what was done
 * @param values the row as it is after the change, or for a delete as it was before, in the order
 *     of the declared columns; types as in {@link Decoded.Accepted}
 * @param position where the change stands in the database's log
 * @param unchanged names of the columns that the change left as they were and did not carry
 */
public record Change(
    Operation operation, Object[] values, LogPosition position, List<String> unchanged) {
  /** What was done to a row. */
  public enum Operation {
    INSERT,
    UPDATE,
    DELETE,
    /** Nothing: it was there when the table was read as a whole. */
    SNAPSHOT;

    /** As tables have it. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Orders the changes of a key, part by part.
   *
   * @param segment number of the log file, or 0
   * @param offset in the segment
   * @param row at the offset
   */
  public record LogPosition(long segment, long offset, long row) {}

  public Change {
    unchanged = List.copyOf(unchanged);
  }
}
