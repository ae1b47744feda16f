/**
 * Makes past days anew after a mistake, on request: {@link
 * io.tidemark.reconciliation.replay.ReplayVerb}.
 */
package io.tidemark.reconciliation.replay;
