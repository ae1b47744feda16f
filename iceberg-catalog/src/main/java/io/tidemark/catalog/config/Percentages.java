package io.tidemark.catalog.config;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Percentages as people write them: {@code 1%}, {@code 0.5%}, and {@code 0} for none at all. */
public final class Percentages {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,9})?)%");

  private Percentages() {}

  /** Reads a share from 0 to 1. */
  public static double parse(String text) {
    if (text.equals("0")) {
      return 0;
    }
    Matcher matcher = TEXT.matcher(text);
    Values.check(
        text, matcher.matches(), "is not a percentage; write one with its sign, such as 1%");
    // Decimal arithmetic, so that 1% is the very double 0.01.
    double share = new BigDecimal(matcher.group(1)).movePointLeft(2).doubleValue();
    Values.check(text, share <= 1, "is more than 100%; write 0 to 100%");
    return share;
  }
}
