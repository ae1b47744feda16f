package io.tidemark.compaction.retain.plan;

import io.tidemark.catalog.commit.TableState;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.Snapshot;

/**
 * What Tidemark's commits say of themselves, in the summaries of their snapshots, by whether it has
 * to outlive the snapshot.
 */
public final class CommitRecords {
  private static final String TIDEMARK = "tidemark.";

  /** Says which days a commit is the cut of; a tag keeps it. */
  public static final String SEAL = "tidemark.seal";

  /** Says what a commit put on {@code main} or took back; tags keep it and what was before. */
  public static final String PUBLISH = "tidemark.publish";

  /** Says which days a batch computed; needed until they are published. */
  public static final String BATCH = "tidemark.batch";

  /** Says where a job's position was moved; written into a table, usually at once. */
  public static final String MOVE = "tidemark.offset-move";

  /** Says which dead letters were repaired; their marks are made from it, usually at once. */
  public static final String REPAIR = "tidemark.dead-letter-repair";

  private static final Set<String> EVENTS = Set.of(SEAL, PUBLISH, BATCH, MOVE, REPAIR);

  /** Counts and facts of one micro-batch, of interest while its snapshot is there. */
  private static final Set<String> FACTS =
      Set.of(
          "tidemark.compaction",
          "tidemark.definition",
          "tidemark.dimensions",
          "tidemark.metrics",
          "tidemark.rows-read",
          "tidemark.dead-letters",
          "tidemark.dropped",
          "tidemark.ignored",
          "tidemark.late",
          "tidemark.pending");

  private CommitRecords() {}

  /** Whether a commit carries the table's state. */
  public static boolean carriesState(Snapshot snapshot) {
    return TableState.in(snapshot).isPresent();
  }

  /** What a commit says that this version knows nothing of, perhaps a newer one's record. */
  public static Set<String> unknown(Snapshot snapshot) {
    Set<String> carried =
        TableState.in(snapshot).map(TableState::properties).map(Map::keySet).orElse(Set.of());
    Set<String> unknown = new TreeSet<>();
    for (String key : snapshot.summary().keySet()) {
      if (key.startsWith(TIDEMARK)
          && !carried.contains(key)
          && !EVENTS.contains(key)
          && !FACTS.contains(key)) {
        unknown.add(key);
      }
    }
    return unknown;
  }

  /** What a commit says under a property, if it does. */
  public static Optional<String> of(Snapshot snapshot, String property) {
    return Optional.ofNullable(snapshot.summary().get(property));
  }
}
