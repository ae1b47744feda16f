package io.tidemark.catalog.config;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A mapping that was read by its declared keys. All of it is read at once, so every problem in it
 * is known; what could not be read is {@code null}.
 */
public final class Section {
  private final YamlNode.Mapping node;
  private final String prefix;
  private final Problems problems;
  private final Map<Key<?>, Object> values = new HashMap<>();
  private boolean sound = true;

  private Section(YamlNode.Mapping node, String prefix, Problems problems) {
    this.node = node;
    this.prefix = prefix;
    this.problems = problems;
  }

  /** Reads a file's top mapping. */
  public static Section read(YamlNode.Mapping node, Keys keys, Problems problems) {
    return read(node, keys, "", problems);
  }

  static Section read(YamlNode.Mapping node, Keys keys, String prefix, Problems problems) {
    int before = problems.count();
    Section section = new Section(node, prefix, problems);
    section.refuseUnknown(keys);
    keys.list().forEach(section::readKey);
    section.sound = problems.count() == before;
    return section;
  }

  /** The value, or the default; {@code null} if there is neither, or a problem with it. */
  public <T> T get(Key<T> key) {
    @SuppressWarnings("unchecked") // readKey puts under a key only what its own type read
    T value = (T) values.get(key);
    return value;
  }

  /** Whether the key is written in the file. */
  public boolean has(Key<?> key) {
    return node.entries().containsKey(key.name());
  }

  /** Adds a problem with a key's value. */
  public void refuse(Key<?> key, String remedy) {
    refuse(key.name(), node.entries().getOrDefault(key.name(), node), remedy);
  }

  /** Adds a problem with an entry below a key, whose value is shown. */
  public void refuse(Key<?> key, String entry, String value, String remedy) {
    sound = false;
    YamlNode at = node.entries().getOrDefault(key.name(), node);
    if (at instanceof YamlNode.Mapping mapping) {
      at = mapping.entries().getOrDefault(entry, at);
    }
    String name = path(entry.isEmpty() ? key.name() : key.name() + "." + entry);
    problems.add(new Problem(at.file(), at.line(), name, value, remedy));
  }

  /** Adds a problem with this mapping as a whole. */
  public void refuse(String remedy) {
    sound = false;
    problems.add(node, prefix.isEmpty() ? "file" : prefix, remedy);
  }

  /** The file, as messages name it. */
  public String file() {
    return node.file();
  }

  /** Whether nothing was wrong in this mapping, as far as it was checked. */
  public boolean sound() {
    return sound;
  }

  /**
   * Makes a record of this mapping, unless something was wrong already. What the record's own
   * constructor refuses becomes a problem too.
   *
   * @return the record, or {@code null} after a problem
   */
  public <T> T build(Supplier<T> record) {
    if (!sound) {
      return null;
    }
    try {
      return record.get();
    } catch (IllegalArgumentException e) {
      refuse(e.getMessage());
      return null;
    }
  }

  private void refuse(String key, YamlNode at, String remedy) {
    sound = false;
    problems.add(at, path(key), remedy);
  }

  private void refuseUnknown(Keys keys) {
    for (Map.Entry<String, YamlNode> entry : node.entries().entrySet()) {
      if (keys.find(entry.getKey()).isEmpty()) {
        String known = "the keys here are " + String.join(", ", keys.names());
        problems.add(
            new Problem(
                entry.getValue().file(),
                entry.getValue().line(),
                path(entry.getKey()),
                "",
                "is not a key; " + Suggestions.didYouMean(entry.getKey(), keys.names(), known)));
      }
    }
  }

  private <T> void readKey(Key<T> key) {
    YamlNode value = node.entries().get(key.name());
    if (value == null
        && key.type() instanceof Structures.SectionType group
        && !group.keys().anyRequired()) {
      // A group left out stands for all its defaults, which are declared on its own keys.
      values.put(
          key, read(YamlNode.Mapping.empty(node.file()), group.keys(), path(key.name()), problems));
    } else if (value == null) {
      values.put(key, key.fallback());
      if (key.required()) {
        problems.add(
            new Problem(
                node.file(),
                node.line(),
                path(key.name()),
                "",
                "is missing; write '" + key.name() + ": ...' (" + key.type().label() + ")"));
      }
    } else if (value instanceof YamlNode.Scalar scalar && scalar.text() == null) {
      problems.add(value, path(key.name()), "has no value; write one or remove the key");
    } else {
      values.put(key, key.type().read(value, path(key.name()), problems));
    }
  }

  private String path(String name) {
    return prefix.isEmpty() ? name : prefix + "." + name;
  }
}
