package io.tidemark.catalog.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what somebody meant to write. */
public final class Suggestions {
  private Suggestions() {}

  /** {@code "did you mean 'x'?"} when one of the candidates is close, else {@code otherwise}. */
  public static String didYouMean(String written, Collection<String> candidates, String otherwise) {
    return closest(written, candidates)
        .map(candidate -> "did you mean '" + candidate + "'?")
        .orElse(otherwise);
  }

  /** The candidate nearest to what was written, if it is near enough to be a slip. */
  public static Optional<String> closest(String written, Collection<String> candidates) {
    int limit = Math.max(2, written.length() / 3);
    return candidates.stream()
        .filter(candidate -> distance(written, candidate) <= limit)
        .min(
            Comparator.comparingInt((String candidate) -> distance(written, candidate))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** Levenshtein's distance, one row of the table at a time. */
  private static int distance(String left, String right) {
    int[] row = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int change = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j - 1], row[j]) + 1);
      }
    }
    return row[right.length()];
  }
}
