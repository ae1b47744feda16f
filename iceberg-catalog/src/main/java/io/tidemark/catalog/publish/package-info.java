/**
 * Days of {@code main} that are replaced by what the batch computed, and put back again: one commit
 * each, which names itself in its snapshot's summary.
 */
package io.tidemark.catalog.publish;
