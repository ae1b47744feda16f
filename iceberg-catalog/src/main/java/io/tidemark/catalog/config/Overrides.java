package io.tidemark.catalog.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts {@code --set key=value} over what a file says. The keys are dotted; below a map of free keys
 * the rest of the dotted key is the entry's name, dots and all.
 */
public final class Overrides {
  /** What messages name as the file of a value that came from the command line. */
  public static final String COMMAND_LINE = "--set";

  private final Keys keys;
  private final Problems problems;

  private Overrides(Keys keys, Problems problems) {
    this.keys = keys;
    this.problems = problems;
  }

  /** The mapping with every override in its place. */
  public static YamlNode.Mapping apply(
      YamlNode.Mapping file, Keys keys, Map<String, String> overrides, Problems problems) {
    Overrides reader = new Overrides(keys, problems);
    YamlNode.Mapping result = file;
    for (Map.Entry<String, String> entry : overrides.entrySet()) {
      result = reader.put(result, keys, entry.getKey(), entry.getKey(), entry.getValue());
    }
    return result;
  }

  private YamlNode.Mapping put(
      YamlNode.Mapping into, Keys here, String rest, String whole, String value) {
    int dot = rest.indexOf('.');
    String name = dot < 0 ? rest : rest.substring(0, dot);
    String below = dot < 0 ? "" : rest.substring(dot + 1);
    Optional<Key<?>> key = here.find(name);
    ValueType<?> type = key.<ValueType<?>>map(Key::type).orElse(null);
    if (type instanceof Structures.SectionType group && !below.isEmpty()) {
      YamlNode inner = into.entries().getOrDefault(name, YamlNode.Mapping.empty(COMMAND_LINE));
      // Something else in the group's place is the file's own problem, and is reported as such.
      return inner instanceof YamlNode.Mapping mapping
          ? with(into, name, put(mapping, group.keys(), below, whole, value))
          : into;
    }
    if (type instanceof Structures.MapType<?> && !below.isEmpty()) {
      YamlNode inner = into.entries().getOrDefault(name, YamlNode.Mapping.empty(COMMAND_LINE));
      return inner instanceof YamlNode.Mapping mapping
          ? with(into, name, with(mapping, below, scalar(value)))
          : into;
    }
    boolean single =
        type != null
            && !(type instanceof Structures.SectionType)
            && !(type instanceof Structures.MapType<?>);
    if (single && below.isEmpty()) {
      return with(into, name, scalar(value));
    }
    // Without the value: a secret under a misspelt name does not look like one.
    problems.add(new Problem(COMMAND_LINE, whole, "", remedy(whole, type)));
    return into;
  }

  private String remedy(String whole, ValueType<?> type) {
    if (type instanceof Structures.SectionType || type instanceof Structures.MapType<?>) {
      return "cannot be set as a whole; set one key below it, " + whole + ".KEY=VALUE";
    }
    List<String> all = dotted(keys, "");
    return "is no known key; "
        + Suggestions.didYouMean(whole, all, "the keys are " + String.join(", ", all));
  }

  private static List<String> dotted(Keys keys, String prefix) {
    List<String> names = new ArrayList<>();
    for (Key<?> key : keys.list()) {
      if (key.type() instanceof Structures.SectionType group) {
        names.addAll(dotted(group.keys(), prefix + key.name() + "."));
      } else {
        names.add(prefix + key.name());
      }
    }
    return names;
  }

  private static YamlNode scalar(String value) {
    return new YamlNode.Scalar(COMMAND_LINE, 0, value);
  }

  private static YamlNode.Mapping with(YamlNode.Mapping mapping, String name, YamlNode value) {
    Map<String, YamlNode> entries = new LinkedHashMap<>(mapping.entries());
    entries.put(name, value);
    return new YamlNode.Mapping(mapping.file(), mapping.line(), entries);
  }
}
