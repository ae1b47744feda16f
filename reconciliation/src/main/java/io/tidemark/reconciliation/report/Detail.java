package io.tidemark.reconciliation.report;

import java.util.Arrays;
import java.util.List;

/**
 * How much a mail says. Each step leaves out what the one before did, and its own; the first that
 * fits is sent, and says what is missing. On disk everything is there.
 */
public enum Detail {
  /** Everything. */
  FULL(""),
  /** Without the charts of jobs that are equal. */
  NO_CHARTS_OF_EQUAL("charts of equal jobs"),
  /** Charts only of jobs that are outside tolerance. */
  NO_CHARTS_OF_WITHIN("charts of jobs within tolerance"),
  /** Without any chart. */
  NO_CHARTS("charts"),
  /** Equal jobs only in the list of jobs. */
  NO_METRICS_OF_EQUAL("metrics of equal jobs"),
  /** Of the others, only those outside tolerance in detail. */
  NO_METRICS_OF_WITHIN("metrics of jobs within tolerance"),
  /** Without the attachment. */
  NO_ATTACHMENT("the CSV attachment"),
  /** The verdict and the most urgent jobs. */
  SUMMARY("details of every job and all but the 500 most urgent jobs");

  /** Jobs of a summary. */
  static final int MOST_URGENT = 500;

  private final String leftOut;

  Detail(String leftOut) {
    this.leftOut = leftOut;
  }

  /** What this step and those before it leave out. */
  public List<String> leftOut() {
    return Arrays.stream(values())
        .filter(step -> step.compareTo(this) <= 0 && !step.leftOut.isEmpty())
        .map(step -> step.leftOut)
        .toList();
  }

  boolean shows(Detail lost) {
    return compareTo(lost) < 0;
  }

  boolean showsMetrics(Verdict verdict) {
    return switch (verdict) {
      case EQUAL -> shows(NO_METRICS_OF_EQUAL);
      case WITHIN -> shows(NO_METRICS_OF_WITHIN);
      case OUTSIDE, NOT_COMPARED -> shows(SUMMARY);
      case NOT_RUN -> false;
    };
  }

  boolean showsChart(Verdict verdict) {
    return switch (verdict) {
      case EQUAL -> shows(NO_CHARTS_OF_EQUAL);
      case WITHIN -> shows(NO_CHARTS_OF_WITHIN);
      case OUTSIDE -> shows(NO_CHARTS);
      case NOT_COMPARED, NOT_RUN -> false;
    };
  }

  /** Where nobody has to do anything, the worst of the places is enough. */
  static List<Place> places(Verdict verdict, List<Place> places) {
    return verdict == Verdict.OUTSIDE ? places : places.subList(0, Math.min(1, places.size()));
  }
}
