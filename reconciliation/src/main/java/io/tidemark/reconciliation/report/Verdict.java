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
  EQUAL("equal"),
  /** Neither its stream nor its batch has written anything here: it is no part of the verdict. */
  NOT_RUN("not run here");

  private final String text;

  Verdict(String text) {
    this.text = text;
  }

  /** The words for it. */
  public String text() {
    return text;
  }

  /** Whether somebody has to look at it. */
  public boolean needsSomebody() {
    return this == OUTSIDE || this == NOT_COMPARED;
  }

  /** A sign that says it without colour. */
  public String sign() {
    return switch (this) {
      case OUTSIDE -> "✗";
      case NOT_COMPARED -> "–";
      case WITHIN -> "≈";
      case EQUAL -> "✓";
      case NOT_RUN -> "·";
    };
  }
}
