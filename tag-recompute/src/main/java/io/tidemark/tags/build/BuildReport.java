package io.tidemark.tags.build;

import io.tidemark.tags.history.Piece.Level;
import io.tidemark.tags.plan.BuildPlan;
import io.tidemark.tags.table.HistorySizes;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.stream.Collectors;

/** What a person is told of a build. */
final class BuildReport {
  private static final int SHOWN = 10;

  private BuildReport() {}

  /** Whether every day of the window is in the history. */
  static boolean isWhole(BuildResult result) {
    return result.plan().missing().isEmpty();
  }

  /** Lines about a build that was asked for a day. */
  static List<String> lines(String history, LocalDate day, BuildResult result) {
    List<String> lines = new ArrayList<>();
    BuildPlan plan = result.plan();
    String sign = isWhole(result) ? "✓" : "✗";
    if (result.isMade()) {
      BuildResult.Bytes bytes = result.bytes();
      lines.add(
          "%s %s  %-24s build %d: %d days read with %,d active users, %,d new users; up to %s"
              .formatted(
                  sign,
                  day,
                  history,
                  result.number(),
                  plan.read().size(),
                  result.userDays(),
                  result.newUsers(),
                  plan.latest()));
      lines.add(
          "      wrote %,d bytes (blocks %,d, users' pieces %,d, directory %,d), %.2f %% of what is stored"
              .formatted(
                  bytes.sum(),
                  bytes.blocks(),
                  bytes.users(),
                  bytes.directory(),
                  100 * result.share()));
      if (!bytes.levels().isEmpty()) {
        lines.add("      by piece: " + levels(bytes.levels()));
      }
    } else {
      lines.add(
          "%s %s  %-24s %s"
              .formatted(
                  sign,
                  day,
                  history,
                  plan.latest() == null
                      ? "nothing is published up to this day"
                      : "nothing to be done: build %d holds all that is published, up to %s"
                          .formatted(result.number(), plan.latest())));
    }
    HistorySizes sizes = result.sizes();
    if (sizes.stored() > 0) {
      lines.add(
          "      stores %,d bytes (blocks %,d, users' pieces %,d, directory %,d) of %,d users"
              .formatted(
                  sizes.stored(),
                  sizes.blocks(),
                  sizes.userPieces(),
                  sizes.directory(),
                  sizes.users()));
    }
    if (!plan.withdrawn().isEmpty()) {
      lines.add("      went, because their publication was undone: " + list(plan.withdrawn()));
    }
    if (!plan.missing().isEmpty()) {
      lines.add(
          "      missing, because not published by every input: "
              + list(plan.missing())
              + ". Publish them, and build again");
    }
    return lines;
  }

  private static String levels(SortedMap<Level, Long> levels) {
    return levels.entrySet().stream()
        .map(each -> "%s %,d".formatted(each.getKey().text(), each.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String list(SortedSet<LocalDate> days) {
    String first = String.join(", ", days.stream().limit(SHOWN).map(LocalDate::toString).toList());
    return days.size() > SHOWN ? first + " and %d more".formatted(days.size() - SHOWN) : first;
  }
}
