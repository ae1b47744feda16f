/**
 * Compaction beside live writers. It may use iceberg-catalog and jobs, never another leaf. This
 * version contains none yet: the module holds its place in the layers.
 */
package io.tidemark.compaction;
