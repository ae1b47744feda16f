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
  /** Bits that a group's number may have; so many groups are looked at one by one. */
  public static final int MOST_BITS = 20;

  private static final int LEAST_BITS = 10;
  private static final int ROWS_PER_GROUP = 64;

  public HashedRows {
    keys = List.copyOf(keys);
    values = List.copyOf(values);
  }

  /** How many bits number the groups of so many rows. */
  public static int bits(long rows) {
    int bits = 64 - Long.numberOfLeadingZeros(Math.max(1, rows / ROWS_PER_GROUP));
    return Math.max(LEAST_BITS, Math.min(MOST_BITS, bits));
  }

  /** The hash of a key, over the rows. */
  public static String keyHash(List<String> keys) {
    return hash(keys, List.of());
  }

  /** The group that a key's hash is in. */
  public static String group(String keyHash, int bits) {
    return "CAST(shiftrightunsigned(%s, %d) AS INT)".formatted(keyHash, 64 - bits);
  }

  /**
   * A row per group: {@code g}, how many rows, the sums of both halves of their hashes, and {@code
   * parts} as {@code p0}, {@code p1} and so on. Sums neither mind the order of rows nor let two
   * equal rows cancel out, as an exclusive or would; halves cannot overflow.
   */
  String groups(int bits, List<String> parts) {
    List<String> columns = new ArrayList<>(List.of(group("kh__", bits) + " AS g"));
    columns.add("COUNT(*) AS n");
    columns.add("SUM(rh__ & 4294967295L) AS lo");
    columns.add("SUM(shiftrightunsigned(rh__, 32)) AS hi");
    for (int i = 0; i < parts.size(); i++) {
      columns.add(parts.get(i) + " AS p" + i);
    }
    return "SELECT %s FROM (%s) GROUP BY 1".formatted(String.join(", ", columns), hashed());
  }

  /** A row per row: {@code kh}, and what it adds to the sums of its key. */
  String pairs(int sign, String where) {
    return "SELECT kh__ AS kh, %1$d * (rh__ & 4294967295L) AS lo, %1$d * shiftrightunsigned(rh__, 32) AS hi, %1$d AS n FROM (%2$s) t %3$s"
        .formatted(sign, hashed(), where);
  }

  /** NULLs leave no trace in Spark's hash, so (NULL, 'x') would equal ('x', NULL): flag them. */
  private String hashed() {
    return "SELECT *, %s AS rh__ FROM (SELECT *, %s AS kh__ FROM (%s))"
        .formatted(hash(List.of("kh__"), values), keyHash(keys), rows);
  }

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
