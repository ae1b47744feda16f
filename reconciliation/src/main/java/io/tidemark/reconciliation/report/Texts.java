package io.tidemark.reconciliation.report;

import io.tidemark.reconciliation.plan.Shown;
import java.math.BigDecimal;
import java.util.Set;

/** Names, values and sentences of data as pieces of a line, none of them endless. */
final class Texts {
  /** What stands where there is no number. */
  static final String NOTHING = "-";

  private static final Set<String> NO_DECIMAL = Set.of("NaN", "Infinity", "-Infinity", "NULL");
  private static final double SMALLEST_SHARE = 1e-8;
  private static final int MOST_OF_NAME = 120;
  private static final int MOST_OF_VALUE = 80;
  private static final int MOST_OF_SENTENCE = 400;

  private Texts() {}

  /** A name from the configuration or the tables. */
  static String name(String name) {
    return Plain.line(name, MOST_OF_NAME);
  }

  /** A value of a column. */
  static String value(String value) {
    return Plain.line(value, MOST_OF_VALUE);
  }

  /** A sentence, whose line breaks are spaces. */
  static String sentence(String sentence) {
    return Plain.line(sentence.replaceAll("\\s+", " ").strip(), MOST_OF_SENTENCE);
  }

  /** A number of a metric with its thousands apart; what is no number as it is. */
  static String total(String text) {
    return text == null ? NOTHING : value(Shown.value(text, true));
  }

  /** Whether it is a number, or stands for one. */
  static boolean numeric(String text) {
    return text == null || NO_DECIMAL.contains(text) || decimal(text) != null;
  }

  /** A number with its sign; empty when unknown. */
  static String signed(String text) {
    if (text == null) {
      return "";
    }
    BigDecimal number = decimal(text);
    if (number == null) {
      return total(text);
    }
    return switch (number.signum()) {
      case 0 -> "0";
      case 1 -> "+" + total(text);
      default -> total(text).replace('-', '−');
    };
  }

  /** Batch minus stream with its sign; empty where one of them is no number. */
  static String between(String stream, String batch) {
    BigDecimal from = stream == null ? BigDecimal.ZERO : decimal(stream);
    BigDecimal to = batch == null ? BigDecimal.ZERO : decimal(batch);
    return from == null || to == null ? "" : signed(to.subtract(from).toPlainString());
  }

  /** A share of something as a percentage. */
  static String share(double share) {
    if (Double.isNaN(share)) {
      return "NaN";
    }
    return share > 0 && share < SMALLEST_SHARE
        ? "< " + Shown.percent(SMALLEST_SHARE)
        : Shown.percent(share);
  }

  /** The number; {@code null} when it is none. */
  private static BigDecimal decimal(String text) {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
