/** Decides what may go, from what tables and their readers have written down, without an engine. */
package io.tidemark.compaction.retain.plan;
