package io.tidemark.compaction.plan;

import io.tidemark.compaction.health.PartitionHealth;
import io.tidemark.compaction.spec.CompactionPolicy.Hot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Whether a writer is about to touch a partition, by when writers touched it before. */
final class HotCheck {
  private final Hot rule;
  private final Instant now;

  HotCheck(Hot rule, Instant now) {
    this.rule = rule;
    this.now = now;
  }

  /**
   * Why a partition is hot; nothing when it is not.
   *
   * @param rewrite how long its rewrite is expected to take
   */
  Optional<String> reason(PartitionHealth partition, Duration rewrite) {
    Duration quiet = Duration.between(partition.lastWrite(), now);
    String last = "last written " + Spans.text(quiet) + " ago";
    if (quiet.compareTo(rule.quiet()) < 0) {
      return Optional.of("%s (hot for %s)".formatted(last, Spans.text(rule.quiet())));
    }
    if (quiet.compareTo(rewrite) < 0) {
      return Optional.of(
          "%s, less than the %s that its rewrite takes".formatted(last, Spans.text(rewrite)));
    }
    return returning(partition.writes(), quiet, quiet.plus(rewrite))
        .map(
            distance ->
                "%s, and writes have come %s apart: one is expected before its rewrite is through"
                    .formatted(last, Spans.text(distance)));
  }

  /** A distance between two writes that, come again, would put one into a span from now. */
  private static Optional<Duration> returning(
      List<Instant> newestFirst, Duration from, Duration to) {
    for (int i = 1; i < newestFirst.size(); i++) {
      Duration distance = Duration.between(newestFirst.get(i), newestFirst.get(i - 1));
      if (distance.compareTo(from) >= 0 && distance.compareTo(to) <= 0) {
        return Optional.of(distance);
      }
    }
    return Optional.empty();
  }
}
