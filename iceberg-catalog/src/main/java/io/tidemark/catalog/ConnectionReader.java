package io.tidemark.catalog;

import io.tidemark.catalog.ConnectionSettings.Kind;
import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.SecretReference;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Values;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@link ConnectionSettings}; their keys are declared here. */
final class ConnectionReader {
  private static final String DATABASE = "//[^/?\\s@]+/[^/?\\s]+(\\?\\S*)?";
  private static final Map<Kind, Pattern> ADDRESSES =
      Map.of(
          Kind.POSTGRESQL, Pattern.compile("jdbc:postgresql:" + DATABASE),
          Kind.MYSQL, Pattern.compile("jdbc:(mysql|mariadb):" + DATABASE),
          Kind.REDIS, Pattern.compile("rediss?://[^/?\\s@:]+(:\\d{1,5})?(/\\d{1,4})?"));

  private static final Key<String> URL =
      Key.required(
          "url",
          Values.TEXT,
          "Its address: `jdbc:postgresql://HOST[:PORT]/DATABASE`,"
              + " `jdbc:mysql://HOST[:PORT]/DATABASE` (MySQL, MariaDB) or"
              + " `redis://HOST[:PORT][/NUMBER]`, with TLS `rediss://`.");
  private static final Key<String> USER =
      Key.optional("user", Values.TEXT, "The user, who may write.");
  private static final Key<SecretReference> PASSWORD =
      Key.optional(
          "password",
          Values.SECRET,
          "The user's, from an environment variable or a file, from the project's root. It is looked"
              + " up when a sink runs.");
  private static final Key<Duration> RETRY_FOR =
      Key.withDefault(
          "retry-for",
          Values.DURATION,
          "1 minute",
          "How long a micro-batch tries again, at growing intervals, while it does not answer; then"
              + " the stream fails, and goes on from there when it is started again.");

  static final Keys KEYS = Keys.of(URL, USER, PASSWORD, RETRY_FOR);

  private ConnectionReader() {}

  static Map<String, ConnectionSettings> read(Map<String, Section> sections, Path root) {
    if (sections == null) {
      return Map.of();
    }
    Map<String, ConnectionSettings> connections = new LinkedHashMap<>();
    sections.forEach(
        (name, section) -> {
          String url = section.get(URL);
          Optional<Kind> kind = url == null ? Optional.empty() : kind(section, url);
          ConnectionSettings settings =
              section.build(
                  () ->
                      new ConnectionSettings(
                          name,
                          kind.orElseThrow(),
                          url,
                          section.get(USER),
                          section.get(PASSWORD),
                          root,
                          section.get(RETRY_FOR)));
          if (settings != null) {
            connections.put(name, settings);
          }
        });
    return Collections.unmodifiableMap(connections);
  }

  private static Optional<Kind> kind(Section section, String url) {
    if (url.toLowerCase(Locale.ROOT).contains("password") || url.contains("@")) {
      // Without the value, which may be a secret.
      section.refuse(
          URL,
          "",
          "",
          "holds a user or a password; write 'user:' and 'password: ${env:NAME}' beside it");
      return Optional.empty();
    }
    Optional<Kind> kind =
        ADDRESSES.entrySet().stream()
            .filter(address -> address.getValue().matcher(url).matches())
            .map(Map.Entry::getKey)
            .findFirst();
    if (kind.isEmpty()) {
      section.refuse(
          URL,
          "is no address of a server that sinks write to; write"
              + " jdbc:postgresql://HOST[:PORT]/DATABASE, jdbc:mysql://HOST[:PORT]/DATABASE or"
              + " redis://HOST[:PORT]");
    }
    return kind;
  }
}
