package io.tidemark.reconciliation.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.spec.ReconcilePolicy.Publish;
import io.tidemark.reconciliation.publish.Decision.Kind;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DecisionTest {
  private static final Optional<String> NOTHING = Optional.empty();
  private static final Optional<String> REASON = Optional.of("phones were late");

  @Test
  void onPassPublishesWhatIsWithin() {
    assertThat(Decision.of(Publish.ON_PASS, true, false, NOTHING)).isEqualTo(published(""));
    assertThat(Decision.of(Publish.ON_PASS, false, true, NOTHING).kind()).isEqualTo(Kind.OUTSIDE);
  }

  @Test
  void aPersonAcceptsWhatIsOutsideAndSaysWhy() {
    assertThat(Decision.of(Publish.ON_PASS, false, false, REASON))
        .isEqualTo(published("phones were late"));
  }

  @Test
  void aReasonIsKeptOnlyWhereItWasNeeded() {
    assertThat(Decision.of(Publish.ON_PASS, true, true, REASON)).isEqualTo(published(""));
    assertThat(Decision.of(Publish.ALWAYS, false, true, REASON)).isEqualTo(published(""));
  }

  @Test
  void alwaysPublishesWhatIsOutside() {
    assertThat(Decision.of(Publish.ALWAYS, false, false, NOTHING)).isEqualTo(published(""));
  }

  @Test
  void neverIsPublishedOnlyByAPersonWhoNamesTheJob() {
    assertThat(Decision.of(Publish.NEVER, true, true, NOTHING).kind()).isEqualTo(Kind.LEFT_OUT);
    assertThat(Decision.of(Publish.NEVER, true, false, REASON).kind()).isEqualTo(Kind.LEFT_OUT);
    assertThat(Decision.of(Publish.NEVER, false, true, REASON))
        .isEqualTo(published("phones were late"));
  }

  private static Decision published(String reason) {
    return new Decision(Kind.PUBLISH, reason);
  }
}
