package io.tidemark.tags.history;

/**
 * On which days each of a range of users was active. A user-day is one user on one day; user-days
 * are numbered by user, then by day, and a metric's values stand in that order.
 *
 * <p>The arrays are shared, not copied: whoever makes one hands them over. They may be longer than
 * needed; {@link #users} and {@link #count} say how much is in them.
 *
 * @param firstUser number of the first user within its bucket
 * @param firstDay first day of the span, in days since 1970-01-01
 * @param span days that are covered, active or not
 * @param users how many users there are, active or not
 * @param starts by user, the number of its first user-day; one more entry than users, the last is
 *     the number of all user-days
 * @param days by user-day, the day as distance from {@code firstDay}; ascending for each user
 */
public record UserDays(int firstUser, int firstDay, int span, int users, int[] starts, int[] days) {
  /** Users of one block, at most. */
  public static final int MAX_USERS = 1 << 20;

  /** Days of one block, at most. */
  public static final int MAX_SPAN = 1 << 12;

  /** User-days of one block, at most: the bound of what decoding it allocates. */
  public static final int MAX_USER_DAYS = 1 << 22;

  /**
   * What decoders make, who see to the order of days themselves: it is not looked at again here.
   */
  public UserDays {
    check(firstUser >= 0, "a first user of %d, which is negative", firstUser);
    check(users >= 0 && starts.length > users && starts[0] == 0, "no start at 0 for user 0", 0);
    check(users <= MAX_USERS, "%d users, more than a block takes", users);
    check(span >= 1 && span <= MAX_SPAN, "a span of %d days", span);
    check(starts[users] <= MAX_USER_DAYS, "%d user-days, more than a block takes", starts[users]);
    check(starts[users] <= days.length, "starts that do not end at %d", days.length);
  }

  /**
   * A block whose arrays are just as long as they have to be.
   *
   * @throws IllegalArgumentException when days do not ascend within the span
   */
  public UserDays(int firstUser, int firstDay, int span, int[] starts, int[] days) {
    this(firstUser, firstDay, span, starts.length - 1, starts, days);
    check(starts[users] == days.length, "starts that do not end at %d", days.length);
    for (int user = 0; user < users; user++) {
      int previous = -1;
      check(
          starts[user] <= starts[user + 1] && starts[user + 1] <= days.length,
          "user %d with days of others",
          firstUser + user);
      for (int i = starts[user]; i < starts[user + 1]; i++) {
        check(
            days[i] > previous && days[i] < span,
            "days of user %d that do not ascend within the span",
            firstUser + user);
        previous = days[i];
      }
    }
  }

  /** How many user-days there are. */
  public int count() {
    return starts[users];
  }

  private static void check(boolean right, String what, int value) {
    if (!right) {
      throw new IllegalArgumentException("a block has " + what.formatted(value));
    }
  }
}
