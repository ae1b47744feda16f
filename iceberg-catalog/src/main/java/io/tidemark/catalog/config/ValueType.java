package io.tidemark.catalog.config;

import java.util.List;

/**
 * What may be written for a key.
 *
 * @param <T> what it is read into
 */
public interface ValueType<T> {
  /** The type as the configuration reference prints it. */
  String label();

  /**
   * Reads a value.
   *
   * @param key its dotted key, for messages
   * @return the value, or {@code null} after a problem was added
   */
  T read(YamlNode node, String key, Problems problems);

  /** Declared keys that may stand below the value; none for most types. */
  default List<Key<?>> below() {
    return List.of();
  }
}
