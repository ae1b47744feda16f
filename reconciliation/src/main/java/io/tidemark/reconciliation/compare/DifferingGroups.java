package io.tidemark.reconciliation.compare;

import java.io.Serializable;
import java.util.BitSet;

/**
 * The groups of keys that differ, a bit each: of the most groups that there may be, a megabyte.
 *
 * @param bits how many first bits of a key's hash number its group
 * @param groups the numbers of the groups that differ
 */
record DifferingGroups(int bits, BitSet groups) implements Serializable {
  /** The group of a key. */
  static int of(long keyHash, int bits) {
    return (int) (keyHash >>> (Long.SIZE - bits));
  }

  boolean has(long keyHash) {
    return groups.get(of(keyHash, bits));
  }

  int count() {
    return groups.cardinality();
  }
}
