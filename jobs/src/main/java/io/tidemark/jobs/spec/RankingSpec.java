package io.tidemark.jobs.spec;

import java.util.ArrayList;
import java.util.List;

/**
 * The first of each group and period of a summary, by one of its metrics.
 *
 * @param metric what they are ordered by; who has no value has no rank
 * @param top how many ranks there are, at least 1
 * @param ranked dimensions that tell apart what is ranked, at least one
 * @param by dimensions of the groups; empty for one ranking of all
 * @param period what the values are added up over
 * @param order which end comes first
 * @param ties what becomes of equal values
 * @param tieBreak all of {@code ranked}, in the order by which equal values are told apart,
 *     ascending and NULL last; empty where they share a rank
 */
public record RankingSpec(
    String metric,
    int top,
    List<String> ranked,
    List<String> by,
    Period period,
    Order order,
    Ties ties,
    List<String> tieBreak)
    implements ViewSpec.Shape {
  /** The column of the rank, from 1. */
  public static final String RANK = "rank";

  /** First day of a period that is longer than a day. */
  public static final String PERIOD_START = "period_start";

  /** How long a ranking's values are added up. */
  public enum Period {
    /** Each window of the summary by itself. */
    WINDOW,
    DAY,
    /** From Monday on. */
    WEEK,
    MONTH,
    QUARTER,
    YEAR;

    /** Whether it holds several days. */
    public boolean isLong() {
      return compareTo(DAY) > 0;
    }
  }

  /** Which end comes first. */
  public enum Order {
    DESCENDING,
    ASCENDING
  }

  /** What becomes of equal values. */
  public enum Ties {
    /** They share a rank, and the ranks behind are left out: 1, 1, 3. */
    RANK,
    /** They share a rank, and none is left out: 1, 1, 2. */
    DENSE_RANK,
    /** Each has a rank of its own, by the tie-break. */
    ROW_NUMBER
  }

  public RankingSpec {
    ranked = List.copyOf(ranked);
    by = List.copyOf(by);
    tieBreak = List.copyOf(tieBreak);
  }

  /** The dimensions that are read. */
  public List<String> dimensions() {
    List<String> dimensions = new ArrayList<>(by);
    dimensions.addAll(ranked);
    return dimensions;
  }
}
