/** What maintenance was planned, done, gained and spent, kept as a table. */
package io.tidemark.compaction.record;
