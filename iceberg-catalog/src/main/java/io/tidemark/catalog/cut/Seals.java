package io.tidemark.catalog.cut;

import static java.util.Comparator.naturalOrder;

import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.commit.Tags;
import io.tidemark.catalog.cut.DayRanges.Range;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;

/**
 * Seals of an ODS table. A seal is an empty commit that names the days whose cut it is; whatever is
 * committed behind the first seal of a day and belongs to that day is pending. A day may be sealed
 * again, which gives it a later cut; the newest is the cut of the day. A tag keeps each sealing
 * snapshot from expiry and is how it is found again.
 */
public final class Seals {
  /**
   * The property of a commit that replaced rows of an ODS table: their days, as {@link DayRanges},
   * for which there is something to be sealed again.
   */
  public static final String REPLACED_DAYS = "tidemark.replaced-days";

  private static final String SEAL = "tidemark.seal";
  private static final String TAG_PREFIX = "seal_";
  private static final Pattern TAG =
      Pattern.compile(TAG_PREFIX + "(\\d{4}-\\d\\d-\\d\\d)_(\\d{4}-\\d\\d-\\d\\d)(?:_[1-9]\\d*)?");

  private Seals() {}

  /**
   * Seals the days of {@code range} that are not sealed yet. Doing it again changes nothing.
   *
   * @return the days that this call sealed, in ranges
   */
  public static List<Range> seal(Table ods, Range range) {
    ods.refresh();
    List<Range> sealed = new ArrayList<>();
    List<Range> open = openDays(TableState.of(ods).sealedDays(), range);
    while (!open.isEmpty()) {
      Range days = open.get(0);
      if (Commits.mark(ods, Map.of(SEAL, days.toString()), state -> withSealed(state, days))) {
        sealed.add(days);
      }
      ods.refresh();
      open = openDays(TableState.of(ods).sealedDays(), range);
    }
    tagUntagged(ods);
    return sealed;
  }

  /**
   * Gives sealed days a later cut, at which their batch takes in what was pending. Days of which
   * nothing came since their newest cut keep that one, so doing it again changes nothing.
   *
   * @return the days that got a later cut by this call, or by one that was killed before it had
   *     finished, in ranges
   * @throws IllegalArgumentException when a day was never sealed
   */
  public static List<Range> sealAgain(Table ods, Range range) {
    ods.refresh();
    List<Range> never = openDays(TableState.of(ods).sealedDays(), range);
    if (!never.isEmpty()) {
      throw new IllegalArgumentException(
          never.get(0).shown() + " of " + ods.name() + " was never sealed; seal it first");
    }
    DayRanges mended = DayRanges.EMPTY;
    for (LocalDate day : tagUntagged(ods)) {
      mended = range.contains(day) ? mended.plus(day, day) : mended;
    }
    List<Range> sealed = new ArrayList<>(mended.ranges());
    for (Range days : grown(ods, range)) {
      // A count is part of the state, so that of two who seal again at once the second one looks
      // again: it finds nothing that came since.
      boolean made =
          Commits.mark(
              ods,
              Map.of(SEAL, days.toString()),
              state -> grown(ods, days).isEmpty() ? state : state.withLaterCut());
      if (made) {
        sealed.add(days);
      }
    }
    tagUntagged(ods);
    return sealed;
  }

  /** The days of a range whose rows are others than when they were sealed last, in ranges. */
  private static List<Range> grown(Table ods, Range range) {
    DayRanges grown = DayRanges.EMPTY;
    for (LocalDate day = range.from(); !day.isAfter(range.to()); day = day.plusDays(1)) {
      if (hasGrown(ods, day)) {
        grown = grown.plus(day, day);
      }
    }
    return grown.ranges();
  }

  private static boolean hasGrown(Table ods, LocalDate day) {
    Optional<Snapshot> last =
        sealCommits(ods)
            .filter(seal -> sealedBy(seal).contains(day))
            .max(Comparator.comparing(Snapshot::sequenceNumber));
    return last.map(seal -> AppendedDays.holds(ods, seal.snapshotId(), day)).orElse(true);
  }

  /**
   * The snapshot that is the cut of a day: its rows and no later ones are the day's. Of several it
   * is the newest.
   */
  public static Optional<Long> cutOf(Table ods, LocalDate day) {
    return sealTags(ods, day)
        .max(Comparator.comparing(Snapshot::sequenceNumber))
        .map(Snapshot::snapshotId);
  }

  /**
   * The days that were sealed, or given a later cut, since an instant, each with when that was
   * last. Of a seal that is older than the history that is left nothing is said.
   */
  public static Map<LocalDate, Instant> since(Table ods, Instant from) {
    Map<LocalDate, Instant> sealed = new TreeMap<>();
    sealCommits(ods)
        .filter(seal -> seal.timestampMillis() >= from.toEpochMilli())
        .forEach(
            seal -> {
              Instant at = Instant.ofEpochMilli(seal.timestampMillis());
              Range days = sealedBy(seal);
              days.from()
                  .datesUntil(days.to().plusDays(1))
                  .forEach(day -> sealed.merge(day, at, BinaryOperator.maxBy(naturalOrder())));
            });
    return sealed;
  }

  /** Unchanged when somebody else sealed one of the days: a day has one cut, the first. */
  private static TableState withSealed(TableState state, Range range) {
    if (!openDays(state.sealedDays(), range).equals(List.of(range))) {
      return state;
    }
    DayRanges days = state.sealedDays().plus(range.from(), range.to());
    Map<String, String> properties = new TreeMap<>(state.properties());
    properties.put(TableState.SEALED_DAYS, days.toString());
    return new TableState(properties);
  }

  /** The part of a range that is not sealed, as ranges in order. */
  static List<Range> openDays(DayRanges sealed, Range range) {
    List<Range> open = new ArrayList<>();
    LocalDate from = range.from();
    for (Range done : sealed.ranges()) {
      if (done.to().isBefore(from) || done.from().isAfter(range.to())) {
        continue;
      }
      if (done.from().isAfter(from)) {
        open.add(new Range(from, done.from().minusDays(1)));
      }
      from = done.to().plusDays(1);
    }
    if (!from.isAfter(range.to())) {
      open.add(new Range(from, range.to()));
    }
    return open;
  }

  /**
   * Tags sealing commits that have none, which a crash between commit and tag leaves behind.
   *
   * @return the days whose cut they are from now on
   */
  private static Set<LocalDate> tagUntagged(Table ods) {
    Set<LocalDate> days = new TreeSet<>();
    Tags.create(
        ods,
        () -> {
          Map<String, Long> missing = untagged(ods);
          for (String tag : missing.keySet()) {
            Range sealed = sealedBy(tag);
            sealed.from().datesUntil(sealed.to().plusDays(1)).forEach(days::add);
          }
          return missing;
        });
    return days;
  }

  private static Map<String, Long> untagged(Table ods) {
    Set<Long> tagged = new HashSet<>();
    ods.refs().entrySet().stream()
        .filter(Seals::isSealTag)
        .forEach(tag -> tagged.add(tag.getValue().snapshotId()));
    Map<String, Long> missing = new LinkedHashMap<>();
    sealCommits(ods)
        .filter(seal -> !tagged.contains(seal.snapshotId()))
        .sorted(Comparator.comparing(Snapshot::sequenceNumber))
        .forEach(seal -> missing.put(freeName(ods, sealedBy(seal), missing), seal.snapshotId()));
    return missing;
  }

  /** {@code seal_FROM_TO}, with a number behind it for each later cut of the same days. */
  private static String freeName(Table ods, Range days, Map<String, Long> taken) {
    String first = TAG_PREFIX + days.from() + "_" + days.to();
    String name = first;
    for (int number = 2; ods.refs().containsKey(name) || taken.containsKey(name); number++) {
      name = first + "_" + number;
    }
    return name;
  }

  private static Stream<Snapshot> sealCommits(Table ods) {
    return StreamSupport.stream(ods.snapshots().spliterator(), false)
        .filter(snapshot -> snapshot.summary().containsKey(SEAL));
  }

  private static Range sealedBy(Snapshot seal) {
    return DayRanges.parse(seal.summary().get(SEAL)).ranges().get(0);
  }

  /** Tagged seals of a day. Tags of others, with whatever names, are theirs. */
  private static Stream<Snapshot> sealTags(Table ods, LocalDate day) {
    return ods.refs().entrySet().stream()
        .filter(Seals::isSealTag)
        .filter(tag -> sealedBy(tag.getKey()).contains(day))
        .map(tag -> ods.snapshot(tag.getValue().snapshotId()));
  }

  private static boolean isSealTag(Map.Entry<String, SnapshotRef> ref) {
    return ref.getValue().isTag() && TAG.matcher(ref.getKey()).matches();
  }

  private static Range sealedBy(String tag) {
    Matcher name = TAG.matcher(tag);
    if (!name.matches()) {
      throw new IllegalArgumentException(tag + " is no tag of a seal");
    }
    return new Range(LocalDate.parse(name.group(1)), LocalDate.parse(name.group(2)));
  }
}
