package io.tidemark.reconciliation.plan;

import java.util.List;

/**
 * Some of the keys, by what a view holds of their hashes.
 *
 * @param view a view with one column, {@code only__}
 * @param bits how many first bits of a key's hash are in the view: a group's number; 64 for all
 * @param small whether the view fits into every worker's memory
 */
public record Only(String view, int bits, boolean small) {
  /** SQL of the rows of a relation whose key, by these expressions, is among them. */
  String rowsOf(String relation, List<String> keys) {
    return "SELECT %s t.* FROM %s t %s"
        .formatted(
            small ? "/*+ BROADCAST(only_keys) */" : "", relation, on(HashedRows.keyHash(keys)));
  }

  /** The join that leaves out what is not among them. */
  String on(String keyHash) {
    String hash = bits == Long.SIZE ? keyHash : HashedRows.group(keyHash, bits);
    return "LEFT SEMI JOIN %s only_keys ON %s = only_keys.only__".formatted(view, hash);
  }
}
