package io.tidemark.catalog.config;

import java.util.ArrayList;
import java.util.List;

/** Collects problems, so that one run reports all of them. */
public final class Problems {
  private final List<Problem> found = new ArrayList<>();

  /** Adds a problem. */
  public void add(Problem problem) {
    found.add(problem);
  }

  /**
   * Adds a problem with the value at {@code node}; a list or a mapping is named by its line only.
   */
  public void add(YamlNode node, String key, String remedy) {
    String value = node instanceof YamlNode.Scalar scalar ? scalar.text() : "";
    found.add(new Problem(node.file(), node.line(), key, value, remedy));
  }

  /** How many were found so far. */
  public int count() {
    return found.size();
  }

  /** What was found so far, in the order found; what several jobs inherit is told once. */
  public List<Problem> list() {
    return found.stream().distinct().toList();
  }

  /** Throws everything that was found, if anything was. */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw new ConfigurationException(list());
    }
  }
}
