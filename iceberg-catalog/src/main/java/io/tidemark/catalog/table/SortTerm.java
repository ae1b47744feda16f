package io.tidemark.catalog.table;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.SortOrderBuilder;

/**
 * One column of a sort order. NULLs come first where it ascends and last where it descends.
 *
 * @param column the column's name
 * @param descending largest value first
 */
public record SortTerm(String column, boolean descending) {
  private static final Pattern TEXT = Pattern.compile("([a-z][a-z0-9_]*)( asc| desc)?");

  /** Reads {@code channel} and {@code event_time desc}. */
  public static SortTerm parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a sort column; write a column, or 'column desc'");
    }
    return new SortTerm(matcher.group(1), " desc".equals(matcher.group(2)));
  }

  void addTo(SortOrderBuilder<?> order) {
    if (descending) {
      order.desc(column);
    } else {
      order.asc(column);
    }
  }

  /** As it is declared. */
  @Override
  public String toString() {
    return descending ? column + " desc" : column;
  }
}
