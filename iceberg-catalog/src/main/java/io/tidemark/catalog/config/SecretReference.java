package io.tidemark.catalog.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a secret stands, so that no file of the configuration and no command line holds it.
 *
 * @param kind {@code env} or {@code file}
 * @param name of the environment variable, or path of the file
 */
public record SecretReference(String kind, String name) {
  private static final Pattern FORM = Pattern.compile("\\$\\{(env|file):([^{}]+)\\}");
  private static final String HOW = "write ${env:NAME} or ${file:PATH}";

  /** A reference, or nothing when the text is none. */
  public static Optional<SecretReference> find(String text) {
    Matcher form = FORM.matcher(text.strip());
    return form.matches()
        ? Optional.of(new SecretReference(form.group(1), form.group(2).strip()))
        : Optional.empty();
  }

  /** A reference; any other text is refused, and the refusal does not show it. */
  static SecretReference parse(String text) {
    return find(text)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "is a secret, which does not stand in a file or on a command line; " + HOW));
  }

  /**
   * The secret.
   *
   * @param root where relative paths start
   * @throws IllegalArgumentException when it is not there; the message goes on after the key
   */
  public String resolve(Path root) {
    return kind.equals("env") ? ofEnvironment() : ofFile(root);
  }

  private String ofEnvironment() {
    String value = System.getenv(name);
    if (value == null || value.isEmpty()) {
      throw new IllegalArgumentException(
          "is taken from the environment variable " + name + ", which is not set; export it");
    }
    return value;
  }

  /** Without the line's end that editors leave. */
  private String ofFile(Path root) {
    Path file = root.resolve(name);
    try {
      String value = Files.readString(file).strip();
      if (!value.isEmpty()) {
        return value;
      }
      throw new IllegalArgumentException(
          "is taken from the file " + name + ", which is empty; write the secret into it");
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "is taken from the file "
              + name
              + ", which cannot be read; create it, or correct its"
              + " path");
    }
  }
}
