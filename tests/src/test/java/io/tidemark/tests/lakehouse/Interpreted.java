package io.tidemark.tests.lakehouse;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Settings that let Spark interpret its plans: over the few rows of a test, and in processes that
 * are killed before long, generating and compiling code takes longer than it saves. Not for every
 * test, because what users run is compiled: the contract, the real data, the catalogs, the
 * comparison and the benchmarks go without.
 */
public final class Interpreted {
  private static final Map<String, String> SPARK =
      new TreeMap<>(
          Map.of(
              "spark.sql.adaptive.enabled", "false",
              "spark.sql.codegen.factoryMode", "NO_CODEGEN",
              "spark.sql.codegen.wholeStage", "false",
              "spark.sql.shuffle.partitions", "1"));

  private Interpreted() {}

  /** As settings of an environment, by dotted key. */
  public static Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    SPARK.forEach((key, value) -> settings.put("spark." + key, value));
    return settings;
  }

  /** As lines below {@code spark:} in an environment's file. */
  public static String yaml() {
    return SPARK.entrySet().stream()
        .map(each -> "  %s: %s\n".formatted(each.getKey(), each.getValue()))
        .collect(Collectors.joining());
  }
}
