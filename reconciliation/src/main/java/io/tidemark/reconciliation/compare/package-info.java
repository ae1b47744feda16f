/**
 * Finds the keys in which two relations differ, on the engine: {@link
 * io.tidemark.reconciliation.compare.KeyComparison}. What is asked of it is text from {@code plan}.
 */
package io.tidemark.reconciliation.compare;
