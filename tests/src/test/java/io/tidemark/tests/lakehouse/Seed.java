package io.tidemark.tests.lakehouse;

import java.util.Random;

/** Seeds of random tests: new in every run, printed, and taken back to repeat a run. */
public final class Seed {
  private static final String PROPERTY = "tidemark.seed";

  private Seed() {}

  /** A random seed, or the one that the system property {@code tidemark.seed} names. */
  public static long of(String test) {
    long seed = Long.getLong(PROPERTY, new Random().nextLong());
    System.out.printf("%s: seed %d; -D%s=%d repeats it%n", test, seed, PROPERTY, seed);
    return seed;
  }
}
