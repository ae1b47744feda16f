package io.tidemark.reconciliation.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.reconciliation.publish.JobOutcome.Status;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Two jobs behind a first one, one more behind the second, and one that stands alone. */
class PublishSetTest {
  private static final List<String> JOBS = List.of("a", "b", "c", "d", "alone");
  private static final Map<String, List<String>> UPSTREAM =
      Map.of("b", List.of("a"), "c", List.of("a"), "d", List.of("b", "a"));

  private final List<String> tried = new ArrayList<>();
  private final List<JobOutcome> told = new ArrayList<>();

  @Test
  void jobsArePublishedUpstreamFirst() {
    List<JobOutcome> outcomes = publish(Map.of());

    assertThat(tried).isEqualTo(JOBS);
    assertThat(told).isEqualTo(outcomes);
    assertThat(JobOutcome.exitCode(outcomes)).isEqualTo(ExitCodes.OK);
  }

  @Test
  void aFailingJobBlocksThoseBehindItAndNoOthers() {
    List<JobOutcome> outcomes = publish(Map.of("b", Status.OUTSIDE));

    assertThat(tried).containsExactly("a", "b", "c", "alone");
    assertThat(outcomes.get(3).status()).isEqualTo(Status.BLOCKED);
    assertThat(outcomes.get(3).text()).contains("b writes");
    assertThat(outcomes.get(3).next())
        .containsExactly("./tidemark publish --day 2026-01-31 --job d");
    assertThat(JobOutcome.exitCode(outcomes)).isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
  }

  @Test
  void whatIsBlockedBlocksToo() {
    List<JobOutcome> outcomes = publish(Map.of("a", Status.NOT_READY));

    assertThat(tried).containsExactly("a", "alone");
    assertThat(JobOutcome.exitCode(outcomes)).isEqualTo(ExitCodes.FAILURE);
  }

  @Test
  void whatIsLeftOutBlocksNothing() {
    List<JobOutcome> outcomes = publish(Map.of("a", Status.LEFT_OUT));

    assertThat(tried).isEqualTo(JOBS);
    assertThat(JobOutcome.exitCode(outcomes)).isEqualTo(ExitCodes.OK);
  }

  @Test
  void whatAPersonHasToDecideComesFirst() {
    List<JobOutcome> outcomes =
        publish(Map.of("b", Status.NOT_READY, "c", Status.OUTSIDE, "alone", Status.REFUSED));

    assertThat(JobOutcome.exitCode(outcomes)).isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
    assertThat(JobOutcome.exitCode(outcomes.subList(0, 2))).isEqualTo(ExitCodes.FAILURE);
  }

  @Test
  void aFailureComesBeforeWhatAPersonHasToDecide() {
    List<JobOutcome> outcomes = publish(Map.of("b", Status.FAILED, "c", Status.OUTSIDE));

    assertThat(tried).containsExactly("a", "b", "c", "alone");
    assertThat(outcomes.get(3).status()).isEqualTo(Status.BLOCKED);
    assertThat(JobOutcome.exitCode(outcomes)).isEqualTo(ExitCodes.FAILURE);
  }

  @Test
  void whatAnotherCallPublishesIsTriedAgainUnlessAPersonHasToDecideOnIt() {
    assertThat(JobOutcome.exitCode(publish(Map.of("a", Status.HELD_BACK))))
        .isEqualTo(ExitCodes.FAILURE);
    assertThat(JobOutcome.exitCode(publish(Map.of("a", Status.BEHIND_OUTSIDE))))
        .isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
  }

  @Test
  void jobsArePutBackDownstreamFirst() {
    List<JobOutcome> outcomes = undo(Map.of("d", Status.LEFT_OUT));

    assertThat(tried).containsExactly("alone", "d", "c", "b", "a");
    assertThat(told).isEqualTo(outcomes);
    assertThat(JobOutcome.exitCode(outcomes)).isEqualTo(ExitCodes.OK);
  }

  @Test
  void whatIsNotPutBackKeepsWhatItReads() {
    List<JobOutcome> outcomes = undo(Map.of("d", Status.REFUSED));

    assertThat(tried).containsExactly("alone", "d", "c");
    assertThat(outcomes)
        .extracting(JobOutcome::status)
        .containsExactly(Status.DONE, Status.REFUSED, Status.DONE, Status.BLOCKED, Status.BLOCKED);
    assertThat(outcomes.get(3).text()).contains("d reads what it writes");
    assertThat(outcomes.get(3).next())
        .containsExactly("./tidemark publish --undo 2026-01-31 --job b");
    assertThat(JobOutcome.exitCode(outcomes)).isEqualTo(ExitCodes.REFUSED);
  }

  private List<JobOutcome> publish(Map<String, Status> failing) {
    return set().publish(job -> attempt(job, failing), told::add);
  }

  private List<JobOutcome> undo(Map<String, Status> failing) {
    return set().undo(job -> attempt(job, failing), told::add);
  }

  private JobOutcome attempt(String job, Map<String, Status> failing) {
    tried.add(job);
    return JobOutcome.of(job, failing.getOrDefault(job, Status.DONE), "");
  }

  private static PublishSet<String> set() {
    return new PublishSet<>(
        LocalDate.parse("2026-01-31"),
        JOBS,
        job -> job,
        job -> UPSTREAM.getOrDefault(job, List.of()));
  }
}
