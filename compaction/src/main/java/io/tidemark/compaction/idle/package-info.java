/** Tables that nobody uses, by what they and their storage tell of writes and reads. */
package io.tidemark.compaction.idle;
