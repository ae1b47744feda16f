package io.tidemark.reconciliation.history;

import static org.apache.spark.sql.functions.lit;

import io.tidemark.reconciliation.report.DayFacts;
import io.tidemark.reconciliation.report.HistoryFacts;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What builds of histories of users have noted of a day and those before it. */
final class TagHistories {
  /** No history holds more days. */
  private static final int MOST_DAYS = 4096;

  private static final Set<String> THERE = Set.of("built", "empty");

  private final OpsTables tables;
  private final LocalDate day;

  TagHistories(OpsTables tables, LocalDate day) {
    this.tables = tables;
    this.day = day;
  }

  /** The histories by name, but for those that nobody has built for long. */
  List<HistoryFacts> all() {
    return tables.rows("tag_day", day.minusDays(MOST_DAYS - 1L), day, lit(true)).stream()
        .collect(
            Collectors.groupingBy(
                row -> row.text("history", ""), TreeMap::new, Collectors.toList()))
        .entrySet()
        .stream()
        .filter(history -> history.getValue().stream().anyMatch(this::isRecent))
        .map(history -> facts(history.getKey(), history.getValue()))
        .toList();
  }

  private boolean isRecent(OpsRow row) {
    return row.date("dt").isAfter(day.minusDays(DayFacts.HISTORY_DAYS));
  }

  private HistoryFacts facts(String name, List<OpsRow> rows) {
    Optional<OpsRow> own = rows.stream().filter(row -> day.equals(row.date("dt"))).findFirst();
    return new HistoryFacts(
        name,
        own.map(row -> row.text("state")).orElse(null),
        rows.stream()
            .filter(TagHistories::isThere)
            .map(row -> row.date("dt"))
            .max(Comparator.naturalOrder())
            .orElse(null),
        own.map(row -> row.number("user_days", 0)).orElse(0L),
        rows.stream().mapToLong(row -> row.number("user_days", 0)).sum(),
        own.filter(row -> row.number("written_bytes") != null).map(TagHistories::sizes),
        rows.stream().filter(row -> !isThere(row)).map(row -> row.date("dt")).sorted().toList());
  }

  private static boolean isThere(OpsRow row) {
    return THERE.contains(row.text("state", ""));
  }

  private static HistoryFacts.Sizes sizes(OpsRow row) {
    return new HistoryFacts.Sizes(
        row.number("users", 0),
        row.number("block_bytes", 0),
        row.number("user_bytes", 0),
        row.number("directory_bytes", 0),
        row.number("written_bytes", 0));
  }
}
