package io.tidemark.tags.attribute.plan;

import java.io.Serializable;
import java.util.List;

/**
 * Some tag rows of one bucket, column by column: what would cost most of a recompute if rows were
 * passed on one by one.
 *
 * @param users by row, the user, where these are known by numbers; {@code null} otherwise
 * @param texts where they are known by texts, the UTF-8 of all of them; {@code null} otherwise
 * @param ends by row, where the user's text ends
 * @param tags by tag, the rows' values
 */
public record TagChunk(long[] users, byte[] texts, int[] ends, List<TagIds> tags)
    implements Serializable {
  /** How many rows there are. */
  public int rows() {
    return users == null ? ends.length : users.length;
  }

  /** Where a user's text begins. */
  public int start(int row) {
    return row == 0 ? 0 : ends[row - 1];
  }
}
