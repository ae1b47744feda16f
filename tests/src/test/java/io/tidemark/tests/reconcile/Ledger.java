package io.tidemark.tests.reconcile;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The causes of each key of each job: what was injected, or what was found. */
final class Ledger {
  private final Map<String, Map<String, Set<String>>> causes = new TreeMap<>();

  /** Notes a cause of a key of a job; doing it again changes nothing. */
  void add(String job, String key, String cause) {
    causes
        .computeIfAbsent(job, any -> new TreeMap<>())
        .computeIfAbsent(key, any -> new TreeSet<>())
        .add(cause);
  }

  Map<String, Set<String>> of(String job) {
    return causes.getOrDefault(job, Map.of());
  }

  /** Keys that have a cause. */
  long count(String job, String cause) {
    return of(job).values().stream().filter(all -> all.contains(cause)).count();
  }

  /** Per cause of a job: how many keys have it here, there, and in both. */
  Map<String, long[]> against(Ledger found, String job) {
    Set<String> names = new TreeSet<>();
    of(job).values().forEach(names::addAll);
    found.of(job).values().forEach(names::addAll);
    Map<String, long[]> counts = new LinkedHashMap<>();
    for (String cause : names) {
      long both =
          of(job).entrySet().stream()
              .filter(key -> key.getValue().contains(cause))
              .filter(key -> found.of(job).getOrDefault(key.getKey(), Set.of()).contains(cause))
              .count();
      counts.put(cause, new long[] {count(job, cause), found.count(job, cause), both});
    }
    return counts;
  }
}
