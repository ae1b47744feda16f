package io.tidemark.jobs.database;

import java.io.IOException;
import java.io.StringReader;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The tables that a connector's file names, as Debezium takes it: regular expressions. */
final class CapturedTables {
  private static final String LIST = "table.include.list";
  private static final String COMMA = "(?<!\\\\),";

  private final List<Pattern> patterns;

  private CapturedTables(List<Pattern> patterns) {
    this.patterns = patterns;
  }

  /**
   * Those of a file.
   *
   * @param connector its text; without a list Debezium captures every table, and none with a text
   *     that is no properties file
   */
  static CapturedTables of(String connector) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(connector));
    } catch (IOException | IllegalArgumentException e) {
      return new CapturedTables(List.of());
    }
    String list = properties.getProperty(LIST, "");
    return new CapturedTables(
        Arrays.stream((list.isBlank() ? ".*" : list).split(COMMA))
            .map(each -> pattern(each.strip()))
            .toList());
  }

  boolean contains(DatabaseTable table) {
    return patterns.stream().anyMatch(each -> each.matcher(table.qualified()).matches());
  }

  private static Pattern pattern(String text) {
    try {
      return Pattern.compile(text, Pattern.CASE_INSENSITIVE);
    } catch (PatternSyntaxException e) {
      return Pattern.compile(text, Pattern.CASE_INSENSITIVE | Pattern.LITERAL);
    }
  }
}
