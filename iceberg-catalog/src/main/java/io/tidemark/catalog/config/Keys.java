package io.tidemark.catalog.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The keys that may stand together in one mapping, in the order the reference page lists them. */
public final class Keys {
  private final Map<String, Key<?>> byName;

  private Keys(Map<String, Key<?>> byName) {
    this.byName = Collections.unmodifiableMap(byName);
  }

  /** Declares a mapping. */
  public static Keys of(Key<?>... keys) {
    Map<String, Key<?>> byName = new LinkedHashMap<>();
    for (Key<?> key : keys) {
      if (byName.put(key.name(), key) != null) {
        throw new IllegalArgumentException("key '" + key.name() + "' is declared twice");
      }
    }
    return new Keys(byName);
  }

  /** The key of that name. */
  public Optional<Key<?>> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** All names, in order. */
  public Set<String> names() {
    return byName.keySet();
  }

  /** All keys, in order. */
  public List<Key<?>> list() {
    return List.copyOf(byName.values());
  }

  boolean anyRequired() {
    return byName.values().stream().anyMatch(Key::required);
  }
}
