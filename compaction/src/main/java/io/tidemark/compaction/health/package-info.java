/** How the files of tables are, from their metadata alone. */
package io.tidemark.compaction.health;
