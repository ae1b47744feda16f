package io.tidemark.jobs.spec;

/**
 * How near two values of one key have to be to count as equal: no farther apart than {@code
 * absolute}, or than {@code relative} of the larger. Approximate metrics and floating point numbers
 * need it; NULL, NaN and the infinities are near nothing but themselves.
 *
 * @param relative share of the larger value, 0 to 1
 * @param absolute in the metric's unit, 0 or more
 */
public record Closeness(double relative, double absolute) {
  /** Equal only when they are the same. */
  public static final Closeness EXACT = new Closeness(0, 0);

  public Closeness {
    if (!(relative >= 0 && relative <= 1)) {
      throw new IllegalArgumentException("has relative " + relative + "; write 0 to 1");
    }
    if (!(absolute >= 0 && absolute < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("has absolute " + absolute + "; write 0 or more");
    }
  }
}
