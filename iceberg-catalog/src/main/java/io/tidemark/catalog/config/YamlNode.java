package io.tidemark.catalog.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A piece of a YAML file that still knows where it stands. Scalars are text, as written. */
public sealed interface YamlNode {
  /** The file, as messages name it. */
  String file();

  /** The line in the file, from 1; 0 when it was not read from a file. */
  int line();

  /**
   * A single value.
   *
   * @param text as written, or {@code null} for YAML's null
   */
  record Scalar(String file, int line, String text) implements YamlNode {}

  /** A list. */
  record Sequence(String file, int line, List<YamlNode> items) implements YamlNode {
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /** Keys and their values, in the order written. */
  record Mapping(String file, int line, Map<String, YamlNode> entries) implements YamlNode {
    public Mapping {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    /** Nothing, for a file that could not be read or holds nothing. */
    public static Mapping empty(String file) {
      return new Mapping(file, 0, Map.of());
    }
  }
}
