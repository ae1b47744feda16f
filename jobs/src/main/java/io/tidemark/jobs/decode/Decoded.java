package io.tidemark.jobs.decode;

import java.time.Instant;
import java.util.Collections;
import java.util.List;

/** What became of one message. */
public sealed interface Decoded {
  /**
   * A row.
   *
   * @param values in the order of the declared columns: String, Boolean, Integer, Long, Double,
   *     BigDecimal of the declared scale, LocalDate, Instant of microseconds, or null
   * @param eventTime the value of the event time column
   */
  record Accepted(Object[] values, Instant eventTime) implements Decoded {}

  /**
   * Changes of rows, all of one transaction.
   *
   * @param rows at least one, in the order they were made
   * @param eventTimes of each, when it happened
   */
  record Changes(List<Change> rows, List<Instant> eventTimes) implements Decoded {
    public Changes {
      rows = List.copyOf(rows);
      eventTimes = List.copyOf(eventTimes);
    }

    /** Changes that happened when they were committed. */
    public Changes(List<Change> rows, Instant committedAt) {
      this(rows, Collections.nCopies(rows.size(), committedAt));
    }
  }

  /**
   * A message of a change log that holds no row of the table, rightly.
   *
   * @param why what it is instead
   */
  record Ignored(String why) implements Decoded {}

  /**
   * A dead letter.
   *
   * @param reason the kind of fault
   * @param detail the field, what stood there and what was expected, for a person to read
   */
  record Rejected(Reason reason, String detail) implements Decoded {}
}
