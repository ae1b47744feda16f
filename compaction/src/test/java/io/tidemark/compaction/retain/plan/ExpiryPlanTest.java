package io.tidemark.compaction.retain.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.compaction.retain.plan.ExpiryPlan.Kept;
import io.tidemark.compaction.retain.plan.TableLog.Entry;
import io.tidemark.compaction.retain.plan.TableLog.Ref;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ExpiryPlanTest {
  private static final Instant NOW = Instant.parse("2026-03-20T00:00:00Z");
  private static final Instant CUTOFF = NOW.minus(Duration.ofDays(5));
  private static final String TABLE = "dwd.click";

  private final SnapshotNeeds needs = new SnapshotNeeds();

  @Test
  void whatIsOldAndNobodyNeedsGoesAndWhatWasCurrentStays() {
    // A snapshot a day, 1 to 10; the cutoff lies between 5 and 6.
    ExpiryPlan plan = plan(line(10), main(10));

    assertThat(expired(plan)).containsExactly(1L, 2L, 3L, 4L);
    assertThat(reasons(plan).get(5L)).containsExactly("current on main when the retention begins");
    assertThat(reasons(plan).get(10L)).contains("head of branch main");
  }

  @Test
  void theHeadOfATableThatRestsStaysAlone() {
    assertThat(expired(plan(line(3), main(3)))).containsExactly(1L, 2L);
  }

  @Test
  void aStoppedReaderKeepsAllThatLiesOnItsWay() {
    needs.since(2, "job a");

    ExpiryPlan plan = plan(line(10), main(10));

    assertThat(expired(plan)).containsExactly(1L);
    assertThat(reasons(plan).get(2L)).containsExactly("job a");
    assertThat(reasons(plan).get(3L)).containsExactly("on the way of job a");
  }

  @Test
  void whoNeedsASnapshotAsItIsKeepsNoHistory() {
    needs.alone(2, "a result");

    assertThat(expired(plan(line(10), main(10)))).containsExactly(1L, 3L, 4L);
  }

  @Test
  void tagsAndBranchesKeepTheirs() {
    List<Entry> log = new ArrayList<>(line(10));
    log.add(new Entry(21, 2L, NOW.minus(Duration.ofDays(9)), true));

    ExpiryPlan plan =
        ExpiryPlan.of(
            TABLE,
            new TableLog(
                log, List.of(main(10), new Ref("seal_x", 3, false), new Ref("offline", 21, true))),
            needs,
            CUTOFF);

    assertThat(expired(plan)).containsExactly(1L, 2L, 4L);
    assertThat(reasons(plan).get(3L)).containsExactly("tag seal_x");
    assertThat(reasons(plan).get(21L)).contains("head of branch offline");
  }

  @Test
  void aSnapshotOfNoBranchGoesWhenItIsOld() {
    List<Entry> log = new ArrayList<>(line(10));
    log.add(new Entry(30, 2L, NOW.minus(Duration.ofDays(8)), true));
    log.add(new Entry(31, 2L, NOW.minus(Duration.ofHours(1)), true));

    assertThat(expired(plan(log, main(10)))).contains(30L).doesNotContain(31L);
  }

  @Test
  void whatIsLeftOfABranchBeginsWithAMarker() {
    List<Entry> log = line(10, 3);

    ExpiryPlan plan = plan(log, main(10));

    assertThat(expired(plan)).containsExactly(1L, 2L);
    assertThat(reasons(plan).get(3L))
        .containsExactly("carries the markers of what is left of main");
    assertThat(reasons(plan).get(4L)).containsExactly("history of main");
  }

  @Test
  void whereNoMarkerIsLeftBelowAllStays() {
    assertThat(expired(plan(line(10, 9), main(10)))).isEmpty();
  }

  @Test
  void whatIsNotKnownKeepsTheTable() {
    needs.whole(TABLE, "job b has read nothing yet");
    assertThat(expired(plan(line(10), main(10)))).isEmpty();

    SnapshotNeeds ofAnother = new SnapshotNeeds();
    ofAnother.whole("dwd.other", "job b has read nothing yet");
    assertThat(expired(ExpiryPlan.of(TABLE, log(line(10), main(10)), ofAnother, CUTOFF)))
        .hasSize(4);
  }

  @Test
  void whatNobodyUnderstandsKeepsEverything() {
    needs.everything("a marker cannot be read");

    ExpiryPlan plan = plan(line(10), main(10));

    assertThat(expired(plan)).isEmpty();
    assertThat(reasons(plan).get(1L)).containsExactly("a marker cannot be read");
  }

  @Test
  void clocksThatAreApartLoseNothing() {
    List<Entry> log = new ArrayList<>(line(10));
    // The second was committed by a machine whose clock goes ahead by weeks.
    log.set(1, new Entry(2, 1L, NOW.plus(Duration.ofDays(20)), true));

    assertThat(expired(plan(log, main(10)))).containsExactly(1L);
  }

  /** Whatever a history looks like and whoever needs what: no gap, nothing needed goes. */
  @Test
  void nothingThatIsNeededGoesWhateverTheHistory() {
    Random random = new Random(20261122);
    for (int round = 0; round < 2_000; round++) {
      List<Entry> log = new ArrayList<>();
      int count = 1 + random.nextInt(30);
      for (long id = 1; id <= count; id++) {
        Long parent =
            id == 1 || random.nextInt(12) == 0 ? null : 1 + (long) random.nextInt((int) id - 1);
        if (parent != null && random.nextInt(4) > 0) {
          parent = id - 1;
        }
        log.add(
            new Entry(
                id,
                parent,
                NOW.minus(Duration.ofHours(random.nextInt(400))),
                random.nextInt(3) > 0));
      }
      SnapshotNeeds some = new SnapshotNeeds();
      Set<Long> alone = some(random, count);
      Set<Long> since = some(random, count);
      alone.forEach(id -> some.alone(id, "alone"));
      since.forEach(id -> some.since(id, "since"));
      List<Ref> refs =
          List.of(
              main(count),
              new Ref("offline", 1 + random.nextInt(count), true),
              new Ref("tag", 1 + random.nextInt(count), false));
      TableLog table = new TableLog(log, refs);

      ExpiryPlan plan = ExpiryPlan.of(TABLE, table, some, CUTOFF);

      Set<Long> gone = new HashSet<>(expired(plan));
      String what = "round %d: %s, alone %s, since %s".formatted(round, table, alone, since);
      assertThat(Collections.disjoint(gone, alone)).as(what).isTrue();
      assertThat(Collections.disjoint(gone, since)).as(what).isTrue();
      assertThat(gone).as(what).doesNotContain((long) count, refs.get(1).snapshot());
      assertThat(gone).as(what).doesNotContain(refs.get(2).snapshot());
      for (Ref ref : refs.subList(0, 2)) {
        List<Entry> line = table.line(ref);
        int left = (int) line.stream().takeWhile(entry -> !gone.contains(entry.id())).count();
        for (int i = 0; i < line.size(); i++) {
          if (since.contains(line.get(i).id()) || !line.get(i).at().isBefore(CUTOFF)) {
            assertThat(i).as(what).isLessThan(left);
          }
        }
        if (left < line.size() && line.stream().anyMatch(Entry::carriesState)) {
          assertThat(line.subList(0, left)).as(what).anyMatch(Entry::carriesState);
        }
      }
      assertThat(plan.kept()).as(what).allMatch(kept -> !kept.reasons().isEmpty());
      assertThat(plan.kept().size() + gone.size()).as(what).isEqualTo(count);
    }
  }

  private static Set<Long> some(Random random, int count) {
    return LongStream.range(0, random.nextInt(3))
        .map(i -> 1 + random.nextInt(count))
        .boxed()
        .collect(Collectors.toSet());
  }

  private ExpiryPlan plan(List<Entry> log, Ref head) {
    return ExpiryPlan.of(TABLE, log(log, head), needs, CUTOFF);
  }

  private static TableLog log(List<Entry> log, Ref head) {
    return new TableLog(log, List.of(head));
  }

  private static Ref main(long head) {
    return new Ref("main", head, true);
  }

  /** A snapshot a day, the last of this moment; all carry the markers. */
  private static List<Entry> line(int count) {
    return line(count, LongStream.rangeClosed(1, count).toArray());
  }

  private static List<Entry> line(int count, long... carriers) {
    Set<Long> carrying = LongStream.of(carriers).boxed().collect(Collectors.toSet());
    List<Entry> line = new ArrayList<>();
    for (long id = 1; id <= count; id++) {
      // The newest of ten days is half a day old, so that no snapshot lies on the cutoff; shorter
      // lines are old.
      Duration age = Duration.ofHours(12).plusDays(10 - id);
      line.add(new Entry(id, id == 1 ? null : id - 1, NOW.minus(age), carrying.contains(id)));
    }
    return line;
  }

  private static List<Long> expired(ExpiryPlan plan) {
    return plan.expired().stream().map(Entry::id).toList();
  }

  private static Map<Long, List<String>> reasons(ExpiryPlan plan) {
    return plan.kept().stream().collect(Collectors.toMap(kept -> kept.entry().id(), Kept::reasons));
  }
}
