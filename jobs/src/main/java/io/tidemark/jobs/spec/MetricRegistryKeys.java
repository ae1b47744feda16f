package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Structures;
import io.tidemark.catalog.config.Values;
import io.tidemark.catalog.table.TableKeys;
import io.tidemark.jobs.spec.DerivedMetric.Operation;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Every key that may stand in a file below {@code conf/metrics}. */
final class MetricRegistryKeys {
  static final Key<Long> VERSION =
      Key.required(
          "version",
          Values.POSITIVE_LONG,
          "Which definition this is, from 1. Raise it with every change of the definition: another"
              + " definition under a version that tables have written down is refused.");
  static final Key<String> OWNER =
      Key.required("owner", Values.TEXT, "Who answers for what it means.");
  static final Key<String> UNIT =
      Key.required("unit", Values.TEXT, "What its values are: events, seconds, CNY.");
  static final Key<String> DESCRIPTION =
      Key.withDefault("description", Values.ANY_TEXT, "", "What it says, in a sentence.");
  static final Key<TableName> INPUT =
      Key.optional(
          "input",
          TableKeys.TABLE_NAME,
          "The table whose rows it is computed over: jobs that read another one cannot have it. Any"
              + " table that has the column, when left out.");

  /** How it may be made of other metrics, one key each. */
  static final Map<Operation, Key<List<String>>> BY_OPERATION = byOperation();

  static final Key<Map<String, Section>> METRICS =
      Key.required(
          "metrics",
          Structures.mapOf(Structures.section(metric())),
          "Metrics by name, each with exactly one function or operation.");

  static final Keys FILE = Keys.of(METRICS);

  private MetricRegistryKeys() {}

  private static Map<Operation, Key<List<String>>> byOperation() {
    Map<Operation, Key<List<String>>> keys = new EnumMap<>(Operation.class);
    put(
        keys,
        Operation.RATIO,
        "Two metrics: the first divided by the second, as a double; NULL where the second is 0 or"
            + " NULL.");
    put(
        keys,
        Operation.DIFFERENCE,
        "Two metrics: the first less the second; NULL where one of them is.");
    put(keys, Operation.TOTAL, "Several metrics, added up; NULL where one of them is.");
    return keys;
  }

  private static void put(Map<Operation, Key<List<String>>> keys, Operation operation, String doc) {
    keys.put(
        operation, Key.optional(Values.text(operation), Structures.listOf(Values.IDENTIFIER), doc));
  }

  private static Keys metric() {
    List<Key<?>> keys =
        new ArrayList<>(List.of(VERSION, OWNER, UNIT, DESCRIPTION, INPUT, AlertKeys.OF_METRIC));
    keys.addAll(definitions());
    return Keys.of(keys.toArray(Key<?>[]::new));
  }

  /** The keys of which a metric has exactly one. */
  static List<Key<?>> definitions() {
    List<Key<?>> keys = new ArrayList<>(MetricKeys.BY_FUNCTION.values());
    keys.addAll(BY_OPERATION.values());
    return keys;
  }
}
