package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.DerivedMetric.Operation;
import io.tidemark.jobs.spec.MetricSpec.Function;
import java.util.List;

/** What a metric of the registry is: computed over a column, or made of other metrics. */
public sealed interface MetricDefinition {
  /**
   * The definition in one line. It is written down with the tables that have the metric, so another
   * text for the same definition would make every one of them look changed.
   */
  String text();

  /**
   * Computed over the rows of a table.
   *
   * @param column column of the table; {@code *} only for count
   * @param input the table; {@code null} where any that has the column will do
   */
  record OverColumn(Function function, String column, TableName input) implements MetricDefinition {
    @Override
    public String text() {
      String computed = new MetricSpec("", function, column).definition();
      return input == null ? computed : computed + " of " + input;
    }
  }

  /**
   * Made of other metrics of the registry, each in one version: with another one this is another
   * metric.
   *
   * @param parts in order
   */
  record OfMetrics(Operation operation, List<Part> parts) implements MetricDefinition {
    public OfMetrics {
      parts = List.copyOf(parts);
    }

    @Override
    public String text() {
      return operation.over(
          parts.stream().map(part -> part.metric() + " v" + part.version()).toList());
    }
  }

  /** A metric of the registry in a version. */
  record Part(String metric, long version) {}
}
