package io.tidemark.jobs.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Splits Spark SQL into tokens, without its comments. */
final class SqlTokens {
  // Spark reads both 'x' and "x" as strings with backslash escapes, and nests no comments in --.
  private static final Pattern TOKEN =
      Pattern.compile(
          "--[^\\n]*|/\\*.*?(?:\\*/|\\z)|\\s+"
              + "|(?<string>'(?:[^'\\\\]++|\\\\.)*+(?:'|\\z)|\"(?:[^\"\\\\]++|\\\\.)*+(?:\"|\\z))"
              + "|(?<quoted>`(?:[^`]++|``)*+(?:`|\\z))"
              + "|(?<word>[\\p{L}_][\\p{L}\\p{N}_]*)"
              + "|(?<number>\\p{N}[\\p{L}\\p{N}_]*)"
              + "|(?<symbol>.)",
          Pattern.DOTALL);

  /** What a token is. */
  enum Kind {
    WORD,
    QUOTED,
    STRING,
    NUMBER,
    SYMBOL
  }

  /**
   * A token.
   *
   * @param text as written, words in lower case
   */
  record Token(Kind kind, String text) {
    /** Whether it is this word or symbol, and not a quotation of it. */
    boolean is(String other) {
      return (kind == Kind.WORD || kind == Kind.SYMBOL) && text.equals(other);
    }
  }

  private SqlTokens() {}

  static List<Token> of(String sql) {
    List<Token> tokens = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(sql);
    while (matcher.find()) {
      for (Kind kind : Kind.values()) {
        String text = matcher.group(kind.name().toLowerCase(Locale.ROOT));
        if (text != null) {
          tokens.add(new Token(kind, kind == Kind.WORD ? text.toLowerCase(Locale.ROOT) : text));
        }
      }
    }
    return tokens;
  }
}
