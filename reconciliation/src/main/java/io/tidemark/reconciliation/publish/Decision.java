package io.tidemark.reconciliation.publish;

import io.tidemark.jobs.spec.ReconcilePolicy;
import java.util.Optional;

/**
 * What a job's policy makes of a compared day.
 *
 * @param kind what is to be done
 * @param reason why a person accepted what the policy does not publish by itself; empty where that
 *     was not needed
 */
record Decision(Kind kind, String reason) {
  /** What is to be done with a day. */
  enum Kind {
    PUBLISH,
    /** The policy leaves it to a person, and that is no failure. */
    LEFT_OUT,
    /** It differs by more than is tolerated. */
    OUTSIDE
  }

  /**
   * Decides.
   *
   * @param within whether every metric is within its tolerance
   * @param named whether a person named the job
   * @param accepted what {@code --accept} says
   */
  static Decision of(
      ReconcilePolicy.Publish policy, boolean within, boolean named, Optional<String> accepted) {
    return switch (policy) {
      case ALWAYS -> new Decision(Kind.PUBLISH, "");
      case ON_PASS -> within ? new Decision(Kind.PUBLISH, "") : unless(Kind.OUTSIDE, accepted);
      case NEVER -> unless(Kind.LEFT_OUT, accepted.filter(reason -> named));
    };
  }

  private static Decision unless(Kind otherwise, Optional<String> accepted) {
    return accepted
        .map(reason -> new Decision(Kind.PUBLISH, reason))
        .orElseGet(() -> new Decision(otherwise, ""));
  }
}
