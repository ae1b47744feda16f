package io.tidemark.catalog.table;

import io.tidemark.catalog.UserError;
import io.tidemark.catalog.table.TableChange.Consent;
import java.util.List;
import java.util.stream.Collectors;

/** A table cannot be made what is declared, or not without flags that name what is lost by it. */
public final class RefusedChangesException extends RuntimeException implements UserError {
  private static final long serialVersionUID = 1L;

  private final String flags;

  /** Refuses changes, of which there is at least one. */
  public RefusedChangesException(List<TableChange> refused) {
    super(
        refused.stream()
            .map(change -> "  %s: %s".formatted(change.table(), change.text()))
            .collect(Collectors.joining("\n", "refused, and nothing was changed:\n", "")));
    this.flags =
        refused.stream()
            .filter(change -> change.consent() == Consent.NAMED)
            .map(change -> " --allow " + change.id())
            .collect(Collectors.joining());
  }

  @Override
  public String nextStep() {
    return flags.isEmpty()
        ? "Change the declaration as it says."
        : "Change the declaration, or allow what it costs:" + flags;
  }
}
