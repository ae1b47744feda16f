package io.tidemark.jobs.plan;

/**
 * What a column of a transform is made of.
 *
 * @param lookup the lookup whose column it is; empty for a column of the input
 * @param column the column
 */
public record ColumnOrigin(String lookup, String column) implements Comparable<ColumnOrigin> {
  /** A column of the transform's input. */
  public static ColumnOrigin ofInput(String column) {
    return new ColumnOrigin("", column);
  }

  @Override
  public int compareTo(ColumnOrigin other) {
    int byLookup = lookup.compareTo(other.lookup);
    return byLookup == 0 ? column.compareTo(other.column) : byLookup;
  }
}
