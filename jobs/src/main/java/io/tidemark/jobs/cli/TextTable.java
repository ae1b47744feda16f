package io.tidemark.jobs.cli;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Rows in columns, for a person to read in a terminal: numbers to the right and as they are, the
 * rest to the left.
 */
public final class TextTable {
  private static final int WIDEST = 60;
  private static final int WIDEST_LAST = 100;
  private static final DecimalFormatSymbols SYMBOLS = DecimalFormatSymbols.getInstance(Locale.ROOT);

  private final List<String[]> rows = new ArrayList<>();
  private final boolean[] numeric;
  private boolean summary;

  public TextTable(String... header) {
    rows.add(header.clone());
    numeric = new boolean[header.length];
    Arrays.fill(numeric, true);
  }

  /** Its numbers are counts and amounts: thousands apart, six decimals at most, no NULL. */
  public TextTable ofCounts() {
    summary = true;
    return this;
  }

  /** Adds a row with as many values as the header has; {@code null} shows as NULL. */
  public TextTable add(Object... values) {
    String[] row = new String[values.length];
    for (int i = 0; i < values.length; i++) {
      numeric[i] &= values[i] == null || values[i] instanceof Number;
      String text = text(values[i]);
      int widest = i == values.length - 1 ? WIDEST_LAST : WIDEST;
      row[i] = text.length() > widest ? text.substring(0, widest - 1) + "…" : text;
    }
    rows.add(row);
    return this;
  }

  /** Prints the header, a line, and the rows. */
  public void print(PrintWriter out) {
    print(rows.size(), out);
  }

  /** Prints at most so many rows, and says below them whether there are more. */
  public void printFirst(int limit, PrintWriter out) {
    int count = rows.size() - 1;
    print(limit, out);
    out.println(
        count > limit
            ? "(the first " + limit + "; there are more)"
            : "(" + count + (count == 1 ? " row)" : " rows)"));
    out.flush();
  }

  private void print(int limit, PrintWriter out) {
    int[] widths =
        IntStream.range(0, numeric.length)
            .map(i -> rows.stream().mapToInt(row -> row[i].length()).max().orElse(0))
            .toArray();
    out.println(line(rows.get(0), widths));
    out.println("-".repeat(IntStream.of(widths).sum() + 2 * Math.max(0, widths.length - 1)));
    rows.stream().skip(1).limit(limit).forEach(row -> out.println(line(row, widths)));
    out.flush();
  }

  private String text(Object value) {
    if (value == null) {
      return summary ? "" : "NULL";
    }
    boolean isFloating = value instanceof Double || value instanceof Float;
    String text = value.toString().replace('\n', ' ');
    if (!(value instanceof Number) || text.equals("NaN") || text.endsWith("Infinity")) {
      return text;
    }
    if (summary) {
      return new DecimalFormat("#,##0.######", SYMBOLS).format(new BigDecimal(text));
    }
    return isFloating ? new BigDecimal(text).toPlainString() : text;
  }

  private String line(String[] row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.length; i++) {
      String padding = " ".repeat(widths[i] - row[i].length());
      line.append(i == 0 ? "" : "  ");
      line.append(numeric[i] ? padding + row[i] : row[i] + padding);
    }
    return line.toString().stripTrailing();
  }
}
