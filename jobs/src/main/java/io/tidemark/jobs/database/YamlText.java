package io.tidemark.jobs.database;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Text of a database as a file of declarations can hold it. */
final class YamlText {
  private YamlText() {}

  /** {@code orderLines} becomes {@code order_lines}. */
  static String identifier(String name) {
    String snake =
        name.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
            .replaceAll("[^A-Za-z0-9]+", "_")
            .replaceAll("^_+|_+$", "")
            .toLowerCase(Locale.ROOT);
    return snake.matches("[a-z].*") ? snake : "c_" + snake;
  }

  /** A scalar; quoted where YAML could take it for anything else. */
  static String quoted(String text) {
    boolean plain =
        text.matches("[A-Za-z_][A-Za-z0-9_.-]*")
            && !text.matches("(?i)y|n|yes|no|on|off|true|false|null");
    return plain ? text : "\"" + oneLine(text).replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  static String list(List<String> texts) {
    return texts.stream().map(YamlText::quoted).collect(Collectors.joining(", ", "[", "]"));
  }

  /** A comment at the end of a line; empty when there is nothing to say. */
  static String comment(String... remarks) {
    String joined =
        Arrays.stream(remarks)
            .filter(remark -> !remark.isBlank())
            .map(YamlText::oneLine)
            .collect(Collectors.joining("; "));
    return joined.isEmpty() ? "" : "   # " + joined;
  }

  static String oneLine(String text) {
    return text.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]+", " ").strip();
  }
}
