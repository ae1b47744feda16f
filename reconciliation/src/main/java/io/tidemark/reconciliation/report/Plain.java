package io.tidemark.reconciliation.report;

/**
 * Values of data as text that cannot do harm: no line breaks, no direction changes, not endless.
 */
public final class Plain {
  private static final int FIRST_PRINTABLE = 0x20;

  private Plain() {}

  /**
   * One line of at most so many characters. Characters that cannot be seen, or that turn the
   * direction of the text around them, are written as their code.
   *
   * @param text {@code null} is NULL
   */
  public static String line(String text, int most) {
    if (text == null) {
      return "NULL";
    }
    StringBuilder line = new StringBuilder();
    int count = 0;
    for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
      if (++count > most) {
        return line.append('…').toString();
      }
      int character = text.codePointAt(at);
      if (isHarmless(character)) {
        line.appendCodePoint(character);
      } else {
        line.append(String.format("\\u%04X", character));
      }
    }
    return line.toString();
  }

  private static boolean isHarmless(int character) {
    if (character < FIRST_PRINTABLE) {
      return false;
    }
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          character == 0x200D || character == 0x200C;
      default -> true;
    };
  }
}
