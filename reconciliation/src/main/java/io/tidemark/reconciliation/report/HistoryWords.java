package io.tidemark.reconciliation.report;

import io.tidemark.jobs.cli.PrintedCommands;
import io.tidemark.reconciliation.plan.Commands;
import io.tidemark.reconciliation.plan.Shown;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the report says of a history of users. */
public final class HistoryWords {
  private static final int SHOWN_DAYS = 10;

  private final DayFacts day;
  private final PrintedCommands commands;

  HistoryWords(DayFacts day, PrintedCommands commands) {
    this.day = day;
    this.commands = commands;
  }

  /** Whether it has the day. */
  public String state(HistoryFacts history) {
    if (history.state() == null) {
      return history.latest() == null
          ? "was not built for the day, and holds none"
          : "was not built for the day: it ends with " + history.latest();
    }
    return switch (history.state()) {
      case "built" -> "holds the day";
      case "empty" -> "holds the day, on which nobody was active";
      case "missing" -> "lacks the day, which is not published";
      case "withdrawn" -> "lacks the day, whose publication was undone";
      default -> Texts.name(history.state());
    };
  }

  /** How many users there are. */
  public String users(HistoryFacts history) {
    String active =
        "%s%s in all"
            .formatted(
                history.hasDay()
                    ? Shown.counted(history.activeUsers(), "user") + " active on the day, "
                    : "",
                Shown.counted(history.userDays(), "user-day"));
    return history
        .sizes()
        .filter(sizes -> endsWithTheDay(history))
        .map(sizes -> active + " of " + Shown.counted(sizes.users(), "user"))
        .orElse(active);
  }

  /** Bytes by table, and what was written; nothing where nobody knows. */
  public List<Line> sizes(HistoryFacts history) {
    return history.sizes().stream()
        .flatMap(
            sizes ->
                List.of(
                    stored("blocks", sizes.blocks(), history),
                    stored("directory of users", sizes.directory(), history),
                    stored("users' rows", sizes.userPieces(), history),
                    new Line(
                        "written for the day",
                        Shown.number(sizes.written()),
                        sizes.stored() == 0
                            ? Texts.NOTHING
                            : Texts.share(round((double) sizes.written() / sizes.stored()))
                                + " of all"))
                    .stream())
        .toList();
  }

  private Line stored(String label, long bytes, HistoryFacts history) {
    return new Line(
        label,
        Shown.number(bytes),
        history.userDays() == 0 || !endsWithTheDay(history)
            ? Texts.NOTHING
            : String.format(Locale.ROOT, "%.2f a user-day", (double) bytes / history.userDays()));
  }

  /** Else its sizes are of then, and its user-days of now. */
  private boolean endsWithTheDay(HistoryFacts history) {
    return day.day().equals(history.latest());
  }

  /** Shares are good to a hundredth of a percent. */
  private static double round(double share) {
    return Math.round(share * 10_000) / 10_000.0;
  }

  /** Days that it lacks; empty when there are none. */
  public String missing(HistoryFacts history) {
    List<LocalDate> days = history.missing();
    if (days.isEmpty()) {
      return "";
    }
    return "%s missing, and sums over %s too low: %s%s. Once published, %s in with"
        .formatted(
            Shown.counted(days.size(), "day"),
            days.size() == 1 ? "it" : "them",
            days.stream()
                .limit(SHOWN_DAYS)
                .map(LocalDate::toString)
                .collect(Collectors.joining(", ")),
            days.size() > SHOWN_DAYS ? " and %d more".formatted(days.size() - SHOWN_DAYS) : "",
            days.size() == 1 ? "it comes" : "they come");
  }

  /** What brings it up to the day, once what it lacks is published; empty when it lacks nothing. */
  public String command(HistoryFacts history) {
    return history.hasDay() && history.missing().isEmpty()
        ? ""
        : commands.in(Commands.buildHistories(day.day()));
  }

  /**
   * A size.
   *
   * @param label what of
   * @param bytes how many bytes
   * @param relative what that is a part of, or how much for each user-day
   */
  public record Line(String label, String bytes, String relative) {}
}
