package io.tidemark.reconciliation.report;

/** What a day's comparison of one job came to. The order is that of urgency. */
public enum Verdict {
  /** A metric differs by more than is tolerated. */
  OUTSIDE("outside tolerance"),
  /** There is no comparison of the day. */
  NOT_COMPARED("not compared"),
  /** Keys differ, and no metric by more than is tolerated. */
  WITHIN("within tolerance"),
  /** Every key is equal. */
  EQUAL("equal");

  private final String text;

  Verdict(String text) {
    this.text = text;
  }

  /** The words for it. */
  public String text() {
    return text;
  }

  /** A sign that says it without colour. */
  public String sign() {
    return switch (this) {
      case OUTSIDE -> "✗";
      case NOT_COMPARED -> "–";
      case WITHIN -> "≈";
      case EQUAL -> "✓";
    };
  }
}
