package io.tidemark.jobs.schema;

import io.tidemark.catalog.SchemaRegistrySettings;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/**
 * What a registry has answered, once in each JVM. The schema of a number never changes and is kept;
 * that there is none is kept for a while, so that a flood of broken messages is no flood of
 * questions. Safe for use by several threads.
 */
public final class SchemaCache {
  private static final long KEPT_NANOS = Duration.ofMinutes(1).toNanos();
  private static final int MOST_UNKNOWN = 10_000;

  private static final Map<SchemaRegistrySettings, SchemaCache> CACHES = new ConcurrentHashMap<>();

  private final IntFunction<Optional<RegisteredSchema>> registry;
  private final LongSupplier nanos;
  private final Map<Integer, RegisteredSchema> known = new ConcurrentHashMap<>();

  /** Numbers without a schema, and since when; the oldest go first. */
  private final Map<Integer, Long> unknown =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, Long> eldest) {
              return size() > MOST_UNKNOWN;
            }
          });

  SchemaCache(IntFunction<Optional<RegisteredSchema>> registry, LongSupplier nanos) {
    this.registry = registry;
    this.nanos = nanos;
  }

  /** The cache of a registry in this JVM. */
  public static SchemaCache of(SchemaRegistrySettings settings) {
    return CACHES.computeIfAbsent(
        settings,
        of -> {
          SchemaRegistry registry = new SchemaRegistry(of);
          return new SchemaCache(registry::schema, System::nanoTime);
        });
  }

  /**
   * The schema of that number; nothing when the registry has none.
   *
   * @throws RegistryUnavailableException when it is not known here and the registry cannot be asked
   * @throws RegistryRefusedException when the registry does not let this client in
   */
  public Optional<RegisteredSchema> schema(int id) {
    RegisteredSchema schema = known.get(id);
    if (schema != null) {
      return Optional.of(schema);
    }
    if (isUnknown(id)) {
      return Optional.empty();
    }
    // One thread asks; the others find the answer.
    synchronized (this) {
      RegisteredSchema meanwhile = known.get(id);
      if (meanwhile != null || isUnknown(id)) {
        return Optional.ofNullable(meanwhile);
      }
      Optional<RegisteredSchema> answer = registry.apply(id);
      answer.ifPresentOrElse(
          found -> known.put(id, found), () -> unknown.put(id, nanos.getAsLong()));
      return answer;
    }
  }

  private boolean isUnknown(int id) {
    Long since = unknown.get(id);
    if (since != null && nanos.getAsLong() - since >= KEPT_NANOS) {
      // Asked for again, it is the newest.
      unknown.remove(id);
      return false;
    }
    return since != null;
  }
}
