package io.tidemark.compaction.health;

import java.time.Instant;

/**
 * How far a partition of a table with a cold location has moved there. How files are compressed is
 * not in metadata: where they are decides.
 *
 * @param since from when its age counts: the end of its business day, or its last write where it
 *     has none
 * @param warmFiles data files that are not there
 * @param warmBytes bytes of those
 */
public record ColdStats(Instant since, long warmFiles, long warmBytes) {}
