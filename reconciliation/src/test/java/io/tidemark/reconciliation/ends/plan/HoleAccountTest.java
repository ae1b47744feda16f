package io.tidemark.reconciliation.ends.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.reconciliation.ends.plan.HoleAccount.Verdict;
import io.tidemark.reconciliation.ends.plan.ReadSteps.Step;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HoleAccountTest {
  /** Offsets 0-9 with 8 messages, of which one was ignored; 10-19 with 10 messages. */
  private static final List<Step> STEPS =
      List.of(
          new Step(Map.of(0, new OffsetRange(0, 10)), 8, 1),
          new Step(Map.of(0, new OffsetRange(10, 20)), 10, 0));

  private final HoleAccount account =
      new HoleAccount(ReadSteps.of(List.of(STEPS)), (partition, range) -> List.of(range));

  @Test
  void whatTheMicroBatchesCountedAddsUp() {
    account.hole(0, new OffsetRange(2, 4));
    account.hole(0, new OffsetRange(7, 8));

    Verdict verdict = account.verdict();

    assertThat(verdict.lost()).isZero();
    assertThat(verdict.ignored()).isEqualTo(1);
    assertThat(verdict.noMessage()).isEqualTo(2);
    assertThat(verdict.untold()).isZero();
  }

  @Test
  void aLostMessageThatKafkaHasNoMoreIsFoundByWhatWasCounted() {
    account.hole(0, new OffsetRange(2, 4));
    account.hole(0, new OffsetRange(7, 8));
    account.hole(0, new OffsetRange(15, 16));
    account.asked(0, new OffsetRange(15, 16)); // compaction has removed it since

    Verdict verdict = account.verdict();

    assertThat(verdict.lost()).isEqualTo(1);
    assertThat(verdict.exactly().offsets()).isZero();
    assertThat(verdict.among().of("t")).isEqualTo("t-0 [15]");
  }

  /** The reader passed over it: no micro-batch counted it, so only Kafka can tell. */
  @Test
  void aLostMessageThatWasNeverCountedIsFoundByKafka() {
    account.hole(0, new OffsetRange(2, 4));
    account.hole(0, new OffsetRange(7, 8));
    account.asked(0, new OffsetRange(2, 4));
    account.found(0, 3, false);

    Verdict verdict = account.verdict();

    assertThat(verdict.lost()).isEqualTo(1);
    assertThat(verdict.exactly().of("t")).isEqualTo("t-0 [3]");
    assertThat(verdict.among().offsets()).isZero();
  }

  @Test
  void withoutAnyWitnessItIsSaidThatItCannotBeTold() {
    account.hole(0, new OffsetRange(18, 25));
    account.asked(0, new OffsetRange(22, 25));
    account.found(0, 22, true);
    account.found(0, 24, false);

    Verdict verdict = account.verdict();

    assertThat(verdict.lost()).as("18 and 19 were counted, 24 is in Kafka").isEqualTo(3);
    assertThat(verdict.ignored()).isEqualTo(1);
    assertThat(verdict.noMessage()).isEqualTo(1);
    assertThat(verdict.untold()).isEqualTo(2);
  }

  @Test
  void skippedOffsetsAreNotMissed() {
    HoleAccount moved =
        new HoleAccount(
            ReadSteps.of(List.of(STEPS)),
            (partition, range) -> List.of(new OffsetRange(range.from(), range.from() + 1)));
    moved.hole(0, new OffsetRange(20, 30));

    assertThat(moved.verdict().passedOver()).isEqualTo(9);
    assertThat(moved.verdict().untold()).isEqualTo(1);
  }

  @Test
  void ofASplitOnlyStepsThatAllJobsMadeTell() {
    Step both = new Step(Map.of(0, new OffsetRange(0, 5)), 2, 0);
    ReadSteps steps =
        ReadSteps.of(
            List.of(
                List.of(both, new Step(Map.of(0, new OffsetRange(5, 9)), 4, 0)),
                List.of(both, new Step(Map.of(0, new OffsetRange(5, 7)), 0, 0))));
    HoleAccount split = new HoleAccount(steps, (partition, range) -> List.of(range));
    split.hole(0, new OffsetRange(4, 6));

    assertThat(split.verdict().noMessage()).isEqualTo(1);
    assertThat(split.verdict().untold()).isEqualTo(1);
  }
}
