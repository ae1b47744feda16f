package io.tidemark.catalog.publish;

import java.time.LocalDate;

/**
 * A day of {@code main} is not what it was when it was compared, or its history since is not left:
 * nothing was published, and what would be replaced has to be looked at first.
 */
public final class DayChangedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DayChangedException(String table, LocalDate day, Throwable cause) {
    super(
        "%s of %s was changed on main since it was compared (%s)"
            .formatted(day, table, cause.getMessage()),
        cause);
  }
}
