package io.tidemark.tests.app;

import java.util.Arrays;

/** Ranks by Zipf's law: few are met all the time, most hardly ever. */
final class Zipf {
  private final double[] cumulative;

  Zipf(int ranks, double exponent) {
    cumulative = new double[ranks];
    double sum = 0;
    for (int rank = 0; rank < ranks; rank++) {
      // StrictMath, as everywhere in this package: the same result on every machine.
      sum += 1 / StrictMath.pow(rank + 1, exponent);
      cumulative[rank] = sum;
    }
  }

  /** A rank, 0 being the most frequent. */
  int next(Chance chance) {
    double point = chance.share() * cumulative[cumulative.length - 1];
    int found = Arrays.binarySearch(cumulative, point);
    return found >= 0 ? found : -found - 1;
  }
}
