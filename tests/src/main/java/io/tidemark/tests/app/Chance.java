package io.tidemark.tests.app;

/**
 * SplitMix64. The generators of the JDK are free to change between versions; the bytes of a seed
 * must not.
 */
final class Chance {
  private long state;

  Chance(long seed) {
    this.state = seed;
  }

  long bits() {
    state += 0x9E3779B97F4A7C15L;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** From 0 to {@code bound - 1}. */
  int below(int bound) {
    return (int) (((bits() >>> 32) * bound) >>> 32);
  }

  /** From 0 to just below 1. */
  double share() {
    return (bits() >>> 11) * 0x1.0p-53;
  }

  boolean is(double probability) {
    return probability > 0 && share() < probability;
  }
}
