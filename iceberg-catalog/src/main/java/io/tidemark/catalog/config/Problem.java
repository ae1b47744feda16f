package io.tidemark.catalog.config;

/**
 * One thing wrong with the configuration, with what to write instead.
 *
 * @param file path from the project root, or {@code --set} for the command line
 * @param line line in the file, 0 when unknown
 * @param key dotted key, or {@code file} when the file as a whole is meant
 * @param value what was written; empty when nothing was
 * @param remedy what is wrong and what to write, phrased to follow the value
 */
public record Problem(String file, int line, String key, String value, String remedy) {
  public Problem {
    value = value == null || value.isEmpty() ? "" : Secrets.redact(key, value);
  }

  public Problem(String file, String key, String value, String remedy) {
    this(file, 0, key, value, remedy);
  }

  /** The problem in one line, without its file. */
  public String text() {
    String what = value.isEmpty() ? key + " " : key + ": '" + value + "' ";
    return (line > 0 ? "line " + line + ": " : "") + what + remedy;
  }
}
