package io.tidemark.compaction.health;

import java.time.Instant;

/**
 * Snapshots of a table.
 *
 * @param count all that its metadata names, of any branch
 * @param oldest when the oldest was committed; {@code null} without one
 * @param branches how many branches there are
 * @param tags how many tags there are
 */
public record SnapshotStats(long count, Instant oldest, long branches, long tags) {}
