package io.tidemark.catalog.config;

import java.util.List;
import java.util.Map;

/**
 * One key, declared once: the reader, the defaults and the reference page all come from here.
 *
 * @param name as written in the file
 * @param type what may be written
 * @param required whether the key has to be there
 * @param fallback the default; {@code null} when there is none
 * @param fallbackText the default as one would write it; empty when there is none
 * @param doc what the key does
 * @param <T> what it is read into
 */
public record Key<T>(
    String name, ValueType<T> type, boolean required, T fallback, String fallbackText, String doc) {

  /** A key that has to be there. */
  public static <T> Key<T> required(String name, ValueType<T> type, String doc) {
    return new Key<>(name, type, true, null, "", doc);
  }

  /** A key that may be left out, and then is {@code null}. */
  public static <T> Key<T> optional(String name, ValueType<T> type, String doc) {
    return new Key<>(name, type, false, null, "", doc);
  }

  /** A key with a default, written as it would be in the file. */
  public static <T> Key<T> withDefault(
      String name, ValueType<T> type, String fallback, String doc) {
    Problems problems = new Problems();
    T value = type.read(new YamlNode.Scalar("default", 0, fallback), name, problems);
    problems.throwIfAny();
    return new Key<>(name, type, false, value, fallback, doc);
  }

  /** A list that is empty when left out. */
  public static <E> Key<List<E>> list(String name, ValueType<E> element, String doc) {
    return new Key<>(name, Structures.listOf(element), false, List.of(), "", doc);
  }

  /** A map of free keys that is empty when left out. */
  public static <V> Key<Map<String, V>> map(String name, ValueType<V> value, String doc) {
    return new Key<>(name, Structures.mapOf(value), false, Map.of(), "", doc);
  }

  /** A group of declared keys, of which all may be left out. */
  public static Key<Section> section(String name, Keys keys, String doc) {
    return new Key<>(name, Structures.section(keys), keys.anyRequired(), null, "", doc);
  }
}
