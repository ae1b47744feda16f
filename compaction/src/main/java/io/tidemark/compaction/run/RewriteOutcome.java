package io.tidemark.compaction.run;

import io.tidemark.compaction.plan.Rewrite;
import java.time.Instant;

/**
 * One rewrite of a plan, and what became of it.
 *
 * @param planned what was to be done
 * @param folded whether rows of one key were made one
 * @param started when it began
 * @param seconds how long it took
 * @param groupsDone groups that were committed
 * @param groupsConflicted groups of which nothing is left, because another writer came first
 * @param groupsFailed groups that could not be rewritten
 * @param filesRemoved data files that are gone; of manifests, those
 * @param deleteFilesRemoved delete files that are gone
 * @param filesAdded data files, or manifests, that are there in their place
 * @param bytesRead bytes of the data files that are gone
 * @param bytesWritten bytes of those in their place
 * @param rowsFolded by how many the rows became fewer, deleted ones among them
 * @param detail what is to be known of groups that were not committed; empty otherwise
 */
public record RewriteOutcome(
    Rewrite planned,
    boolean folded,
    Instant started,
    double seconds,
    long groupsDone,
    long groupsConflicted,
    long groupsFailed,
    long filesRemoved,
    long deleteFilesRemoved,
    long filesAdded,
    long bytesRead,
    long bytesWritten,
    long rowsFolded,
    String detail) {

  /** Whether something of it could not be done, other than for writers that came first. */
  public boolean failed() {
    return groupsFailed > 0;
  }
}
