package io.tidemark.compaction.health;

import java.time.Instant;

/**
 * A table as of one of its snapshots, by what the snapshot's summary says.
 *
 * @param at when it was committed
 * @param dataFiles data files
 * @param deleteFiles delete files
 * @param bytes of all of them
 */
public record TrendPoint(Instant at, long dataFiles, long deleteFiles, long bytes) {}
