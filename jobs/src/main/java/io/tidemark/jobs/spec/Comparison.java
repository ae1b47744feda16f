package io.tidemark.jobs.spec;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a number has to compare with a limit; NULL never does.
 *
 * @param operator {@code >=}, {@code >}, {@code <=}, {@code <} or {@code =}, as SQL has them
 * @param limit what is compared with
 */
public record Comparison(String operator, BigDecimal limit) {
  private static final Pattern TEXT =
      Pattern.compile("(>=|>|<=|<|=)\\s*(-?\\d{1,15}(?:\\.\\d{1,9})?)");

  /**
   * Reads an operator and a number, {@code >= 3} say.
   *
   * @throws IllegalArgumentException when it is something else
   */
  public static Comparison parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "is no comparison; write >=, >, <=, < or = and a number, in quotes, as '>= 3'");
    }
    return new Comparison(matcher.group(1), new BigDecimal(matcher.group(2)));
  }

  /** As it is declared, which is SQL, too. */
  public String text() {
    return operator + " " + limit.toPlainString();
  }
}
