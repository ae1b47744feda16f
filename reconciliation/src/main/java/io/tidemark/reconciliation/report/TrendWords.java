package io.tidemark.reconciliation.report;

import io.tidemark.reconciliation.plan.Shown;
import io.tidemark.reconciliation.report.JobFacts.HistoryDay;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** The last days' difference of one job in a sentence, also where no chart can be drawn. */
final class TrendWords {
  private static final int MOST_DATED = 8;
  private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("MM-dd", Locale.ROOT);

  private TrendWords() {}

  /** What the picture shows, for whoever does not see it. */
  static String of(List<HistoryDay> days) {
    List<HistoryDay> compared = days.stream().filter(day -> day.difference() != null).toList();
    if (compared.isEmpty()) {
      return "Difference by day: no day was compared yet.";
    }
    List<String> said = new ArrayList<>();
    long equal = compared.stream().filter(day -> day.difference() == 0).count();
    List<HistoryDay> outside = compared.stream().filter(day -> !day.within()).toList();
    List<HistoryDay> within =
        compared.stream().filter(day -> day.within() && day.difference() > 0).toList();
    if (equal > 0) {
      said.add(Shown.counted(equal, "day") + " equal");
    }
    if (!within.isEmpty()) {
      double most = within.stream().mapToDouble(HistoryDay::difference).max().orElseThrow();
      said.add("%s within, at most %s".formatted(within.size(), Shown.percent(most)));
    }
    if (!outside.isEmpty()) {
      said.add("%s outside: %s".formatted(outside.size(), dated(outside)));
    }
    if (compared.size() < days.size()) {
      said.add("%s not compared".formatted(days.size() - compared.size()));
    }
    String tolerance =
        lastTolerance(days).stream()
            .mapToObj(share -> " Tolerance " + Shown.percent(share) + ".")
            .findFirst()
            .orElse("");
    return "Difference by day, %s to %s: %s.%s"
        .formatted(
            days.get(0).day(), days.get(days.size() - 1).day(), String.join("; ", said), tolerance);
  }

  /** The latest of these days with their difference. */
  private static String dated(List<HistoryDay> days) {
    int skipped = Math.max(0, days.size() - MOST_DATED);
    String latest =
        days.stream()
            .skip(skipped)
            .map(day -> day.day().format(DATE) + " " + Shown.percent(day.difference()))
            .collect(Collectors.joining(", "));
    return skipped == 0 ? latest : latest + " and " + skipped + " earlier";
  }

  private static OptionalDouble lastTolerance(List<HistoryDay> days) {
    return days.stream()
        .filter(day -> day.tolerance() != null)
        .mapToDouble(HistoryDay::tolerance)
        .reduce((first, second) -> second);
  }
}
