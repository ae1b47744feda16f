package io.tidemark.reconciliation.plan;

import java.math.BigDecimal;
import java.math.MathContext;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.Locale;

/** Values as a person reads them. */
public final class Shown {
  private static final DecimalFormatSymbols SYMBOLS = DecimalFormatSymbols.getInstance(Locale.ROOT);
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
  private static final int DIGITS_OF_SHARE = 4;

  private Shown() {}

  /** Thousands apart, six decimals at most; anything that is no number as it is. */
  public static String value(String text, boolean numeric) {
    if (text == null) {
      return "-";
    }
    if (numeric) {
      try {
        return new DecimalFormat("#,##0.######", SYMBOLS).format(new BigDecimal(text));
      } catch (NumberFormatException e) {
        return text; // NaN, Infinity, NULL, (no row)
      }
    }
    return text.replace('\n', ' ');
  }

  /** Four digits, however small, so that a difference is never shown as none. */
  public static String percent(double share) {
    if (Double.isInfinite(share) || share > 1e6) {
      return "> 10^8 %";
    }
    BigDecimal percent =
        BigDecimal.valueOf(share).multiply(HUNDRED).round(new MathContext(DIGITS_OF_SHARE));
    return percent.signum() == 0 ? "0 %" : percent.stripTrailingZeros().toPlainString() + " %";
  }

  /** Thousands apart. */
  public static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** {@code 2 hours}, {@code 90 minutes}, {@code 5 seconds}. */
  public static String duration(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds % 3600 == 0) {
      return counted(seconds / 3600, "hour");
    }
    return seconds % 60 == 0 ? counted(seconds / 60, "minute") : counted(seconds, "second");
  }

  /** {@code 1 key}, {@code 2,000 keys}. */
  public static String counted(long count, String noun) {
    return number(count) + " " + noun + (count == 1 ? "" : "s");
  }
}
