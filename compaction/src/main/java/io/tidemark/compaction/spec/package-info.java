/** Compaction policies, as declared below {@code conf/compaction}. */
package io.tidemark.compaction.spec;
