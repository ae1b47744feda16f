package io.tidemark.jobs.run;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.UserError;
import java.time.LocalDate;

/** A day has no cut yet. */
public final class NotSealedException extends RuntimeException implements UserError {
  private static final long serialVersionUID = 1L;
  private final LocalDate day;

  public NotSealedException(TableName ods, LocalDate day) {
    super("day " + day + " is not sealed in " + ods + ", so it has no cut");
    this.day = day;
  }

  @Override
  public String nextStep() {
    return "Once the day is over: ./tidemark seal --day " + day;
  }
}
