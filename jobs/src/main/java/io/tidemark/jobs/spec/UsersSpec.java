package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts active, new and returning users of a summary that has a row per user and day. A user is
 * active on a day with a row, new when there is none of an earlier day, and returning when there
 * are earlier ones, but none of the {@code returningAfter} days before.
 *
 * @param user the dimension that tells users apart; rows in which it is NULL are nobody's
 * @param by dimensions that are counted apart: who is new in one may be known in another
 * @param returningAfter days without a sight that make a user returning, at least 1
 * @param firstSeen the metric that says when a user was first seen on the day, for running totals
 *     by the minute; {@code null} for a row per day
 * @param known the table of all users seen through a day, so that later days are read without all
 *     of history; {@code null} for none
 */
public record UsersSpec(
    String user, List<String> by, int returningAfter, String firstSeen, TableName known)
    implements ViewSpec.Shape {
  /** Users seen. */
  public static final String ACTIVE = "active_users";

  /** Those never seen on an earlier day. */
  public static final String NEW = "new_users";

  /** Those seen before, but not lately. */
  public static final String RETURNING = "returning_users";

  /** First day on which a known user was seen. */
  public static final String FIRST_DAY = "first_dt";

  /** And the last one. */
  public static final String LAST_DAY = "last_dt";

  /** What stands behind the name of the view that shows only days behind the known users. */
  public static final String RECENT = "_recent";

  private static final int MOST_DAYS = 36_500;

  public UsersSpec {
    by = List.copyOf(by);
    if (returningAfter < 1 || returningAfter > MOST_DAYS) {
      throw new IllegalArgumentException(
          "makes users returning after "
              + returningAfter
              + " days; use 1 to "
              + MOST_DAYS
              + " days");
    }
  }

  /** Whether there is a row per minute in which somebody came, and not one per day. */
  public boolean byMinute() {
    return firstSeen != null;
  }

  /** The dimensions that are read. */
  public List<String> dimensions() {
    List<String> dimensions = new ArrayList<>(by);
    dimensions.add(user);
    return dimensions;
  }
}
