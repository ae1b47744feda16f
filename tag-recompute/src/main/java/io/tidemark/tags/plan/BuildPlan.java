package io.tidemark.tags.plan;

import io.tidemark.tags.history.Piece;
import io.tidemark.tags.spec.HistorySpec;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;

/**
 * What a build is to do. A history holds the published days of its window, whose last day is the
 * newest published one that was asked for: so whatever was published, republished or taken back
 * since the last build comes in or goes with this one. It does not become shorter again when the
 * newest day is taken back.
 *
 * @param latest the latest day of the history afterwards; {@code null} when there is none
 * @param windowStart the first day that counts; {@code null} likewise
 * @param read published days that are read for all buckets
 * @param readInPart published days that are read for the one bucket that is made anew
 * @param missing days of the window, from the first known one on, that are not published
 * @param withdrawn those of them that were in the history, and go
 * @param buckets what becomes of the buckets that do not stay as they are
 */
public record BuildPlan(
    LocalDate latest,
    LocalDate windowStart,
    SortedSet<LocalDate> read,
    SortedSet<LocalDate> readInPart,
    SortedSet<LocalDate> missing,
    SortedSet<LocalDate> withdrawn,
    SortedMap<Integer, BucketPlan> buckets) {
  /** How a history is built. */
  public enum Mode {
    /** A day comes in, and whatever was corrected since the last build. */
    DAY,
    /** Likewise, and one bucket is made anew. */
    BUCKET,
    /** All is made anew. */
    ALL
  }

  /**
   * What is wanted.
   *
   * @param mode how
   * @param day the day
   * @param bucket the bucket that is made anew, in that mode
   */
  public record Request(Mode mode, LocalDate day, OptionalInt bucket) {
    private boolean isAnew(int each) {
      return mode == Mode.ALL || bucket.isPresent() && bucket.getAsInt() == each;
    }
  }

  /**
   * What is known.
   *
   * @param latest the latest day of the history; {@code null} before the first build
   * @param states what is known of its days; nothing where all is made anew
   * @param published the days that all inputs have published, with the publication of each input
   */
  public record Known(
      LocalDate latest,
      SortedMap<LocalDate, DayState> states,
      SortedMap<LocalDate, Map<String, Long>> published) {}

  /**
   * Plans a build.
   *
   * @param existing by bucket, the pieces and patches that have files
   * @throws BuildRefusedException when the day lies before the window
   */
  public static BuildPlan of(
      HistorySpec spec, Request request, Known known, IntFunction<Collection<Piece>> existing) {
    LocalDate latest = latest(request, known);
    if (latest == null) {
      SortedSet<LocalDate> asked = new TreeSet<>(Set.of(request.day()));
      return new BuildPlan(
          null, null, none(), none(), asked, none(), new TreeMap<Integer, BucketPlan>());
    }
    LocalDate windowStart = latest.minusDays(spec.days() - 1L);
    if (request.day().isBefore(windowStart)) {
      throw new BuildRefusedException(
          "%s lies before the %d days of history %s, which begin with %s"
              .formatted(request.day(), spec.days(), spec.name(), windowStart));
    }
    Days days = new Days(request, known, latest, windowStart);
    Set<Integer> changed = numbers(days.changed);
    Set<Integer> all = numbers(days.all);
    BucketPlanner planner = new BucketPlanner(spec.pieces(), number(latest));
    SortedMap<Integer, BucketPlan> buckets = new TreeMap<>();
    for (int bucket = 0; bucket < spec.layout().buckets(); bucket++) {
      Collection<Piece> there = existing.apply(bucket);
      BucketPlan plan =
          request.isAnew(bucket)
              ? planner.anew(bucket, there, all)
              : planner.plan(bucket, there, changed);
      if (!plan.isEmpty()) {
        buckets.put(bucket, plan);
      }
    }
    return days.plan(request, latest, windowStart, buckets);
  }

  /** Whether nothing comes, goes or moves. */
  public boolean isEmpty() {
    return read.isEmpty() && withdrawn.isEmpty() && buckets.isEmpty();
  }

  /** The newest day that is in the history or published, up to the one asked for. */
  private static LocalDate latest(Request request, Known known) {
    LocalDate before = known.latest();
    if (before != null && request.mode() == Mode.ALL && before.isAfter(request.day())) {
      before = null;
    }
    SortedMap<LocalDate, Map<String, Long>> published =
        known.published().headMap(request.day().plusDays(1));
    LocalDate newest = published.isEmpty() ? null : published.lastKey();
    return before == null || newest != null && newest.isAfter(before) ? newest : before;
  }

  private static SortedSet<LocalDate> none() {
    return new TreeSet<>();
  }

  private static int number(LocalDate day) {
    return Math.toIntExact(day.toEpochDay());
  }

  private static Set<Integer> numbers(Set<LocalDate> days) {
    Set<Integer> numbers = new HashSet<>();
    days.forEach(day -> numbers.add(number(day)));
    return Set.copyOf(numbers);
  }

  /** The days of the window, by what is to be done with them. */
  private static final class Days {
    private final SortedSet<LocalDate> all = none();
    private final SortedSet<LocalDate> changed = none();
    private final SortedSet<LocalDate> missing = none();
    private final SortedSet<LocalDate> withdrawn = none();

    Days(Request request, Known known, LocalDate latest, LocalDate windowStart) {
      SortedMap<LocalDate, DayState> states = known.states();
      LocalDate last = request.day().isAfter(latest) ? request.day() : latest;
      for (LocalDate day = first(states, known, windowStart);
          !day.isAfter(last);
          day = day.plusDays(1)) {
        Map<String, Long> inputs = known.published().get(day);
        DayState state = states.get(day);
        boolean isThere = state != null && state.isRead();
        if (inputs != null) {
          all.add(day);
        } else {
          missing.add(day);
        }
        if (inputs == null ? isThere : !isThere || !state.inputs().equals(inputs)) {
          changed.add(day);
        }
        if (inputs == null && isThere) {
          withdrawn.add(day);
        }
      }
    }

    private static LocalDate first(
        SortedMap<LocalDate, DayState> states, Known known, LocalDate windowStart) {
      LocalDate first = known.published().isEmpty() ? windowStart : known.published().firstKey();
      if (!states.isEmpty() && (known.published().isEmpty() || states.firstKey().isBefore(first))) {
        first = states.firstKey();
      }
      return first.isBefore(windowStart) ? windowStart : first;
    }

    BuildPlan plan(
        Request request,
        LocalDate latest,
        LocalDate windowStart,
        SortedMap<Integer, BucketPlan> buckets) {
      SortedSet<LocalDate> read = new TreeSet<>(request.mode() == Mode.ALL ? all : changed);
      read.removeAll(withdrawn);
      SortedSet<LocalDate> part = none();
      if (request.mode() == Mode.BUCKET) {
        part.addAll(all);
        part.removeAll(read);
      }
      return new BuildPlan(latest, windowStart, read, part, missing, withdrawn, buckets);
    }
  }
}
