/** Compares any two relations, on request: {@link io.tidemark.reconciliation.diff.DiffVerb}. */
package io.tidemark.reconciliation.diff;
