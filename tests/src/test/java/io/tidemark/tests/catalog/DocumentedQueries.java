package io.tidemark.tests.catalog;

import io.tidemark.tests.lakehouse.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The queries over {@code ops} that a page of the documentation prints, as they stand there. */
final class DocumentedQueries {
  private static final Pattern BLOCK = Pattern.compile("(?s)```[a-z]*\\R(.*?)```");
  private static final Pattern COMMENT = Pattern.compile("(?m)^--.*\\R");

  private final String page;
  private final List<String> queries = new ArrayList<>();

  /**
   * The queries of a page.
   *
   * @param page its path below the repository
   */
  DocumentedQueries(String page) {
    this.page = page;
    try {
      String text = Files.readString(Repository.root().resolve(page));
      for (MatchResult block : BLOCK.matcher(text).results().toList()) {
        for (String statement : COMMENT.matcher(block.group(1)).replaceAll("").split(";")) {
          if (statement.strip().startsWith("SELECT") && statement.contains("ops.")) {
            queries.add(statement.strip());
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int count() {
    return queries.size();
  }

  /** The one query that has this in it. */
  String with(String text) {
    List<String> found = queries.stream().filter(query -> query.contains(text)).toList();
    if (found.size() != 1) {
      throw new IllegalStateException(
          "%s has %d queries with '%s': %s".formatted(page, found.size(), text, found));
    }
    return found.get(0);
  }

  /** What the page says that Spark calls otherwise. */
  static String inSpark(String query) {
    return query.replace("date_diff('second', ", "timestampdiff(SECOND, ");
  }
}
