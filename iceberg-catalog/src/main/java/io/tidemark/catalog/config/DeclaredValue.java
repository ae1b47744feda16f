package io.tidemark.catalog.config;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A value that holds, and where it comes from: what a reader of several files and defaults would
 * otherwise have to work out.
 *
 * @param key dotted key
 * @param value as it would be written in one line, without secrets
 * @param origin file and line, or {@code default}
 */
public record DeclaredValue(String key, String value, String origin) {
  private static final String DEFAULT = "default";

  /** Every value of a mapping, and the defaults of what it leaves out, in the order of its keys. */
  public static List<DeclaredValue> of(YamlNode.Mapping node, Keys keys) {
    List<DeclaredValue> values = new ArrayList<>();
    add(values, "", node, keys);
    return values;
  }

  private static void add(
      List<DeclaredValue> values, String prefix, YamlNode.Mapping node, Keys keys) {
    for (Key<?> key : keys.list()) {
      String name = prefix + key.name();
      YamlNode value = node.entries().get(key.name());
      if (value != null) {
        add(values, name, value, key.type());
      } else if (!key.fallbackText().isEmpty()) {
        values.add(new DeclaredValue(name, key.fallbackText(), DEFAULT));
      } else if (key.type() instanceof Structures.SectionType group
          && !group.keys().anyRequired()) {
        add(values, name + ".", YamlNode.Mapping.empty(node.file()), group.keys());
      }
    }
  }

  private static void add(
      List<DeclaredValue> values, String name, YamlNode value, ValueType<?> type) {
    boolean isMapping = value instanceof YamlNode.Mapping;
    if (isMapping && type instanceof Structures.SectionType group && !group.isShort()) {
      add(values, name + ".", (YamlNode.Mapping) value, group.keys());
    } else if (isMapping && type instanceof Structures.MapType<?> map) {
      ((YamlNode.Mapping) value)
          .entries()
          .forEach((entry, each) -> add(values, name + "." + entry, each, map.value()));
    } else {
      String origin = value.line() == 0 ? value.file() : value.file() + ":" + value.line();
      values.add(new DeclaredValue(name, Secrets.redact(name, text(value)), origin));
    }
  }

  private static String text(YamlNode node) {
    if (node instanceof YamlNode.Sequence list) {
      return list.items().stream()
          .map(DeclaredValue::text)
          .collect(Collectors.joining(", ", "[", "]"));
    }
    if (node instanceof YamlNode.Mapping map) {
      return map.entries().entrySet().stream()
          .map(entry -> entry.getKey() + ": " + text(entry.getValue()))
          .collect(Collectors.joining(", ", "{ ", " }"));
    }
    return String.valueOf(((YamlNode.Scalar) node).text());
  }
}
