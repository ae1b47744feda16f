package io.tidemark.tags.attribute.plan;

import io.tidemark.tags.attribute.plan.RunChoice.Refresh;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What was measured of a run over blocks.
 *
 * @param seconds how long it took
 * @param tagSeconds how long it took to read the tags of now
 * @param read nanoseconds of tasks to read and decode blocks
 * @param add nanoseconds of tasks to add up
 * @param serve nanoseconds of tasks to bring cells together and write rows
 * @param old nanoseconds of tasks to read the rows of the results before
 * @param rows rows of the results
 */
public record RunMeasure(
    double seconds, double tagSeconds, long read, long add, long serve, long old, long rows) {
  private static final double NANOS = 1e9;

  /**
   * What it says of other runs.
   *
   * @param work what there was to do
   * @param expected what runs were expected to cost; nothing when too little was known
   */
  public Map<String, Double> coefficients(
      Refresh refresh, RunCost.Work work, Optional<RunCost> expected) {
    Map<String, Double> all = new HashMap<>();
    all.put(RunCost.TAGS, tagSeconds);
    switch (refresh) {
      case FULL -> {
        put(all, RunCost.READ, read, work.userDays());
        put(all, RunCost.ADD, add, work.userDays());
        put(all, RunCost.SERVE, serve, rows);
        return new RunCost(all).ofFull(work, seconds).coefficients();
      }
      case VERIFIED -> {
        put(all, RunCost.READ, read, work.userDays());
        put(all, RunCost.ADD, add, work.userDays() * (1 + 2 * work.changed()));
        put(all, RunCost.OLD, old, work.rows());
        return all;
      }
      case INCREMENTAL -> {
        put(all, RunCost.ADD, add, work.added());
        put(all, RunCost.SERVE, serve, rows);
        put(all, RunCost.OLD, old, work.rows());
        // Blocks that were passed over say nothing of reading a user-day.
        Map<String, Double> withRead = new HashMap<>(all);
        put(withRead, RunCost.READ, read, work.userDays() * work.toRead());
        expected.ifPresent(
            cost -> withRead.put(RunCost.READ, cost.coefficients().get(RunCost.READ)));
        RunCost cost = new RunCost(withRead).ofIncremental(work, seconds);
        all.put(RunCost.INCREMENTAL_REST, cost.coefficients().get(RunCost.INCREMENTAL_REST));
        return all;
      }
      default -> throw new IllegalArgumentException("no such run: " + refresh);
    }
  }

  private static void put(Map<String, Double> all, String name, long nanos, double count) {
    if (count > 0) {
      all.put(name, nanos / NANOS / count);
    }
  }
}
