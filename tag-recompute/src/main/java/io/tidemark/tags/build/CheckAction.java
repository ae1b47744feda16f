package io.tidemark.tags.build;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.tags.build.HistoryCheck.Result;
import io.tidemark.tags.spec.HistorySpec;
import java.util.function.Consumer;

/** {@code tags check}. */
public final class CheckAction {
  private static final int SHOWN = 20;

  private final Lakehouse lake;
  private final Consumer<String> out;

  /**
   * The action.
   *
   * @param out told what was found
   */
  public CheckAction(Lakehouse lake, Consumer<String> out) {
    this.lake = lake;
    this.out = out;
  }

  /** Checks a history; the exit code says whether anything differs. */
  public int run(HistorySpec history, CheckOptions options) {
    HistoryCheck check = new HistoryCheck(lake, history);
    Result pieces = check.pieces();
    if (pieces.build() == 0) {
      out.accept(
          "✗ %-24s was never built; build it first with ./tidemark tags build --day DAY"
              .formatted(history.name()));
      return ExitCodes.REFUSED;
    }
    boolean same = told(history, pieces, "pieces", "blocks and users' pieces");
    if (options.input()) {
      same &= told(history, check.days(), "days", "the history and the published days");
    }
    return same ? ExitCodes.OK : ExitCodes.OUTSIDE_TOLERANCE;
  }

  private boolean told(HistorySpec history, Result result, String what, String both) {
    if (result.differences().isEmpty()) {
      out.accept(
          "✓ %-24s build %d: %s are the same, in %,d %s"
              .formatted(history.name(), result.build(), both, result.compared(), what));
      return true;
    }
    out.accept(
        "✗ %-24s build %d: %s differ, in %,d of %,d %s"
            .formatted(
                history.name(),
                result.build(),
                both,
                result.differences().size(),
                result.compared(),
                what));
    result.differences().stream()
        .limit(SHOWN)
        .forEach(difference -> out.accept("      " + difference));
    return false;
  }
}
