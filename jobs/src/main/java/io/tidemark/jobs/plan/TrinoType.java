package io.tidemark.jobs.plan;

/** Names of types, which Spark and Trino spell differently. */
final class TrinoType {
  private TrinoType() {}

  /** The type as Trino spells it, from Spark's name of it. */
  static String of(String spark) {
    return switch (spark) {
      case "STRING" -> "VARCHAR";
      case "INT" -> "INTEGER";
      case "FLOAT" -> "REAL";
      case "BINARY" -> "VARBINARY";
      case "TIMESTAMP" -> "TIMESTAMP(6) WITH TIME ZONE";
      case "TIMESTAMP_NTZ" -> "TIMESTAMP(6)";
      default -> spark;
    };
  }
}
