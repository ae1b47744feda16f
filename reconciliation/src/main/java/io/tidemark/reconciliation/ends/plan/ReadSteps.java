package io.tidemark.reconciliation.ends.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What micro-batches said of themselves when they were committed: which offsets they read, and how
 * many messages they found there. It tells offsets without a message from lost ones long after
 * Kafka has deleted both.
 */
public final class ReadSteps {
  /**
   * A micro-batch.
   *
   * @param ranges offsets by partition
   * @param read messages found there
   * @param ignored those of them that rightly have no row
   */
  public record Step(Map<Integer, OffsetRange> ranges, long read, long ignored) {
    public Step {
      ranges = Map.copyOf(ranges);
    }

    long span() {
      return ranges.values().stream().mapToLong(OffsetRange::size).sum();
    }
  }

  private final List<Step> steps;
  private final Map<Integer, TreeMap<Long, Integer>> byOffset = new HashMap<>();

  private ReadSteps(List<Step> steps) {
    this.steps = List.copyOf(steps);
    for (int i = 0; i < steps.size(); i++) {
      int step = i;
      steps
          .get(i)
          .ranges()
          .forEach(
              (partition, range) ->
                  byOffset
                      .computeIfAbsent(partition, number -> new TreeMap<>())
                      .put(range.from(), step));
    }
  }

  /**
   * The steps of jobs that read one topic together. Each counts its own messages, so only a step
   * that all of them made with the same offsets tells anything.
   */
  public static ReadSteps of(List<List<Step>> byJob) {
    if (byJob.size() == 1) {
      return new ReadSteps(byJob.get(0));
    }
    Map<Map<Integer, OffsetRange>, List<Step>> same = new HashMap<>();
    byJob.forEach(
        steps ->
            steps.forEach(
                step -> same.computeIfAbsent(step.ranges(), key -> new ArrayList<>()).add(step)));
    List<Step> common = new ArrayList<>();
    same.forEach(
        (ranges, made) -> {
          if (made.size() == byJob.size()) {
            common.add(
                new Step(
                    ranges,
                    made.stream().mapToLong(Step::read).sum(),
                    made.stream().mapToLong(Step::ignored).sum()));
          }
        });
    return new ReadSteps(common);
  }

  int count() {
    return steps.size();
  }

  Step step(int number) {
    return steps.get(number);
  }

  /** Takes a part of a range. */
  interface Part {
    /**
     * @param step the number of the step that read it, -1 when none is known
     */
    void take(int step, OffsetRange part);
  }

  /** Splits a range by the steps that read it. */
  void split(int partition, OffsetRange range, Part taker) {
    TreeMap<Long, Integer> known = byOffset.getOrDefault(partition, new TreeMap<>());
    long at = range.from();
    while (at < range.to()) {
      Map.Entry<Long, Integer> before = known.floorEntry(at);
      long end = before == null ? at : steps.get(before.getValue()).ranges().get(partition).to();
      if (at < end) {
        long to = Math.min(end, range.to());
        taker.take(before.getValue(), new OffsetRange(at, to));
        at = to;
      } else {
        Long following = known.higherKey(at);
        long to = following == null ? range.to() : Math.min(following, range.to());
        taker.take(-1, new OffsetRange(at, to));
        at = to;
      }
    }
  }
}
