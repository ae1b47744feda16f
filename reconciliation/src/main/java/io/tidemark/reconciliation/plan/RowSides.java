package io.tidemark.reconciliation.plan;

import java.util.List;

/**
 * The rows of a transform's day, as views. Two sides that nothing has set apart are one view, which
 * is read once.
 *
 * @param made what the batch made: the declared answer
 * @param offline the batch's side as it is now
 * @param written what the stream has written
 * @param main the stream's side as it is now
 */
public record RowSides(String made, String offline, String written, String main) {
  /** The views, each once. */
  List<String> views() {
    return List.of(made, offline, written, main).stream().distinct().toList();
  }
}
