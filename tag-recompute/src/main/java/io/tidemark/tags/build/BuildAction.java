package io.tidemark.tags.build;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.tags.spec.HistorySpec;
import java.time.LocalDate;
import java.util.function.Consumer;

/** {@code tags build}. */
public final class BuildAction {
  private final Lakehouse lake;
  private final Consumer<String> progress;
  private final Consumer<String> result;

  /**
   * The action.
   *
   * @param progress told what is being done
   * @param result told what was done
   */
  public BuildAction(Lakehouse lake, Consumer<String> progress, Consumer<String> result) {
    this.lake = lake;
    this.progress = progress;
    this.result = result;
  }

  /** Builds a history up to a day; the exit code says whether days are missing. */
  public int run(HistorySpec history, LocalDate day, BuildOptions options) {
    BuildResult made = new HistoryBuild(lake, history, progress).run(options.request(history, day));
    BuildReport.lines(history.name(), day, made).forEach(result);
    return BuildReport.isWhole(made) ? ExitCodes.OK : ExitCodes.OUTSIDE_TOLERANCE;
  }
}
