package io.tidemark.tests.reconcile;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The causes of each key of each job: what was injected, or what was found. */
final class Ledger {
  private final Map<String, Map<String, Set<String>>> causes = new TreeMap<>();

  /** By what was done, the keys it was done to, and the cause that it has to be found by. */
  private final Map<String, Set<Injected>> kinds = new LinkedHashMap<>();

  private record Injected(String job, String key, String cause) {}

  /** Notes a cause of a key of a job; doing it again changes nothing. */
  void add(String job, String key, String cause) {
    causes
        .computeIfAbsent(job, any -> new TreeMap<>())
        .computeIfAbsent(key, any -> new TreeSet<>())
        .add(cause);
  }

  /** The same, of a fault that was made in one of several ways that have a cause in common. */
  void add(String job, String key, String cause, String kind) {
    add(job, key, cause);
    kinds.computeIfAbsent(kind, any -> new HashSet<>()).add(new Injected(job, key, cause));
  }

  /** Per way of making a fault: how many keys it was done to, and how many of them were found. */
  Map<String, long[]> kindsIn(Ledger found) {
    Map<String, long[]> counts = new LinkedHashMap<>();
    kinds.forEach(
        (kind, all) ->
            counts.put(
                kind,
                new long[] {
                  all.size(),
                  all.stream()
                      .filter(
                          one ->
                              found
                                  .of(one.job())
                                  .getOrDefault(one.key(), Set.of())
                                  .contains(one.cause()))
                      .count()
                }));
    return counts;
  }

  Map<String, Set<String>> of(String job) {
    return causes.getOrDefault(job, Map.of());
  }

  /** Forgets all keys of a job but these. */
  void retain(String job, Set<String> keys) {
    of(job).keySet().retainAll(keys);
    kinds
        .values()
        .forEach(all -> all.removeIf(one -> one.job().equals(job) && !keys.contains(one.key())));
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
