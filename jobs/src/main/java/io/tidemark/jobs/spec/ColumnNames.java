package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Suggestions;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What messages about column names have in common. */
final class ColumnNames {
  private ColumnNames() {}

  static String didYouMean(String written, List<String> known) {
    return Suggestions.didYouMean(written, known, "the columns are " + String.join(", ", known));
  }

  /** The first name that stands in the list a second time. */
  static Optional<String> firstRepeated(List<String> names) {
    Set<String> seen = new HashSet<>();
    return names.stream().filter(name -> !seen.add(name)).findFirst();
  }
}
