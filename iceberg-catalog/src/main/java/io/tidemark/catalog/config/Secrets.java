package io.tidemark.catalog.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Keeps secrets out of logs and messages, by the name of their key. */
public final class Secrets {
  private static final List<String> MARKS =
      List.of(
          "password",
          "secret",
          "token",
          "jaas",
          "credential",
          "access-key",
          "access.key",
          "private-key",
          "private.key",
          "keystore.key");
  private static final String HIDDEN = "(hidden)";

  private Secrets() {}

  /** The value, unless its key names a secret. */
  public static String redact(String key, String value) {
    String lower = key.toLowerCase(Locale.ROOT);
    return MARKS.stream().anyMatch(lower::contains) ? HIDDEN : value;
  }

  /** The map as text, in key order, without its secrets. */
  public static String redact(Map<String, String> properties) {
    Map<String, String> shown = new TreeMap<>(properties);
    shown.replaceAll(Secrets::redact);
    return shown.toString();
  }
}
