package io.tidemark.jobs.spec;

import java.io.Serializable;
import java.util.List;

/**
 * A job's part of a split topic.
 *
 * @param by the column whose value tells where a message belongs; empty when the topic is not split
 * @param route the values whose messages this job takes; empty for the job that has what no route
 *     takes, and when the topic is not split
 * @param otherwise what that job does with them
 */
public record SplitSpec(String by, List<String> route, Otherwise otherwise)
    implements Serializable {
  /** The whole topic. */
  public static final SplitSpec NONE = new SplitSpec("", List.of(), Otherwise.DEAD_LETTER);

  /** What becomes of a message that no route takes. */
  public enum Otherwise {
    /** It is a dead letter of the split's own job. */
    DEAD_LETTER,
    /** It is a row of the split's own job. */
    ROW,
    /** It is counted. */
    IGNORE
  }

  public SplitSpec {
    route = List.copyOf(route);
  }

  /** Whether the topic is split. */
  public boolean isSplit() {
    return !by.isEmpty();
  }

  /** Whether this is a route, and not the job that has what no route takes. */
  public boolean isRoute() {
    return !route.isEmpty();
  }
}
