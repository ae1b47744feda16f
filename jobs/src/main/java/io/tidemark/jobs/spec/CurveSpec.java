package io.tidemark.jobs.spec;

/**
 * Every window of a day of a summary, also those in which a key had no row, from the first of the
 * day to the last of which there is a row of any key; of a day that later ones came after, to its
 * end.
 *
 * @param every how long a window is that has a row
 */
public record CurveSpec(Window every) implements ViewSpec.Shape {
  public CurveSpec {
    if (every.length().isEmpty()) {
      throw new IllegalArgumentException(
          "has a row every '%s', which is no part of a day; use 1 minute, 5 minutes or 1 hour"
              .formatted(every.text()));
    }
  }

  /**
   * What is wrong with a summary that is read, with its remedy; {@code null} for nothing.
   *
   * @param window how the summary cuts the day
   */
  String refuses(Window window) {
    if (window == Window.ONE_DAY) {
      return "has one row of a key and day, which is no curve; name a summary with another window";
    }
    return window == Window.RUNNING_DAY || window == every
        ? null
        : "has totals of %s, and the curve a row every %s; write 'every: %s', or name a summary with 'window: running day'"
            .formatted(window.text(), every.text(), window.text());
  }
}
