package io.tidemark.jobs.spec;

/** Checks of texts that several keys share. */
final class KeyTexts {
  private KeyTexts() {}

  /** Names of fields, one inside the other. */
  static String path(String text) {
    return check(
        text,
        "%1$s(\\.%1$s)*".formatted(ColumnSpec.FIELD_NAME),
        "is not a path; write field names joined by dots");
  }

  /**
   * The text, when all of it is as a pattern says.
   *
   * @throws IllegalArgumentException with the remedy, when it is not
   */
  static String check(String text, String pattern, String remedy) {
    if (text.matches(pattern)) {
      return text;
    }
    throw new IllegalArgumentException(remedy);
  }
}
