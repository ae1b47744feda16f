package io.tidemark.catalog.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values made of other values: lists, maps of free keys, groups of declared keys. */
public final class Structures {
  private Structures() {}

  /** A list of values. */
  public static <E> ValueType<List<E>> listOf(ValueType<E> element) {
    return new ListType<>(element);
  }

  /** Free keys, each with a value; read in the order written. */
  public static <V> ValueType<Map<String, V>> mapOf(ValueType<V> value) {
    return new MapType<>(value);
  }

  /** A group of declared keys. */
  public static ValueType<Section> section(Keys keys) {
    return new SectionType(keys, null);
  }

  /** A group of declared keys that may be shortened to the value of one of them. */
  public static ValueType<Section> section(Keys keys, Key<?> shortForm) {
    return new SectionType(keys, shortForm);
  }

  record ListType<E>(ValueType<E> element) implements ValueType<List<E>> {
    @Override
    public String label() {
      return "list of " + element.label();
    }

    @Override
    public List<E> read(YamlNode node, String key, Problems problems) {
      if (!(node instanceof YamlNode.Sequence sequence)) {
        problems.add(node, key, "is not a list; write [first, second] or one '- item' a line");
        return null;
      }
      List<E> items = new ArrayList<>();
      for (int i = 0; i < sequence.items().size(); i++) {
        items.add(element.read(sequence.items().get(i), key + "[" + i + "]", problems));
      }
      return items.contains(null) ? null : List.copyOf(items);
    }
  }

  record MapType<V>(ValueType<V> value) implements ValueType<Map<String, V>> {
    @Override
    public String label() {
      return "map of " + value.label();
    }

    @Override
    public Map<String, V> read(YamlNode node, String key, Problems problems) {
      if (!(node instanceof YamlNode.Mapping mapping)) {
        problems.add(node, key, "is not a map; write 'name: value' lines below it");
        return null;
      }
      Map<String, V> entries = new LinkedHashMap<>();
      mapping.entries().forEach((k, v) -> entries.put(k, value.read(v, key + "." + k, problems)));
      return entries.containsValue(null) ? null : Collections.unmodifiableMap(entries);
    }
  }

  record SectionType(Keys keys, Key<?> shortForm) implements ValueType<Section> {
    @Override
    public List<Key<?>> below() {
      return keys.list();
    }

    /** Whether it is mostly written short, so that it is shown in one line. */
    boolean isShort() {
      return shortForm != null;
    }

    @Override
    public String label() {
      return shortForm == null ? "group" : "group, or just its " + shortForm.name();
    }

    @Override
    public Section read(YamlNode node, String key, Problems problems) {
      if (node instanceof YamlNode.Mapping mapping) {
        return Section.read(mapping, keys, key, problems);
      }
      if (shortForm != null && node instanceof YamlNode.Scalar) {
        Map<String, YamlNode> entries = Map.of(shortForm.name(), node);
        return Section.read(
            new YamlNode.Mapping(node.file(), node.line(), entries), keys, key, problems);
      }
      problems.add(
          node, key, "is not a group of keys; write below it: " + String.join(", ", keys.names()));
      return null;
    }
  }
}
