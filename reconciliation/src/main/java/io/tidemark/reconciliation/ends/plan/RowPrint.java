package io.tidemark.reconciliation.ends.plan;

/**
 * A row by its fingerprints.
 *
 * @param bucket by the key's fingerprint
 * @param key the key's fingerprint
 * @param row the whole row's
 * @param keyText the key for a person
 */
public record RowPrint(int bucket, long key, long row, String keyText) {
  int compareKey(RowPrint other) {
    int byBucket = Integer.compare(bucket, other.bucket);
    return byBucket != 0 ? byBucket : Long.compare(key, other.key);
  }
}
