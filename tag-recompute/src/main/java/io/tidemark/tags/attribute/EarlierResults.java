package io.tidemark.tags.attribute;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.tags.attribute.Attribution.Question;
import io.tidemark.tags.attribute.ServingTable.Served;
import io.tidemark.tags.attribute.plan.Basis;
import io.tidemark.tags.attribute.plan.HistoryDays;
import io.tidemark.tags.attribute.plan.RecomputeRecord;
import io.tidemark.tags.attribute.plan.RunCost;
import io.tidemark.tags.attribute.plan.StaleDays;
import io.tidemark.tags.kernel.Window;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * Results that are there and can be brought forward, and what has changed since.
 *
 * @param served by set, the result
 * @param tags the tags that all of them were made by
 * @param sameTags whether these are the tags of now
 * @param window the days that are wanted
 * @param days what is known of the history's days
 * @param stale the days of which nothing can be kept
 */
record EarlierResults(
    List<Served> served,
    TagRows tags,
    boolean sameTags,
    Window window,
    HistoryDays days,
    StaleDays stale) {
  /**
   * What came of looking for them.
   *
   * @param results the results; nothing when they cannot be brought forward
   * @param obstacle why not, else empty
   */
  record Search(Optional<EarlierResults> results, String obstacle) {
    private static Search without(String obstacle) {
      return new Search(Optional.empty(), obstacle);
    }
  }

  /**
   * Looks for results.
   *
   * @param days what is known of the history's days
   * @param now the tags of now
   * @param serving by set, where its result is
   * @param wanted by set, what is wanted
   */
  static Search find(
      Lakehouse lake,
      PinnedHistory history,
      HistoryDays days,
      TagRows now,
      Question question,
      List<ServingTable> serving,
      List<RecomputeRecord> wanted) {
    List<Optional<Served>> there = serving.stream().map(ServingTable::served).toList();
    Window window = question.cells().window();
    Optional<String> obstacle =
        Basis.obstacle(
            there.stream().map(each -> each.map(Served::record)).toList(),
            wanted,
            history.build().anew(),
            window);
    if (obstacle.isPresent()) {
      return Search.without(obstacle.get());
    }
    if (days.hasLaterOnes()) {
      return Search.without("another build has ended meanwhile");
    }
    RecomputeRecord before = there.get(0).orElseThrow().record();
    TagRows then;
    try {
      then = TagRows.of(lake, history.spec(), before);
    } catch (TagsRefusedException e) {
      return Search.without(e.getMessage());
    }
    StaleDays stale =
        StaleDays.of(
            window,
            Math.toIntExact(before.date().toEpochDay()),
            days.correctedSince(before.build()),
            question.cells().measures());
    boolean same = now.snapshot() == then.snapshot() && now.day().equals(then.day());
    return new Search(
        Optional.of(
            new EarlierResults(
                there.stream().map(Optional::orElseThrow).toList(),
                then,
                same,
                window,
                days,
                stale)),
        "");
  }

  /** What a set's result says of itself. */
  RecomputeRecord before(int set) {
    return served.get(set).record();
  }

  /** The last day of the oldest of the full results that they come from. */
  LocalDate lastFull() {
    return served.stream()
        .map(each -> LocalDate.parse(each.record().full()))
        .min(LocalDate::compareTo)
        .orElseThrow();
  }

  /**
   * What there is to do to bring them forward.
   *
   * @param changed share of the users whose groups are others
   * @param reader of the history's blocks
   * @param cores tasks that run at once
   */
  RunCost.Work work(double changed, BlockReader reader, int cores) {
    double toRead =
        sameTags
            ? (double) reader.bytes(stale::needs) / Math.max(1, reader.bytes(piece -> true))
            : 1;
    return new RunCost.Work(
        days.userDays(window, day -> true),
        days.userDays(window, stale::needs),
        toRead,
        changed,
        served.stream().mapToLong(each -> each.record().rows()).sum(),
        sameTags,
        cores);
  }
}
