/**
 * Takes away what nobody needs any more: snapshots, files that no snapshot names, small manifests.
 * What is needed is asked of everybody who reads a table by its snapshots, before anything goes.
 */
package io.tidemark.compaction.retain;
