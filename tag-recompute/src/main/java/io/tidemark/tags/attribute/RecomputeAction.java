package io.tidemark.tags.attribute;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.TextTable;
import io.tidemark.tags.attribute.Recompute.Outcome;
import io.tidemark.tags.attribute.Recompute.Status;
import io.tidemark.tags.plan.DayState;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tags.table.DayStates;
import java.io.PrintWriter;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** {@code tags recompute}. */
public final class RecomputeAction {
  private static final int SHOWN = 10;

  private final Lakehouse lake;
  private final PrintWriter progress;
  private final PrintWriter out;

  /**
   * The action.
   *
   * @param progress told what is being done
   * @param out told what was done
   */
  public RecomputeAction(Lakehouse lake, PrintWriter progress, PrintWriter out) {
    this.lake = lake;
    this.progress = progress;
    this.out = out;
  }

  /** Recomputes histories; the exit code says whether a result differs from the one there was. */
  public int run(
      List<HistorySpec> histories,
      LocalDate day,
      Optional<LocalDate> tagsAsOf,
      RecomputeOptions options) {
    boolean differs = false;
    TextTable table = new TextTable("", "history", "set", "table", "rows", "checksum", "");
    for (HistorySpec history : histories) {
      if (options.concerns(history, histories.size() == 1)) {
        Recompute recompute =
            new Recompute(lake, history, BucketProgress.lines(progress, history.name()));
        List<Outcome> outcomes = recompute.run(options.request(day, tagsAsOf));
        for (Outcome outcome : outcomes) {
          differs |= outcome.status() == Status.DIFFERS;
          add(table, history, outcome);
        }
        tellHow(history, outcomes);
        tellMissing(history, day);
      }
    }
    table.print(out);
    return differs ? ExitCodes.OUTSIDE_TOLERANCE : ExitCodes.OK;
  }

  private static void add(TextTable table, HistorySpec history, Outcome outcome) {
    String done =
        switch (outcome.status()) {
          case MADE -> "made";
          case UNCHANGED -> "was there, of the same build and tags";
          case DIFFERS ->
              outcome.differences().isEmpty()
                  ? "differs from what was there, of the same build and tags"
                  : "differs from what bringing the result before forward gives";
          case OVERTAKEN -> "left out: a later build's result came first";
        };
    table.add(
        mark(outcome.status()),
        history.name(),
        outcome.set(),
        outcome.table(),
        outcome.record().rows(),
        outcome.record().checksum(),
        done);
  }

  private static String mark(Status status) {
    return switch (status) {
      case MADE, UNCHANGED -> "✓";
      case DIFFERS -> "✗";
      case OVERTAKEN -> "!";
    };
  }

  private void tellHow(HistorySpec history, List<Outcome> outcomes) {
    outcomes.stream()
        .map(Outcome::how)
        .filter(how -> !how.isEmpty())
        .distinct()
        .forEach(how -> out.printf("recompute of %s: %s%n", history.name(), how));
    outcomes.stream()
        .flatMap(outcome -> outcome.differences().stream())
        .forEach(difference -> out.println("✗ " + difference));
  }

  /** A day without rows is another thing than one that is not there. */
  private void tellMissing(HistorySpec history, LocalDate day) {
    List<String> missing =
        new DayStates(lake)
            .of(history.name()).values().stream()
                .filter(state -> !state.isRead())
                .map(DayState::date)
                .filter(each -> !each.isBefore(day.minusDays(history.days() - 1L)))
                .map(LocalDate::toString)
                .toList();
    if (!missing.isEmpty()) {
      out.printf(
          "! history %s lacks %d days that are not published: %s%s%n",
          history.name(),
          missing.size(),
          String.join(", ", missing.subList(0, Math.min(SHOWN, missing.size()))),
          missing.size() > SHOWN ? ", ..." : "");
    }
  }
}
