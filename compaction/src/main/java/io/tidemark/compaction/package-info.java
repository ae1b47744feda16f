/** Compaction beside live writers. It may use iceberg-catalog and jobs, never another leaf. */
package io.tidemark.compaction;
