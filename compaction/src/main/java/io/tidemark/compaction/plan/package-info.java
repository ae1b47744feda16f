/** Which files are worth rewriting, and in which order; without an engine. */
package io.tidemark.compaction.plan;
