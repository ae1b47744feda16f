package io.tidemark.jobs.run;

import java.util.Optional;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;

/**
 * What the commit of a micro-batch behind ODS says of how its rows were made, beside its marker and
 * its counts. A commit of before this was written down says nothing.
 */
public final class CommitFacts {
  static final String DEFINITION = "tidemark.definition";

  private static final String TIDEMARK = "tidemark.";

  private CommitFacts() {}

  /** The lineage hash of the job that wrote the rows, as it was then. */
  public static Optional<String> definition(Snapshot commit) {
    return Optional.ofNullable(commit.summary().get(DEFINITION));
  }

  /**
   * Whether somebody else has changed rows in a commit. All of Tidemark's commits say something of
   * themselves; a rewrite changes no row, whoever made it.
   */
  public static boolean isForeign(Snapshot commit) {
    return !DataOperations.REPLACE.equals(commit.operation())
        && commit.summary().keySet().stream().noneMatch(key -> key.startsWith(TIDEMARK));
  }
}
