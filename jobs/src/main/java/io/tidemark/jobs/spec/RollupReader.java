package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Section;
import io.tidemark.jobs.spec.MetricSpec.Function;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Makes a rollup of what a view's file says. */
final class RollupReader {
  private static final Set<String> TAKEN = Set.of(SystemColumns.DT, "window_start");

  private RollupReader() {}

  /** The rollup, or {@code null} after a problem. */
  static RollupSpec read(Section rollup) {
    List<String> by = rollup.get(RollupKeys.BY);
    List<String> each = rollup.get(RollupKeys.EACH);
    List<String> all = new ArrayList<>(by);
    all.addAll(each);
    ViewReader.refuseRepeated(rollup, all);
    if (rollup.has(RollupKeys.EACH) && each.isEmpty()) {
      rollup.refuse(
          RollupKeys.EACH, "is empty; name what is counted, [user_id] say, or leave the key out");
    }
    if (rollup.get(RollupKeys.WINDOW) == Window.RUNNING_DAY) {
      rollup.refuse(
          RollupKeys.WINDOW,
          "is no window that rows are added up to; use 5 minutes, 1 hour or 1 day");
    }
    Map<String, Section> declared = rollup.get(RollupKeys.METRICS);
    if (declared.isEmpty()) {
      rollup.refuse(
          RollupKeys.METRICS, "is empty; declare at least one, 'users: { count: \"*\" }' say");
    }
    List<RollupMetric> metrics = new ArrayList<>();
    declared.forEach((name, section) -> read(rollup, name, section, metrics));
    return metrics.size() == declared.size()
        ? rollup.build(() -> new RollupSpec(by, each, rollup.get(RollupKeys.WINDOW), metrics))
        : null;
  }

  private static void read(
      Section rollup, String name, Section metric, List<RollupMetric> metrics) {
    if (!name.matches("[a-z][a-z0-9_]*")) {
      metric.refuse("is not a metric name; use lower-case letters, digits and underscores");
    } else if (TAKEN.contains(name) || rollup.get(RollupKeys.BY).contains(name)) {
      metric.refuse("has the name of a key column of the view; choose another name");
    }
    List<Function> functions = RollupKeys.declared(metric);
    if (metric.sound() && functions.size() != 1) {
      metric.refuse(
          "declares %d functions; write exactly one of %s"
              .formatted(
                  functions.size(),
                  RollupKeys.BY_FUNCTION.values().stream()
                      .map(key -> key.name())
                      .collect(Collectors.joining(", "))));
    }
    if (metric.sound()) {
      Function function = functions.get(0);
      metrics.add(
          new RollupMetric(
              name,
              function,
              metric.get(RollupKeys.BY_FUNCTION.get(function)),
              new TreeMap<>(metric.get(RollupKeys.HAVING))));
    }
  }
}
