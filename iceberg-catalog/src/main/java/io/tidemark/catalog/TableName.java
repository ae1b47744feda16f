package io.tidemark.catalog;

import java.io.Serializable;
import java.util.regex.Pattern;

/**
 * A table inside the one catalog of an environment: its layer ({@code ods}, {@code dwd}, {@code
 * dws}, {@code ops}) and its name in that layer. Both are lower case with underscores.
 */
public record TableName(String layer, String name) implements Serializable {
  private static final Pattern IDENTIFIER = Pattern.compile("[a-z][a-z0-9_]*");

  /** Refuses anything that is not a lower-case identifier, because it is spliced into SQL. */
  public TableName {
    if (!isIdentifier(layer) || !isIdentifier(name)) {
      throw new IllegalArgumentException(
          "'"
              + layer
              + "."
              + name
              + "' is not a table name; write layer.name in lower case with underscores,"
              + " dwd.reading_event for example");
    }
  }

  /** Reads {@code layer.name}. */
  public static TableName parse(String text) {
    int dot = text.indexOf('.');
    return dot < 0
        ? new TableName("", text)
        : new TableName(text.substring(0, dot), text.substring(dot + 1));
  }

  /** The table beside this one whose name carries {@code suffix}, in the same layer. */
  public TableName withSuffix(String suffix) {
    return new TableName(layer, name + suffix);
  }

  /** Whether a text may be the name of a layer or a table. */
  public static boolean isIdentifier(String text) {
    return text != null && IDENTIFIER.matcher(text).matches();
  }

  @Override
  public String toString() {
    return layer + "." + name;
  }
}
