package io.tidemark.tags.attribute.plan;

import java.math.BigInteger;

/**
 * Which of the cells that were added up count, and how.
 *
 * @param days by day, whether its cells count; {@code null} for all
 * @param subtracted whether they are taken away
 */
public record CellPart(boolean[] days, boolean subtracted) {
  /** All of them, as they are. */
  public static final CellPart WHOLE = new CellPart(null, false);

  /** What a number of a day counts as. */
  long of(int day, long number) {
    if (days != null && !days[day]) {
      return 0;
    }
    return subtracted ? Math.negateExact(number) : number;
  }

  /** What a sum of a day counts as. */
  BigInteger of(int day, BigInteger sum) {
    if (days != null && !days[day]) {
      return BigInteger.ZERO;
    }
    return subtracted ? sum.negate() : sum;
  }
}
