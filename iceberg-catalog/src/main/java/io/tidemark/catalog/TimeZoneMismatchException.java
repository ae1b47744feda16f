package io.tidemark.catalog;

import java.time.ZoneId;

/**
 * A table's business days are those of another time zone: the same instant would be of two days in
 * one table.
 */
public final class TimeZoneMismatchException extends RuntimeException implements UserError {
  private static final long serialVersionUID = 1L;

  TimeZoneMismatchException(TableName table, String zoneOfTable, ZoneId configured) {
    super(
        "the business days of table %s are days in %s, but time-zone is %s"
            .formatted(table, zoneOfTable, configured));
  }

  @Override
  public String nextStep() {
    return "Change time-zone back, or build all tables anew in another warehouse.";
  }
}
