package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import java.util.ArrayList;
import java.util.List;

/**
 * Groups rows by dimensions and a window of event time inside the business day.
 *
 * @param input table read
 * @param dimensions columns of the input; may be empty
 * @param window how a day is cut
 * @param lateness which rows the stream leaves to the batch
 * @param metrics in table order, at least one
 * @param reconcile what is made of a comparison of stream and batch
 */
public record AggregateSpec(
    String name,
    String description,
    String owner,
    TableName input,
    List<String> dimensions,
    Window window,
    Lateness lateness,
    List<MetricSpec> metrics,
    TableName output,
    ReconcilePolicy reconcile)
    implements JobSpec {
  public AggregateSpec {
    dimensions = List.copyOf(dimensions);
    metrics = List.copyOf(metrics);
  }

  /** The same job without a limit to lateness, which takes every row in. */
  public AggregateSpec takingAll() {
    return new AggregateSpec(
        name,
        description,
        owner,
        input,
        dimensions,
        window,
        Lateness.UNLIMITED,
        metrics,
        output,
        reconcile);
  }

  /** The same job with one more dimension, which its input has as a column. */
  public AggregateSpec by(String dimension) {
    List<String> more = new ArrayList<>(dimensions);
    more.add(dimension);
    return new AggregateSpec(
        name, description, owner, input, more, window, lateness, metrics, output, reconcile);
  }
}
