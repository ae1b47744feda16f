package io.tidemark.jobs.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows in columns, for a person to read in a terminal: numbers to the right, the rest to the left.
 */
public final class TextTable {
  private static final int WIDEST = 60;

  private final List<String[]> rows = new ArrayList<>();
  private final boolean[] numeric;

  public TextTable(String... header) {
    rows.add(header.clone());
    numeric = new boolean[header.length];
    Arrays.fill(numeric, true);
  }

  /** Adds a row with as many values as the header has; {@code null} shows as NULL. */
  public TextTable add(Object... values) {
    String[] row = new String[values.length];
    for (int i = 0; i < values.length; i++) {
      numeric[i] &= values[i] == null || values[i] instanceof Number;
      String text = values[i] == null ? "NULL" : String.valueOf(values[i]).replace('\n', ' ');
      row[i] = text.length() > WIDEST ? text.substring(0, WIDEST - 1) + "…" : text;
    }
    rows.add(row);
    return this;
  }

  /** Prints the header, a line, the rows, and how many there are. */
  public void print(PrintWriter out) {
    int[] widths =
        IntStream.range(0, numeric.length)
            .map(i -> rows.stream().mapToInt(row -> row[i].length()).max().orElse(0))
            .toArray();
    out.println(line(rows.get(0), widths));
    out.println("-".repeat(IntStream.of(widths).sum() + 2 * Math.max(0, widths.length - 1)));
    rows.stream().skip(1).forEach(row -> out.println(line(row, widths)));
    int count = rows.size() - 1;
    out.println("(" + count + (count == 1 ? " row)" : " rows)"));
    out.flush();
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
