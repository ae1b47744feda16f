package io.tidemark.catalog;

import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.SecretReference;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Values;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Reads {@link SchemaRegistrySettings}; their keys are declared here. */
final class SchemaRegistryReader {
  private static final Pattern ADDRESS = Pattern.compile("https?://[^\\s/?#@,]+(/[^\\s?#,]*)?");

  private static final Key<String> URL =
      Key.optional(
          "url",
          Values.TEXT,
          "Where it answers, `https://host:8081`, several with commas; required for topics whose"
              + " messages name their schema in it.");
  private static final Key<String> USER =
      Key.optional("user", Values.TEXT, "The user, if it asks for one.");
  private static final Key<SecretReference> PASSWORD =
      Key.optional(
          "password",
          Values.SECRET,
          "The user's; without a user a bearer token. Taken from an environment variable or a file,"
              + " from the project's root.");
  private static final Key<Duration> TIMEOUT =
      Key.withDefault(
          "timeout", Values.POSITIVE_DURATION, "10 seconds", "How long an answer may take.");

  static final Keys KEYS = Keys.of(URL, USER, PASSWORD, TIMEOUT);

  private SchemaRegistryReader() {}

  /** The settings; {@code null} without a registry, or after a problem. */
  static SchemaRegistrySettings read(Section section, Path root) {
    if (section == null || !section.sound()) {
      return null;
    }
    if (!section.has(URL)) {
      for (Key<?> key : List.of(USER, PASSWORD, TIMEOUT)) {
        if (section.has(key)) {
          section.refuse(key, "", "", "goes with a registry; write its 'url:' too, or remove this");
        }
      }
      return null;
    }
    List<URI> urls = urls(section);
    String password = password(section, root);
    return section.build(
        () -> new SchemaRegistrySettings(urls, section.get(USER), password, section.get(TIMEOUT)));
  }

  private static String password(Section section, Path root) {
    SecretReference password = section.get(PASSWORD);
    try {
      return password == null ? null : password.resolve(root);
    } catch (IllegalArgumentException e) {
      section.refuse(PASSWORD, "", "", e.getMessage());
      return null;
    }
  }

  private static List<URI> urls(Section section) {
    String text = section.get(URL);
    List<String> urls = Arrays.asList(text.split(",", -1));
    if (urls.stream().allMatch(url -> ADDRESS.matcher(url).matches())) {
      return urls.stream().map(url -> URI.create(url.replaceAll("/+$", ""))).toList();
    }
    if (text.contains("@")) {
      // Without the value, which may be a secret.
      section.refuse(
          URL, "", "", "holds a user or a password; write them as 'user:' and 'password:'");
    } else {
      section.refuse(
          URL,
          "is no address of a schema registry; write http:// or https://, host and port, several"
              + " with commas and no spaces");
    }
    return List.of();
  }
}
