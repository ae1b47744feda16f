package io.tidemark.reconciliation.plan;

import java.util.List;
import java.util.Optional;

/**
 * What the commits of a stream say of how they were made, told by the receive order of the rows
 * they were made from, which only ever grows: a row belongs to the last entry that begins at or
 * before it.
 *
 * @param entries in order
 */
public record WrittenBy(List<Entry> entries) {
  /** Every commit is like today's. */
  public static final WrittenBy ALIKE = new WrittenBy(List.of());

  /** The same is to be said of every row; nothing makes all of them like today's. */
  public static WrittenBy all(Optional<String> said) {
    return said.map(text -> new WrittenBy(List.of(new Entry(Long.MIN_VALUE, text)))).orElse(ALIKE);
  }

  /**
   * Rows from one place in the receive order on.
   *
   * @param from the first {@code ingest_batch}
   * @param said what is to be said of the rows; {@code null} when nothing is
   */
  public record Entry(long from, String said) {}

  public WrittenBy {
    entries = List.copyOf(entries);
  }

  /** Whether nothing is to be said of any row. */
  public boolean isAlike() {
    return entries.stream().allMatch(entry -> entry.said() == null);
  }

  /** SQL of what is to be said of a row, NULL when nothing is. */
  public String said(String ingestBatch) {
    if (isAlike()) {
      return "CAST(NULL AS STRING)";
    }
    StringBuilder sql = new StringBuilder("CASE WHEN " + ingestBatch + " IS NULL THEN NULL");
    for (int i = entries.size() - 1; i > 0; i--) {
      sql.append(" WHEN %s >= %dL THEN ".formatted(ingestBatch, entries.get(i).from()));
      sql.append(SqlText.literal(entries.get(i).said()));
    }
    return sql + " ELSE " + SqlText.literal(entries.get(0).said()) + " END";
  }
}
