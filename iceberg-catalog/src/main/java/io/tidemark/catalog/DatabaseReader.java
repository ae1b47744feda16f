package io.tidemark.catalog;

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
import java.util.regex.Pattern;

/** Reads {@link DatabaseSettings}; their keys are declared here. */
final class DatabaseReader {
  private static final Pattern ADDRESS =
      Pattern.compile("jdbc:postgresql://[^/?\\s@]+/[^/?\\s]+(\\?\\S*)?");

  private static final Key<String> URL =
      Key.required("url", Values.TEXT, "Its address, `jdbc:postgresql://HOST[:PORT]/DATABASE`.");
  private static final Key<String> USER =
      Key.optional("user", Values.TEXT, "The user, who may read the tables.");
  private static final Key<SecretReference> PASSWORD =
      Key.optional(
          "password",
          Values.SECRET,
          "The user's, from an environment variable or a file, from the project's root. It is looked"
              + " up by `check` alone.");
  private static final Key<String> TOPICS =
      Key.optional(
          "topics",
          Values.TEXT,
          "How the topics of its change logs begin; `NAME.` unless it is written, as `source add`"
              + " has them.");
  private static final Key<Duration> CAPTURE_LAG =
      Key.withDefault(
          "capture-lag",
          Values.DURATION,
          "30 seconds",
          "How long a change may take to Kafka, where the database has no replication slot"
              + " `tidemark_NAME` that tells how far the capture is.");

  static final Keys KEYS = Keys.of(URL, USER, PASSWORD, TOPICS, CAPTURE_LAG);

  private DatabaseReader() {}

  static Map<String, DatabaseSettings> read(Map<String, Section> sections, Path root) {
    if (sections == null) {
      return Map.of();
    }
    Map<String, DatabaseSettings> databases = new LinkedHashMap<>();
    sections.forEach(
        (name, section) -> {
          String url = section.get(URL);
          if (url != null) {
            checkAddress(section, url);
          }
          String topics = section.get(TOPICS);
          DatabaseSettings settings =
              section.build(
                  () ->
                      new DatabaseSettings(
                          name,
                          url,
                          section.get(USER),
                          section.get(PASSWORD),
                          root,
                          topics == null ? name + "." : topics,
                          section.get(CAPTURE_LAG)));
          if (settings != null) {
            databases.put(name, settings);
          }
        });
    return Collections.unmodifiableMap(databases);
  }

  private static void checkAddress(Section section, String url) {
    if (url.toLowerCase(Locale.ROOT).contains("password") || url.contains("@")) {
      // Without the value, which may be a secret.
      section.refuse(URL, "", "", "holds a password; write 'password: ${env:NAME}' beside it");
    } else if (!ADDRESS.matcher(url).matches()) {
      section.refuse(
          URL,
          "is no address of a PostgreSQL server; write jdbc:postgresql://HOST[:PORT]/DATABASE");
    }
  }
}
