package io.tidemark.tests.app;

/** How long messages are on their way. */
final class Delays {
  /** Later than this is late. */
  static final long LATE_MILLIS = 2 * 3_600_000L;

  private static final int MINUTE = 60_000;
  private static final int HOUR = 60 * MINUTE;

  private final Chance chance;

  Delays(Chance chance) {
    this.chance = chance;
  }

  /** Mostly seconds; now and then a tunnel, at most half an hour. */
  long usual() {
    int percent = chance.below(100);
    if (percent < 90) {
      return 20 + chance.below(3_000);
    }
    return percent < 99 ? chance.below(MINUTE) : chance.below(30 * MINUTE);
  }

  /** Past the limit: mostly by hours, sometimes after the day's end and its grace. */
  long late() {
    return LATE_MILLIS + 1 + (chance.is(0.9) ? chance.below(6 * HOUR) : chance.below(30 * HOUR));
  }
}
