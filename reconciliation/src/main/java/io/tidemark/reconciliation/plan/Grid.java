package io.tidemark.reconciliation.plan;

import java.util.ArrayList;
import java.util.List;

/** Cells in aligned columns. Whatever has no foreseeable width goes into the last one. */
public final class Grid {
  private final List<String[]> rows = new ArrayList<>();
  private final String alignment;

  /**
   * An empty grid.
   *
   * @param alignment a letter per column: l to the left, r to the right
   */
  public Grid(String alignment) {
    this.alignment = alignment;
  }

  /** Adds a row with a cell per column. */
  public Grid add(String... cells) {
    rows.add(cells);
    return this;
  }

  /** A line per row. */
  public List<String> lines(String indent) {
    int[] widths = new int[alignment.length()];
    for (String[] row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], width(row[i]));
      }
    }
    return rows.stream().map(row -> indent + line(row, widths)).toList();
  }

  private String line(String[] row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.length; i++) {
      String padding = " ".repeat(widths[i] - width(row[i]));
      line.append(i == 0 ? "" : "   ");
      line.append(alignment.charAt(i) == 'r' ? padding + row[i] : row[i] + padding);
    }
    return line.toString().stripTrailing();
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
