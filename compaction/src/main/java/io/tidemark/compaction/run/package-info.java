/**
 * Rewrites what a plan says, beside whoever writes: settled partitions by Iceberg's own actions,
 * hot ones and delta rows by groups of files that are chosen here.
 */
package io.tidemark.compaction.run;
