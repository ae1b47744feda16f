package io.tidemark.reconciliation.plan;

/**
 * A metric whose difference is divided among causes.
 *
 * @param name the metric
 * @param kind how its parts are added up
 * @param scale digits after the point of {@link Kind#EXACT} parts
 */
public record CauseMetric(String name, Kind kind, int scale) {
  /** How parts are added up. */
  public enum Kind {
    /** Whole numbers and decimals. */
    EXACT,
    /** Doubles: their last digits depend on the order of adding. */
    FLOATING,
    /** Values that are no numbers: a part is a number of keys. */
    COUNTED
  }

  /** How a metric of an aggregate is added up. */
  public static CauseMetric of(MetricColumn column) {
    return switch (column.type()) {
      case WHOLE, EXACT -> new CauseMetric(column.name(), Kind.EXACT, column.scale());
      case WIDE, FLOATING -> new CauseMetric(column.name(), Kind.FLOATING, 0);
      case ORDERED -> new CauseMetric(column.name(), Kind.COUNTED, 0);
    };
  }

  /** SQL type of a sum of parts. */
  String type() {
    return switch (kind) {
      case EXACT -> "DECIMAL(37, " + scale + ")";
      case FLOATING -> "DOUBLE";
      case COUNTED -> "BIGINT";
    };
  }
}
