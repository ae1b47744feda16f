/**
 * Compaction beside live writers: the verbs that show how tables are and what is due. It may use
 * iceberg-catalog and jobs, never another leaf.
 */
package io.tidemark.compaction;
