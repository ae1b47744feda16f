package io.tidemark.jobs.spec;

import java.util.ArrayList;
import java.util.List;

/**
 * A summary of a summary: its rows are added up to fewer dimensions and longer windows, and what
 * those are is counted by fewer dimensions again.
 *
 * @param by dimensions of the view; empty for a row of all
 * @param each dimensions that tell apart, within {@code by}, what metrics are computed over; empty
 *     for all others of the summary
 * @param window how the view cuts the day; {@code null} for the summary's window
 * @param metrics at least one, in the order of the view
 */
public record RollupSpec(
    List<String> by, List<String> each, Window window, List<RollupMetric> metrics)
    implements ViewSpec.Shape {
  public RollupSpec {
    by = List.copyOf(by);
    each = List.copyOf(each);
    metrics = List.copyOf(metrics);
  }

  /** How the view of a summary cuts the day. */
  public Window windowOf(AggregateSpec summary) {
    return window == null ? summary.window() : window;
  }

  /** The dimensions of the rows that metrics are computed over. */
  public List<String> grainOf(AggregateSpec summary) {
    List<String> grain = new ArrayList<>(by);
    (each.isEmpty() ? summary.dimensions() : each)
        .stream().filter(dimension -> !by.contains(dimension)).forEach(grain::add);
    return grain;
  }

  /** Whether one of those rows stands for several of the summary. */
  public boolean addsUp(AggregateSpec summary) {
    return windowOf(summary) != summary.window()
        || !grainOf(summary).containsAll(summary.dimensions());
  }
}
