package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import java.util.Optional;

/**
 * One declared job, as read from {@code conf/jobs}. A job says what its output means and knows
 * nothing of the mode it runs in; the kind follows from what it declares.
 */
public sealed interface JobSpec
    permits IngestSpec, TransformSpec, JoinSpec, AggregateSpec, MirrorSpec {
  /** Unique name, lower case with underscores. */
  String name();

  /** The table this job alone writes. */
  TableName output();

  /** Who answers for it; empty when nobody was named. */
  String owner();

  /** What the table holds, in a sentence; may be empty. */
  String description();

  /** The view that the output is read through; nothing where each key has one row anyway. */
  default Optional<TableName> view() {
    return this instanceof AggregateSpec || this instanceof MirrorSpec || takesBack() || holdsBack()
        ? Optional.of(output().withSuffix("_v"))
        : Optional.empty();
  }

  /**
   * Whether a row that the stream has written may be taken back, by a row of the same columns with
   * {@link SystemColumns#TAKES_BACK}.
   */
  default boolean takesBack() {
    return false;
  }

  /**
   * Whether its table has rows that nobody is to see, because a dimension does not have their key
   * ({@link SystemColumns#UNKNOWN_KEYS}).
   */
  default boolean holdsBack() {
    return false;
  }

  /** What is made of a comparison of its stream and its batch; nothing where it has no days. */
  default Optional<ReconcilePolicy> policy() {
    if (this instanceof TransformSpec transform) {
      return Optional.of(transform.reconcile());
    }
    if (this instanceof JoinSpec join) {
      return Optional.of(join.reconcile());
    }
    return this instanceof AggregateSpec aggregate
        ? Optional.of(aggregate.reconcile())
        : Optional.empty();
  }

  /** The word the command line shows for this kind. */
  default String kind() {
    if (this instanceof IngestSpec) {
      return "ingest";
    }
    if (this instanceof MirrorSpec mirror) {
      return mirror.history() ? "history" : "mirror";
    }
    if (this instanceof JoinSpec) {
      return "join";
    }
    return this instanceof TransformSpec ? "transform" : "aggregate";
  }
}
