package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Values;
import java.util.List;

/**
 * A metric of a job that is made of other metrics of it. It is stored nowhere: a view computes it
 * from what the table has, so it is right for any sum of rows, running totals included.
 *
 * @param name column in the view
 * @param operation how it is made
 * @param parts columns of the job that it is made of, in order; metrics, derived ones among them
 */
public record DerivedMetric(String name, Operation operation, List<String> parts) {
  /** How a metric is made of others. */
  public enum Operation {
    /** The first divided by the second, as a double; NULL where the second is 0 or NULL. */
    RATIO,
    /** The first less the second; NULL where one of them is. */
    DIFFERENCE,
    /** All of them added up; NULL where one of them is. */
    TOTAL;

    /** The operation over parts, in one line. */
    String over(List<String> parts) {
      return Values.text(this) + "(" + String.join(", ", parts) + ")";
    }
  }

  public DerivedMetric {
    parts = List.copyOf(parts);
  }

  /** What it is, in one line. */
  public String definition() {
    return operation.over(parts);
  }
}
