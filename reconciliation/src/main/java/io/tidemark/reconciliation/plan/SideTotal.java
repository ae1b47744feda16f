package io.tidemark.reconciliation.plan;

import io.tidemark.jobs.plan.Sql;
import io.tidemark.jobs.spec.MetricSpec.Function;

/**
 * What is added up of one side of one metric.
 *
 * @param kind how
 * @param value SQL of the value, over a row
 */
public record SideTotal(Kind kind, String value) {
  /** How values are added up. NULLs are left out. */
  public enum Kind {
    /** Nothing is: how many rows or keys there are is known without. */
    NONE,
    /** Integers of 64 bits and decimals, exactly. */
    EXACT,
    /** Doubles. */
    FLOATING,
    /** The smallest is taken. */
    LEAST,
    /** The largest is taken. */
    GREATEST
  }

  /** How many rows or keys there are is known without adding anything up. */
  static final SideTotal NOTHING = new SideTotal(Kind.NONE, "");

  static SideTotal of(MetricColumn metric) {
    String value = Sql.name(metric.name());
    return switch (metric.type()) {
      case WHOLE -> new SideTotal(Kind.EXACT, "CAST(" + value + " AS BIGINT)");
      case EXACT -> new SideTotal(Kind.EXACT, value);
      case WIDE, FLOATING -> new SideTotal(Kind.FLOATING, "CAST(" + value + " AS DOUBLE)");
      case ORDERED ->
          new SideTotal(
              metric.total().equals(Function.MIN.name()) ? Kind.LEAST : Kind.GREATEST, value);
    };
  }
}
