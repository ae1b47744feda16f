package io.tidemark.jobs.spec;

/**
 * Makes a row of each element of an array column. The column holds the element then; where elements
 * are structs, their fields are columns in its place.
 *
 * @param column the array among the columns of the SQL's result
 * @param index column for the element's place in its array, from 0
 * @param empty what becomes of a row whose array is empty or NULL
 */
public record FlattenSpec(String column, String index, Empty empty) {
  /** What becomes of a row without an element. */
  public enum Empty {
    /** No row is made of it. */
    DROP,
    /** It stays one row, with NULL for index and element. */
    KEEP
  }
}
