package io.tidemark.reconciliation.diff;

import io.tidemark.catalog.UserError;
import java.util.List;

/** Two sides that cannot be compared as asked; names everything that is wrong. */
public final class DiffRefusedException extends RuntimeException implements UserError {
  private static final long serialVersionUID = 1L;

  DiffRefusedException(List<String> problems) {
    super(
        problems.size() == 1
            ? problems.get(0)
            : "the two sides cannot be compared as asked\n  " + String.join("\n  ", problems));
  }
}
