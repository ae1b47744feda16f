package io.tidemark.catalog.config;

import io.tidemark.catalog.UserError;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The configuration cannot be used as it stands. Carries every problem found, and its message lists
 * them for people: by file, one a line.
 */
public final class ConfigurationException extends RuntimeException implements UserError {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  public ConfigurationException(List<Problem> problems) {
    super(message(problems));
    this.problems = List.copyOf(problems);
  }

  /** Every problem found; never empty. */
  public List<Problem> problems() {
    return problems == null ? List.of() : problems;
  }

  private static String message(List<Problem> problems) {
    Map<String, List<Problem>> byFile =
        problems.stream()
            .collect(Collectors.groupingBy(Problem::file, TreeMap::new, Collectors.toList()));
    StringBuilder text = new StringBuilder();
    text.append(problems.size())
        .append(problems.size() == 1 ? " problem" : " problems")
        .append(" in the configuration:");
    for (Map.Entry<String, List<Problem>> file : byFile.entrySet()) {
      text.append('\n').append(file.getKey());
      for (Problem problem : file.getValue()) {
        text.append("\n  ").append(problem.text());
      }
    }
    return text.toString();
  }
}
