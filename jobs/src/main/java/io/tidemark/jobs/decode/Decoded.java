package io.tidemark.jobs.decode;

import java.time.Instant;

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
   * A dead letter.
   *
   * @param reason the kind of fault
   * @param detail the field, what stood there and what was expected, for a person to read
   */
  record Rejected(Reason reason, String detail) implements Decoded {}
}
