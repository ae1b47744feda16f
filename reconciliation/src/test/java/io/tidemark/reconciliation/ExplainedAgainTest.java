package io.tidemark.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.reconciliation.compare.Explainer;
import io.tidemark.reconciliation.plan.Cause;
import io.tidemark.reconciliation.plan.DayResult;
import io.tidemark.reconciliation.plan.KeyDifference;
import io.tidemark.reconciliation.plan.MetricResult;
import io.tidemark.reconciliation.plan.Pin;
import io.tidemark.reconciliation.publish.JobOutcome;
import io.tidemark.reconciliation.publish.JobOutcome.Status;
import io.tidemark.reconciliation.publish.Publishing;
import io.tidemark.reconciliation.publish.Publishing.Wish;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Days that are compared again after they were published, or put back: what differs then has come
 * since, and what was a difference before is none any more, or is one again.
 */
@Tag("any-zone")
class ExplainedAgainTest {
  private static final LocalDate PUBLISHED = LocalDate.parse("2026-01-01");
  private static final LocalDate UNDONE = LocalDate.parse("2026-01-02");
  private static final LocalDate BACK = LocalDate.parse("2026-01-03");
  private static final List<LocalDate> DAYS = List.of(PUBLISHED, UNDONE, BACK);
  private static final Wish ACCEPTED = new Wish(false, Optional.of("it was looked into"));

  @TempDir static Path folder;
  private static TestLake test;
  private static Publishing publishing;

  @BeforeAll
  static void liveThroughThreeDays() {
    test = new TestLake(folder, "SELECT id, u, ch, n, price, amount, source.* FROM input");
    publishing = new Publishing(test.lake, test.jobs);
    for (LocalDate day : DAYS) {
      test.day(day);
      test.row(day, "late", "u8", "c0", 7L, 1.0, 8, 200);
    }
    test.ingest();
    test.seal(TestLake.days(PUBLISHED, BACK));
    test.catchUp(test.dwd, test.hourly, test.running);
    test.batch(TestLake.days(PUBLISHED, BACK));
    test.sql("DELETE FROM dwd.e WHERE id = 'a1'");
    publish(PUBLISHED, test.dwd, test.hourly, test.running);
    publish(UNDONE, test.dwd, test.hourly);
    undo(UNDONE, test.dwd, test.hourly);
    publish(BACK, test.dwd, test.hourly);

    DAYS.forEach(ExplainedAgainTest::behindTheSeal);
    test.ingest();
    Seals.sealAgain(test.lake.load(test.ods.output()), TestLake.days(PUBLISHED, BACK));
    test.catchUp(test.dwd, test.hourly, test.running);
    test.batch(TestLake.days(PUBLISHED, BACK));
    publish(BACK, test.dwd, test.hourly);
    undo(BACK, test.dwd, test.hourly);
    test.sql("DELETE FROM dwd.e WHERE dt = DATE'%s' AND id = 'a2'".formatted(PUBLISHED));
    test.sql("DELETE FROM dws.e_1h WHERE dt = DATE'%s' AND ch IS NULL".formatted(PUBLISHED));
  }

  @Test
  void afterAPublicationOnlyWhatCameSinceDiffers() {
    assertThat(causes(PUBLISHED, test.dwd))
        .isEqualTo(
            Map.of(
                "a2", Set.of(Cause.LOST),
                "p0", Set.of(Cause.IN_FLIGHT),
                "p1", Set.of(Cause.IN_FLIGHT),
                "p2", Set.of(Cause.IN_FLIGHT)));
    // Rows that were late are in what was published, and so they are on both sides.
    assertThat(causes(PUBLISHED, test.hourly))
        .isEqualTo(
            Map.of(
                "08 c0", Set.of(Cause.IN_FLIGHT),
                "08 null", Set.of(Cause.LOST),
                "12 c5", Set.of(Cause.IN_FLIGHT)));
    assertThat(causes(PUBLISHED, test.running).values())
        .isNotEmpty()
        .allSatisfy(causes -> assertThat(causes).containsExactly(Cause.IN_FLIGHT));
  }

  @Test
  void afterAnUndoTheStreamIsExplainedAgain() {
    assertThat(causes(UNDONE, test.dwd))
        .isEqualTo(
            Map.of(
                "a1", Set.of(Cause.LOST),
                "p0", Set.of(Cause.IN_FLIGHT),
                "p1", Set.of(Cause.IN_FLIGHT),
                "p2", Set.of(Cause.IN_FLIGHT)));
    assertThat(causes(UNDONE, test.hourly))
        .isEqualTo(
            Map.of(
                "08 c0", Set.of(Cause.LATE, Cause.IN_FLIGHT),
                "12 c5", Set.of(Cause.IN_FLIGHT)));
  }

  /** The second of two publications is taken back, so the first is on main again. */
  @Test
  void afterAnUndoToAPublicationThatOneIsExplained() {
    assertThat(causes(BACK, test.dwd))
        .isEqualTo(
            Map.of(
                "p0", Set.of(Cause.IN_FLIGHT),
                "p1", Set.of(Cause.IN_FLIGHT),
                "p2", Set.of(Cause.IN_FLIGHT)));
    assertThat(causes(BACK, test.hourly))
        .isEqualTo(
            Map.of(
                "08 c0", Set.of(Cause.IN_FLIGHT),
                "12 c5", Set.of(Cause.IN_FLIGHT)));
  }

  @Test
  void aBatchThatComesMeanwhileChangesNothing() {
    LocalDate day = LocalDate.parse("2026-02-01");
    test.day(day);
    test.row(day, "late", "u8", "c0", 7L, 1.0, 8, 200);
    test.ingest();
    test.seal(TestLake.days(day, day));
    test.catchUp(test.dwd, test.hourly, test.running);
    test.batch(TestLake.days(day, day));
    test.sql("DELETE FROM dwd.e WHERE dt = DATE'%s' AND id = 'a1'".formatted(day));
    Reconciliation reconciliation = test.reconciliation();
    List<Pin> pins =
        reconciliation.pin(List.of(test.dwd, test.hourly), TestLake.days(day, day)).get(day);

    behindTheSeal(day);
    test.ingest();
    test.sealAgain(day);
    DayResult result = reconciliation.compare(day, pins);

    assertThat(causes(result))
        .isEqualTo(Map.of("a1", Set.of(Cause.LOST), "08 c0", Set.of(Cause.LATE)));
    assertThat(result.jobs().get(1).late().orElseThrow().late()).isEqualTo(1);
  }

  /** One to a key with a late row, a late one to the same, and one to a key of its own. */
  private static void behindTheSeal(LocalDate day) {
    test.row(day, "p0", "u6", "c0", 3L, 1.0, 8, 1);
    test.row(day, "p1", "u7", "c0", 4L, 1.0, 8, 300);
    test.row(day, "p2", "u7", "c5", 5L, 1.0, 12, 1);
  }

  /** Whatever differs; why it does is asked when all has happened. */
  private static void publish(LocalDate day, JobSpec... jobs) {
    Reconciliation unexplained =
        new Reconciliation(
            test.lake,
            test.jobs,
            test.tables,
            Clock.systemUTC(),
            text -> {},
            own -> Explainer.NONE);
    unexplained.record(compare(unexplained, day, jobs));
    assertThat(publishing.publish(List.of(jobs), day, ACCEPTED))
        .extracting(JobOutcome::status)
        .containsOnly(Status.DONE);
  }

  private static void undo(LocalDate day, JobSpec... jobs) {
    assertThat(publishing.undo(List.of(jobs), day))
        .extracting(JobOutcome::status)
        .containsOnly(Status.DONE);
  }

  private static DayResult compare(Reconciliation by, LocalDate day, JobSpec... jobs) {
    return by.compare(day, by.pin(List.of(jobs), TestLake.days(day, day)).get(day));
  }

  /**
   * Compares, and returns the causes of every key: of a row its id, of an hour its channel, of a
   * running day its minute.
   */
  private static Map<String, Set<Cause>> causes(LocalDate day, JobSpec... jobs) {
    return causes(compare(test.reconciliation(), day, jobs));
  }

  private static Map<String, Set<Cause>> causes(DayResult result) {
    Map<String, Set<Cause>> found = new TreeMap<>();
    for (MetricResult metric :
        result.jobs().stream().flatMap(job -> job.metrics().stream()).toList()) {
      for (KeyDifference key : metric.worst()) {
        found
            .computeIfAbsent(name(key.key()), any -> new TreeSet<>())
            .addAll(key.causes().keySet());
      }
    }
    result.jobs().forEach(job -> assertThat(job.unexplained()).isZero());
    return found;
  }

  private static String name(Map<String, String> key) {
    String start = key.getOrDefault("window_start", "");
    return key.containsKey("id")
        ? key.get("id")
        : start.isEmpty()
            ? key.toString()
            : key.containsKey("ch") ? start.substring(11, 13) + " " + key.get("ch") : start;
  }
}
