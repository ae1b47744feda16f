package io.tidemark.jobs.alert;

import io.tidemark.jobs.spec.AlertSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whom the receivers of an environment stand for: of a mail receiver, each address by itself. */
public final class Targets {
  private final Map<String, List<Target>> byReceiver;

  /** Targets by the names that alerts use. */
  public Targets(Map<String, List<Target>> byReceiver) {
    this.byReceiver = Collections.unmodifiableMap(new LinkedHashMap<>(byReceiver));
  }

  /** The names of all whom an alert is told. */
  List<String> of(AlertSpec alert) {
    return alert.receivers().stream()
        .flatMap(receiver -> byReceiver.getOrDefault(receiver, List.of()).stream())
        .map(Target::name)
        .distinct()
        .toList();
  }

  /** Everybody, each once. */
  Collection<Target> all() {
    Map<String, Target> all = new LinkedHashMap<>();
    byReceiver.values().forEach(some -> some.forEach(each -> all.putIfAbsent(each.name(), each)));
    return new ArrayList<>(all.values());
  }

  /** Whether nobody is told of anything. */
  public boolean isEmpty() {
    return byReceiver.isEmpty();
  }
}
