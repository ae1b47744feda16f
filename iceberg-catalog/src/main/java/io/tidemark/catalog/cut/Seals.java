package io.tidemark.catalog.cut;

import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.DayRanges.Range;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;

/**
 * Seals of an ODS table. A seal is an empty commit that names the days whose cut it is; whatever is
 * committed behind it and belongs to one of those days is pending. A tag keeps the sealing snapshot
 * from expiry and is how it is found again.
 */
public final class Seals {
  private static final String SEAL = "tidemark.seal";
  private static final String TAG_PREFIX = "seal_";
  private static final Pattern TAG =
      Pattern.compile(TAG_PREFIX + "(\\d{4}-\\d\\d-\\d\\d)_(\\d{4}-\\d\\d-\\d\\d)");
  private static final int MAX_ATTEMPTS = 50;

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

  /** The snapshot that is the cut of a day: its rows and no later ones are the day's. */
  public static Optional<Long> cutOf(Table ods, LocalDate day) {
    return sealTags(ods).entrySet().stream()
        .filter(tag -> tag.getKey().contains(day))
        .map(Map.Entry::getValue)
        .findFirst();
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

  /** Tags sealing commits that have none, which a crash between commit and tag leaves behind. */
  private static void tagUntagged(Table ods) {
    ods.refresh();
    Map<Range, Long> tagged = sealTags(ods);
    for (Snapshot snapshot : ods.snapshots()) {
      String days = snapshot.summary().get(SEAL);
      if (days != null && !tagged.containsKey(parse(days))) {
        Range range = parse(days);
        tag(ods, TAG_PREFIX + range.from() + "_" + range.to(), snapshot.snapshotId());
      }
    }
    ods.refresh();
  }

  /** Iceberg gives up on a tag when any other commit comes in between, a stream's for example. */
  private static void tag(Table ods, String name, long snapshotId) {
    for (int attempt = 1; ods.refs().get(name) == null; attempt++) {
      try {
        ods.manageSnapshots().createTag(name, snapshotId).commit();
      } catch (CommitFailedException | ValidationException | IllegalArgumentException e) {
        if (attempt == MAX_ATTEMPTS) {
          throw e;
        }
      }
      ods.refresh();
    }
  }

  /** Tags of others, with whatever names, are theirs. */
  private static Map<Range, Long> sealTags(Table ods) {
    Map<Range, Long> tags = new TreeMap<>(Comparator.comparing(Range::from));
    for (Map.Entry<String, SnapshotRef> ref : ods.refs().entrySet()) {
      Matcher name = TAG.matcher(ref.getKey());
      if (ref.getValue().isTag() && name.matches()) {
        tags.put(
            new Range(LocalDate.parse(name.group(1)), LocalDate.parse(name.group(2))),
            ref.getValue().snapshotId());
      }
    }
    return tags;
  }

  private static Range parse(String text) {
    return DayRanges.parse(text).ranges().get(0);
  }
}
