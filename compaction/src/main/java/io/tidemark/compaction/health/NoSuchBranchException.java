package io.tidemark.compaction.health;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.UserError;
import java.util.List;

/** A branch that a person asked for is not there. */
public final class NoSuchBranchException extends RuntimeException implements UserError {
  private static final long serialVersionUID = 1L;

  NoSuchBranchException(TableName table, String branch, List<String> branches) {
    super(
        "table %s has no branch '%s'; it has: %s"
            .formatted(table, branch, String.join(", ", branches)));
  }
}
