package io.tidemark.catalog.config;

import java.util.List;

/** Prints the declared keys of each kind of file as one page of Markdown. */
public final class ConfigurationReference {
  private ConfigurationReference() {}

  /**
   * One kind of file.
   *
   * @param title its heading
   * @param intro where it stands and what it is for
   * @param keys what may be written in it
   */
  public record FileKind(String title, String intro, Keys keys) {}

  /** The page's part about these kinds of files. */
  public static String markdown(List<FileKind> kinds) {
    StringBuilder page = new StringBuilder();
    for (FileKind kind : kinds) {
      page.append("\n## ").append(kind.title()).append("\n\n").append(kind.intro()).append("\n\n");
      page.append("| key | type | default | what it does |\n|---|---|---|---|\n");
      rows(page, kind.keys().list(), "");
    }
    return page.toString();
  }

  private static void rows(StringBuilder page, List<Key<?>> keys, String prefix) {
    for (Key<?> key : keys) {
      String name = prefix + key.name();
      page.append("| `").append(name).append("` | ").append(cell(key.type().label()));
      page.append(" | ").append(fallback(key)).append(" | ").append(cell(key.doc())).append(" |\n");
      below(page, key.type(), name);
    }
  }

  private static void below(StringBuilder page, ValueType<?> type, String name) {
    rows(page, type.below(), name + ".");
    if (type instanceof Structures.MapType<?> map) {
      below(page, map.value(), name + ".NAME");
    }
  }

  private static String fallback(Key<?> key) {
    if (key.required()) {
      return "required";
    }
    return key.fallbackText().isEmpty() ? "" : "`" + key.fallbackText() + "`";
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}
