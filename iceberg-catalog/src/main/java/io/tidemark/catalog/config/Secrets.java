package io.tidemark.catalog.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Keeps secrets out of logs, messages and tables, by the name of their key. */
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

  /** A key of a setting or of an address, signatures of signed ones too, and its value. */
  private static final Pattern SETTING =
      Pattern.compile(
          "(?i)([\\w.-]*(?:%s|signature|\\bsig\\b)[\\w.-]*[\"']?\\s*[=:]\\s*)(\\(hidden\\)|\"[^\"]*\"|'[^']*'|[^\\s,;&)}\\]]+)"
              .formatted(MARKS.stream().map(Pattern::quote).collect(Collectors.joining("|"))));

  private static final Pattern USER_OF_ADDRESS = Pattern.compile("(://[^/\\s:@]+):[^/\\s@]+@");
  private static final Pattern BEARER = Pattern.compile("(?i)(bearer )[\\w.~+/=-]+");

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

  /**
   * A text of somebody else, a library's failure for example, without the values of what is named
   * like a secret in it, and without passwords in addresses.
   */
  public static String redactText(String text) {
    String settings = SETTING.matcher(text).replaceAll("$1" + HIDDEN);
    String addresses = USER_OF_ADDRESS.matcher(settings).replaceAll("$1:" + HIDDEN + "@");
    return BEARER.matcher(addresses).replaceAll("$1" + HIDDEN);
  }
}
