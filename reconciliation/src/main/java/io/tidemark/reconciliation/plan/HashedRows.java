package io.tidemark.reconciliation.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * The rows of one side as hashes, as SQL over them: a hash of the key, and one of everything that
 * is compared.
 *
 * @param rows SQL of the rows
 * @param keys expressions of the key
 * @param values expressions of what is compared
 */
public record HashedRows(String rows, List<String> keys, List<String> values) {
  /** A group's number has so many bits at most: the sums of all groups are 64 MB. */
  public static final int MOST_BITS = 23;

  private static final int LEAST_BITS = 10;

  public HashedRows {
    keys = List.copyOf(keys);
    values = List.copyOf(values);
  }

  /**
   * How many bits number the groups of so many rows: one or two keys share a group, until there are
   * as many groups as there may be.
   */
  public static int bits(long rows) {
    int bits = 63 - Long.numberOfLeadingZeros(Math.max(1, rows));
    return Math.max(LEAST_BITS, Math.min(MOST_BITS, bits));
  }

  /** The hash of a key, over the rows. */
  public static String keyHash(List<String> keys) {
    return hash(keys, List.of());
  }

  /** A row per row: the hash of the key, that of the row, then what is added up besides. */
  public String sql(List<String> added) {
    List<String> columns = new ArrayList<>(List.of("kh__", hash(List.of("kh__"), values)));
    columns.addAll(added);
    List<String> named = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      named.add(columns.get(i) + " AS c" + i);
    }
    return "SELECT %s FROM (SELECT *, %s AS kh__ FROM (%s))"
        .formatted(String.join(", ", named), keyHash(keys), rows);
  }

  /** NULLs leave no trace in Spark's hash, so (NULL, 'x') would equal ('x', NULL): flag them. */
  private static String hash(List<String> first, List<String> then) {
    List<String> all = new ArrayList<>(first);
    all.addAll(then);
    List<String> inputs = new ArrayList<>(all);
    for (int from = 0; from < all.size(); from += Long.SIZE - 1) {
      List<String> flags = new ArrayList<>();
      for (int i = from; i < Math.min(all.size(), from + Long.SIZE - 1); i++) {
        flags.add(
            "CASE WHEN %s IS NULL THEN %dL ELSE 0L END".formatted(all.get(i), 1L << (i - from)));
      }
      inputs.add(String.join(" + ", flags));
    }
    return "xxhash64(" + String.join(", ", inputs) + ")";
  }
}
