package io.tidemark.compaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tidemark.catalog.TableName;
import io.tidemark.compaction.plan.CompactionPlan;
import io.tidemark.compaction.plan.Group;
import io.tidemark.compaction.plan.LeftAlone;
import io.tidemark.compaction.plan.LeftAlone.Why;
import io.tidemark.compaction.plan.Reason;
import io.tidemark.compaction.plan.Rewrite;
import io.tidemark.compaction.plan.Scope;
import io.tidemark.compaction.record.MaintenanceRun;
import io.tidemark.compaction.record.MaintenanceRun.Kind;
import io.tidemark.compaction.record.MaintenanceStep;
import io.tidemark.compaction.record.MaintenanceStep.Done;
import io.tidemark.compaction.record.MaintenanceStep.Gained;
import io.tidemark.compaction.record.MaintenanceStep.Groups;
import io.tidemark.compaction.record.MaintenanceStep.Outcome;
import io.tidemark.compaction.record.MaintenanceStep.Planned;
import io.tidemark.compaction.run.CompactionReport;
import io.tidemark.compaction.run.MaintenanceRuns;
import io.tidemark.compaction.run.RewriteOutcome;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What compactions did, as the record has it. */
@Tag("any-zone")
class InlineRecordTest {
  private static final Instant BEGAN = Instant.parse("2026-01-31T18:00:00Z");
  private static final TableName TABLE = TableName.parse("dwd.reading_event");

  private Instant now = BEGAN;
  private final List<MaintenanceRun> written = new ArrayList<>();
  private final InlineRecord record = new InlineRecord(() -> now, written::add);

  @Test
  void aRewriteIsAStepWithWhatWasPlannedAndDone() {
    MaintenanceRun run = MaintenanceRuns.of(report(BEGAN, outcome(2, 1, 0, "beaten")));

    assertThat(run.kind()).isEqualTo(Kind.COMPACT);
    assertThat(run.began()).isEqualTo(BEGAN);
    assertThat(run.steps())
        .containsExactly(
            new MaintenanceStep(
                "dwd.reading_event",
                "dt=2026-01-30",
                "smallest files, folded",
                BEGAN,
                4,
                "90 files, from 60 on; 3 deletes",
                new Planned(3, 30, 300, 6.0),
                new Done(new Groups(2, 1, 0), 20, 1, 2, 200, 150, 7, 0, 0),
                new Gained(19, 50),
                Outcome.PARTLY,
                "beaten"));
  }

  @Test
  void whatIsDueAndLeftIsAStepOfItsTableAndWhatIsNotDueIsNone() {
    List<LeftAlone> left = new ArrayList<>();
    left.add(new LeftAlone(TABLE, "dt=2026-01-01", Why.NOT_DUE, "few files"));
    left.add(new LeftAlone(TABLE, "dt=2026-02-01", Why.HOT, "written 3 s ago"));
    IntStream.range(1, 8)
        .forEach(
            day -> left.add(new LeftAlone(TABLE, "dt=2026-01-0" + day, Why.BUDGET, "too much")));
    left.add(new LeftAlone(TABLE, "dt=2026-01-31", Why.LEASED, "sealed"));
    CompactionReport report =
        new CompactionReport(
            new CompactionPlan(List.of(rewrite()), left),
            List.of(),
            Set.of(TABLE),
            Map.of(),
            BEGAN,
            1,
            1);

    assertThat(MaintenanceRuns.of(report).steps())
        .singleElement()
        .satisfies(
            step -> {
              assertThat(step.outcome()).isEqualTo(Outcome.LEFT);
              assertThat(step.detail())
                  .isEqualTo(
                      "beyond the budget: dt=2026-01-01, dt=2026-01-02, dt=2026-01-03,"
                          + " dt=2026-01-04, dt=2026-01-05 and 2 more; leased: dt=2026-01-31; out"
                          + " of time: dt=2026-01-30");
            });
    assertThat(MaintenanceRuns.inline(List.of(report)).steps()).isEmpty();
  }

  @Test
  void filesThatSomebodyElseHasRewrittenAreNoStep() {
    assertThat(MaintenanceRuns.of(report(BEGAN, nothing(0))).steps()).isEmpty();
  }

  @Test
  void deleteFilesThatWereAllThereWasToTakeAwayAreAStep() {
    assertThat(MaintenanceRuns.of(report(BEGAN, nothing(2))).steps())
        .singleElement()
        .satisfies(
            step -> {
              assertThat(step.done().deleteFilesRemoved()).isEqualTo(2);
              assertThat(step.outcome()).isEqualTo(Outcome.DONE);
            });
  }

  @Test
  void aQuarterOfAnHourBesideStreamsIsOneRun() {
    record.add(report(now, outcome(3, 0, 0, "")));
    now = BEGAN.plusSeconds(60);
    record.add(report(now));
    record.add(report(now, outcome(1, 0, 1, "no space")));
    now = BEGAN.plus(InlineRecord.SPAN);
    assertThat(written).isEmpty();
    record.add(report(now, outcome(2, 1, 0, "")));

    assertThat(written).hasSize(1);
    assertThat(written.get(0).kind()).isEqualTo(Kind.INLINE);
    assertThat(written.get(0).seconds()).isEqualTo(15);
    assertThat(written.get(0).steps())
        .singleElement()
        .satisfies(
            step -> {
              assertThat(step.done().groups()).isEqualTo(new Groups(6, 1, 1));
              assertThat(step.planned()).isEqualTo(new Planned(9, 90, 900, 18.0));
              assertThat(step.done().filesRemoved()).isEqualTo(60);
              assertThat(step.gained()).isEqualTo(new Gained(57, 150));
              assertThat(step.seconds()).isEqualTo(12);
              assertThat(step.outcome()).as("done since").isEqualTo(Outcome.PARTLY);
              assertThat(step.detail()).isEqualTo("no space");
            });
  }

  /** Two rewrites of four seconds each within three: beside one another. */
  @Test
  void aThreadRestsNineTimesAsLongAsItPlanned() {
    CompactionReport report = report(now, outcome(1, 0, 0, ""), outcome(1, 0, 0, ""));

    assertThat(InlineThread.pauseAfter(report)).isEqualTo(Duration.ofSeconds(18));
    assertThat(InlineThread.pauseAfter(unreadable())).isEqualTo(Duration.ofSeconds(9));
  }

  @Test
  void whatFailedLastHasFailed() {
    record.add(report(now, outcome(3, 0, 0, "")));
    record.add(report(now, outcome(0, 0, 1, "no space")));
    record.close();

    assertThat(written.get(0).steps())
        .singleElement()
        .extracting(MaintenanceStep::outcome)
        .isEqualTo(Outcome.FAILED);
  }

  @Test
  void aTableThatCannotBeReadIsAStepThoughNothingElseWasDone() {
    record.add(unreadable());
    record.add(unreadable());
    record.close();

    assertThat(written.get(0).steps())
        .singleElement()
        .satisfies(
            step -> {
              assertThat(step.table()).isEqualTo(TABLE.toString());
              assertThat(step.outcome()).isEqualTo(Outcome.FAILED);
              assertThat(step.detail()).isEqualTo("it cannot be read: its metadata is gone");
            });
  }

  @Test
  void aTableThatCanBeReadAgainHasNotFailed() {
    record.add(unreadable());
    record.add(report(now));
    record.close();
    record.add(unreadable());
    record.add(report(now));
    record.add(report(now));

    assertThat(written)
        .extracting(run -> run.steps().stream().map(MaintenanceStep::outcome).toList())
        .containsExactly(List.of(Outcome.DONE), List.of(Outcome.FAILED), List.of());
    assertThat(written.get(2).looked())
        .as("by which what failed is closed")
        .containsExactly(TABLE.toString());
  }

  @Test
  void aRoundThatFailsIsAStepOfEachOfItsTables() {
    TableName other = TableName.parse("dws.reading_day");
    now = BEGAN.plusSeconds(7);
    record.failed(
        List.of(TABLE, other), BEGAN, new IllegalStateException("the catalog does not answer"));
    record.close();

    assertThat(written.get(0).seconds()).isEqualTo(7);
    assertThat(written.get(0).steps())
        .extracting(MaintenanceStep::table, MaintenanceStep::outcome)
        .containsExactly(
            tuple(TABLE.toString(), Outcome.FAILED), tuple(other.toString(), Outcome.FAILED));
    assertThat(written.get(0).steps().get(0).detail()).contains("the catalog does not answer");
  }

  private CompactionReport unreadable() {
    return new CompactionReport(
        new CompactionPlan(List.of(), List.of()),
        List.of(),
        Set.of(),
        Map.of(TABLE, "it cannot be read: its metadata is gone"),
        now,
        1,
        1);
  }

  @Test
  void whatComesBehindTheEndIsWrittenAtOnceAndNothingTwice() {
    record.close();
    assertThat(written).isEmpty();

    record.add(report(now, outcome(3, 0, 0, "")));
    record.close();

    assertThat(written).hasSize(1);
  }

  private static CompactionReport report(Instant started, RewriteOutcome... outcomes) {
    return new CompactionReport(
        new CompactionPlan(List.of(rewrite()), List.of()),
        List.of(outcomes),
        Set.of(TABLE),
        Map.of(),
        started,
        2,
        5);
  }

  private static RewriteOutcome outcome(long done, long conflicted, long failed, String detail) {
    return new RewriteOutcome(
        rewrite(), true, BEGAN, 4, done, conflicted, failed, 20, 1, 2, 200, 150, 7, detail);
  }

  private static RewriteOutcome nothing(long deleteFilesRemoved) {
    return new RewriteOutcome(
        rewrite(), false, BEGAN, 4, 0, 0, 0, 0, deleteFilesRemoved, 0, 0, 0, 0, "");
  }

  private static Rewrite rewrite() {
    return new Rewrite(
        TABLE,
        "dt=2026-01-30",
        LocalDate.parse("2026-01-30"),
        Scope.SMALLEST_FILES,
        List.of(
            new Reason(Reason.Kind.SMALL_FILES, "90 files, from 60 on"),
            new Reason(Reason.Kind.DELETES, "3 deletes")),
        IntStream.rangeClosed(1, 3)
            .mapToObj(number -> new Group(number, 10, 9, 100, 0, 2.0))
            .toList(),
        3,
        false);
  }
}
