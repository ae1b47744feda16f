package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Joins the rows of two streams whose event times lie near one another. Whether two rows are joined
 * follows from the rows and from the cuts of days, never from which of them was read first. A row
 * of the result is of the business day of its left row; one that has none, of its right row's.
 *
 * @param left side whose rows give the result its day, time and place in Kafka
 * @param right side that partners are found in
 * @param on columns that both sides give, at least one; NULL equals nothing
 * @param within how long after a left row a partner may have happened
 * @param before how long before a left row a partner may have happened
 * @param type which rows without a partner are in the result
 * @param partners how many partners a left row may have
 * @param reconcile what is made of a comparison of stream and batch
 */
public record JoinSpec(
    String name,
    String description,
    String owner,
    JoinSide left,
    JoinSide right,
    List<String> on,
    Duration within,
    Duration before,
    Type type,
    Partners partners,
    TableName output,
    ReconcilePolicy reconcile)
    implements JobSpec {
  /** Which rows without a partner are in the result. */
  public enum Type {
    /** None. */
    INNER,
    /** Those of the left side. */
    LEFT,
    /** Those of both sides. */
    FULL
  }

  /** How many partners a left row may have. */
  public enum Partners {
    /** As many as there are: a row of the result for each. */
    ALL,
    /** The one that happened first; of several at that time the one received first. */
    FIRST
  }

  public JoinSpec {
    on = List.copyOf(on);
    if (on.isEmpty()) {
      throw new IllegalArgumentException("joins on no column; name at least one");
    }
  }

  /** The tables read, the left one first. */
  public List<TableName> tables() {
    return List.of(left.table(), right.table());
  }

  /** How far apart in event time two rows that are joined may lie, at most. */
  public Duration reach() {
    return within.compareTo(before) > 0 ? within : before;
  }

  /** What rows of a side that are one row given twice agree in; empty where every row is kept. */
  public List<String> duplicateKey(JoinSide side) {
    if (side.key().isEmpty()) {
      return List.of();
    }
    Set<String> key = new LinkedHashSet<>(on);
    key.addAll(side.key());
    key.add(SystemColumns.EVENT_TIME);
    return new ArrayList<>(key);
  }

  /** Rows that were written stay true only where each pair is a row by itself. */
  @Override
  public boolean takesBack() {
    return type != Type.INNER
        || partners == Partners.FIRST
        || !left.key().isEmpty()
        || !right.key().isEmpty();
  }
}
