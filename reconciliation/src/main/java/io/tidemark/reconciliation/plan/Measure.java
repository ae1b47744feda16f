package io.tidemark.reconciliation.plan;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * How far stream and batch are apart in one metric. The distance is summed key by key before it is
 * divided, so that one key's surplus cannot hide another key's loss.
 *
 * @param distance sum over keys of how far the two values are apart
 * @param magnitude sum over keys of the size of the batch's value; where values have no size, the
 *     number of keys
 * @param keys keys on either side
 * @param differing keys whose values differ, a key that one side lacks included
 * @param silent differing keys whose distance is 0: NULL against 0, or a key without a value
 *     against no key. Counted as a share of keys, because in the distance they would vanish
 * @param broken differing keys with NaN or an infinity on a side: whoever adds up that side has no
 *     total at all, however small the other keys' distance
 */
public record Measure(
    BigDecimal distance,
    BigDecimal magnitude,
    long keys,
    long differing,
    long silent,
    long broken) {

  /** The difference as a share of the batch: 0 is equal, 1 is all of it; it may be more. */
  public double share() {
    double share = magnitude.signum() == 0 ? distance.signum() : ratio(distance, magnitude);
    if (silent > 0) {
      share = Math.max(share, (double) silent / keys);
    }
    return broken > 0 ? Math.max(share, 1) : share;
  }

  /**
   * Whether the difference is at most a tolerance. It multiplies instead of dividing, so that 1 of
   * 300 against a tolerance of exactly that much is decided without rounding; and a tolerance of 0
   * lets no differing key pass.
   */
  public boolean within(double tolerance) {
    BigDecimal limit = BigDecimal.valueOf(tolerance);
    BigDecimal allowed =
        magnitude.signum() == 0 && distance.signum() != 0
            ? limit.subtract(BigDecimal.ONE).add(distance)
            : limit.multiply(magnitude);
    return distance.compareTo(allowed) <= 0
        && BigDecimal.valueOf(silent).compareTo(limit.multiply(BigDecimal.valueOf(keys))) <= 0
        && (broken == 0 || tolerance >= 1);
  }

  private static double ratio(BigDecimal part, BigDecimal whole) {
    return part.divide(whole, MathContext.DECIMAL64).doubleValue();
  }
}
