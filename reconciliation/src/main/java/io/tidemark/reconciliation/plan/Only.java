package io.tidemark.reconciliation.plan;

import java.util.List;

/**
 * Some of the keys, by their hashes.
 *
 * @param function name of the function that says of a key's hash whether it is among them
 */
public record Only(String function) {
  /** SQL of the rows of a relation whose key, by these expressions, is among them. */
  String rowsOf(String relation, List<String> keys) {
    return "SELECT * FROM %s t WHERE %s(%s)"
        .formatted(relation, function, HashedRows.keyHash(keys));
  }
}
