package io.tidemark.tags.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.tags.plan.BuildPlan.Mode;
import io.tidemark.tags.plan.SimulatedHistory.Published;
import io.tidemark.tags.plan.SimulatedHistory.Values;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However days come, the history is that of the published ones, and that of a rebuild. */
class BuildPlanTest {
  private static final LocalDate FIRST = LocalDate.of(2023, 11, 20);
  private static final int USERS = 60;

  private final long seed = Long.getLong("tidemark.seed", new Random().nextLong());
  private final Random random = new Random(seed);
  private final Published published = new Published();
  private long publications;
  private LocalDate built;

  @ParameterizedTest
  @CsvSource({"40, 4, 16, 8", "40, 1, 16, 4", "20, 8, 8, 64", "9, 4, 32, 8", "1, 1, 1, 1"})
  void aHistoryIsThatOfThePublishedDays(int days, int week, int epoch, int users) {
    SimulatedHistory history = new SimulatedHistory(days, week, epoch, users);
    long patches = 0;
    for (int step = 0; step < 150; step++) {
      LocalDate day = FIRST.plusDays(step);
      change(day, days);
      if (random.nextInt(8) > 0) {
        LocalDate asked = random.nextInt(4) == 0 ? day.minusDays(random.nextInt(days)) : day;
        if (published.rows().headMap(asked.plusDays(1)).isEmpty()) {
          continue;
        }
        Mode mode = random.nextInt(30) == 0 ? Mode.BUCKET : Mode.DAY;
        LocalDate latest = build(history, asked, mode);
        built = latest;
        String what = "seed %d, step %d".formatted(seed, step);
        assertThat(history.read()).as(what).isEqualTo(expected(latest, days));
        assertThat(history.isAsPlanned()).as(what).isTrue();
        assertThat(history.build(published, latest, Mode.DAY, 0).isEmpty()).as(what).isTrue();
        SimulatedHistory rebuilt = new SimulatedHistory(days, week, epoch, users);
        rebuilt.build(published, latest, Mode.ALL, 0);
        assertThat(rebuilt.read()).as(what).isEqualTo(history.read());
        patches += history.patches();
      }
    }
    assertThat(patches > 0).isEqualTo(week > 1 || epoch > 1);
  }

  private LocalDate build(SimulatedHistory history, LocalDate asked, Mode mode) {
    try {
      return history.build(published, asked, mode, random.nextInt(4)).latest();
    } catch (BuildRefusedException beforeTheWindow) {
      return history.build(published, FIRST.plusDays(1000), mode, 0).latest();
    }
  }

  /** What has come to the published days since the step before. */
  private void change(LocalDate day, int window) {
    if (random.nextInt(10) > 0) {
      publish(day, random.nextInt(12) == 0 ? 0 : 1 + random.nextInt(USERS));
    }
    for (int i = random.nextInt(4); i > 1; i--) {
      LocalDate other = day.minusDays(random.nextInt(window + 2));
      if (published.rows().containsKey(other)) {
        correct(other);
      } else if (!other.isBefore(FIRST)) {
        publish(other, 5);
      }
    }
    LocalDate other = day.minusDays(1 + random.nextInt(window));
    if (random.nextInt(25) == 0 && published.rows().size() > 1 && !other.equals(built)) {
      published.rows().remove(other);
    }
  }

  private void publish(LocalDate day, int users) {
    SortedMap<Integer, Values> rows = new TreeMap<>();
    for (int i = 0; i < users; i++) {
      rows.put(random.nextInt(USERS), values());
    }
    published.rows().put(day, rows);
    published.publication().put(day, ++publications);
  }

  private void correct(LocalDate day) {
    SortedMap<Integer, Values> rows = new TreeMap<>(published.rows().get(day));
    for (int i = random.nextInt(4); i > 0; i--) {
      rows.remove(random.nextInt(USERS));
      rows.put(random.nextInt(USERS), values());
    }
    published.rows().put(day, rows);
    published.publication().put(day, ++publications);
  }

  private Values values() {
    return new Values(
        random.nextInt(5) == 0 ? null : random.nextLong() >> random.nextInt(64),
        random.nextInt(5) == 0 ? null : BigDecimal.valueOf(random.nextLong(), 2),
        random.nextInt(5) == 0 ? null : random.nextInt(3) == 0 ? -0.0 : random.nextDouble());
  }

  private SortedMap<LocalDate, SortedMap<Integer, Values>> expected(LocalDate latest, int days) {
    SortedMap<LocalDate, SortedMap<Integer, Values>> expected =
        new TreeMap<>(published.rows().subMap(latest.minusDays(days - 1L), latest.plusDays(1)));
    expected.values().removeIf(SortedMap::isEmpty);
    return expected;
  }

  @Test
  void missingDaysAreToldAndAreNotZero() {
    SimulatedHistory history = new SimulatedHistory(40, 4, 16, 8);
    publish(FIRST, 10);
    publish(FIRST.plusDays(3), 10);

    BuildPlan plan = history.build(published, FIRST.plusDays(4), Mode.DAY, 0);

    assertThat(plan.latest()).isEqualTo(FIRST.plusDays(3));
    assertThat(plan.missing())
        .containsExactly(FIRST.plusDays(1), FIRST.plusDays(2), FIRST.plusDays(4));
    publish(FIRST.plusDays(1), 10);
    plan = history.build(published, FIRST.plusDays(3), Mode.DAY, 0);
    assertThat(plan.read()).containsExactly(FIRST.plusDays(1));
    assertThat(plan.missing()).containsExactly(FIRST.plusDays(2));
    published.rows().remove(FIRST);
    plan = history.build(published, FIRST.plusDays(3), Mode.DAY, 0);
    assertThat(plan.withdrawn()).containsExactly(FIRST);
    assertThat(history.read().keySet()).containsExactly(FIRST.plusDays(1), FIRST.plusDays(3));
  }

  @Test
  void whatLiesBeforeTheWindowIsRefused() {
    SimulatedHistory history = new SimulatedHistory(7, 4, 16, 8);
    publish(FIRST, 10);
    publish(FIRST.plusDays(7), 10);
    history.build(published, FIRST.plusDays(7), Mode.DAY, 0);

    assertThatThrownBy(() -> history.build(published, FIRST, Mode.DAY, 0))
        .isInstanceOf(BuildRefusedException.class)
        .hasMessage(
            "2023-11-20 lies before the 7 days of history reading, which begin with 2023-11-21");
    assertThat(new SimulatedHistory(7, 4, 16, 8).build(new Published(), FIRST, Mode.DAY, 0))
        .extracting(BuildPlan::latest, BuildPlan::missing)
        .containsExactly(null, new TreeSet<>(Set.of(FIRST)));
  }
}
