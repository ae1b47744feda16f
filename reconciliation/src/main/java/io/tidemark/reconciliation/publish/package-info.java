/**
 * Whether a compared day is published, in which order its tables are, and what is written down of
 * it. {@link io.tidemark.reconciliation.publish.Publishing} shows every operation.
 */
package io.tidemark.reconciliation.publish;
