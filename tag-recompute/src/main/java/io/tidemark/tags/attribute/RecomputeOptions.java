package io.tidemark.tags.attribute;

import io.tidemark.tags.attribute.Recompute.Request;
import io.tidemark.tags.attribute.Recompute.Way;
import io.tidemark.tags.spec.HistorySpec;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of {@code tags recompute} alone. */
public final class RecomputeOptions {
  @Option(
      names = "--dimension-set",
      paramLabel = "SET",
      description = "recompute: this dimension set alone; repeat it for more (default: all).")
  private List<String> sets = new ArrayList<>();

  @Option(
      names = "--with",
      paramLabel = "WAY",
      description =
          "recompute: what is added up, blocks, or, slow and by plain SQL, the rows of users or the"
              + " daily tables (${COMPLETION-CANDIDATES}; default: blocks). All give the same rows.")
  private Way with = Way.BLOCKS;

  @Option(
      names = "--full",
      description =
          "recompute: computes results that are there once more. Exit code 3 when one differs.")
  private boolean full;

  @Option(
      names = "--incremental",
      description =
          "recompute: brings the results there are forward, even where adding up in full is reckoned"
              + " to be quicker, or is due. What cannot be brought forward is added up in full.")
  private boolean incremental;

  /** What does not go together; nothing when all does. */
  public Optional<String> contradiction() {
    if (incremental && full) {
      return Optional.of("--incremental and --full are opposites; give one of them.");
    }
    if (incremental && with != Way.BLOCKS) {
      return Optional.of("--incremental goes with blocks, not with --with " + with + ".");
    }
    return Optional.empty();
  }

  /** Whether a history has a set that is wanted; the only history has to have all. */
  boolean concerns(HistorySpec history, boolean only) {
    return only || sets.isEmpty() || history.sets().keySet().stream().anyMatch(sets::contains);
  }

  /** What is wanted of a history. */
  Request request(LocalDate day, Optional<LocalDate> tagsAsOf) {
    return new Request(day, sets, tagsAsOf, with, full, incremental);
  }
}
