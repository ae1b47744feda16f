package io.tidemark.tags.build;

import io.tidemark.tags.history.Block;
import io.tidemark.tags.history.UserDays;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;

/**
 * A user's row of a piece, as it stands in a block.
 *
 * @param id a {@code Long} or a {@code String}
 * @param block what it stands in
 * @param user the user's place in the block
 */
record UserRow(Comparable<Object> id, Block block, int user) {
  /**
   * The rows of blocks, in the order of their ids.
   *
   * @param blocks of one piece
   * @param ids who has a number; {@code null} for nobody
   * @param table the table of blocks, for messages
   */
  static List<UserRow> of(List<Block> blocks, IntFunction<Object> ids, String table) {
    List<UserRow> rows = new ArrayList<>();
    for (Block block : blocks) {
      for (int user = 0; user < block.days().users(); user++) {
        if (isIn(block, user)) {
          rows.add(new UserRow(id(block, user, ids, table), block, user));
        }
      }
    }
    rows.sort(Comparator.comparing(UserRow::id));
    return rows;
  }

  @SuppressWarnings("unchecked") // A user id is a text or a number, and all are of one type.
  private static Comparable<Object> id(
      Block block, int user, IntFunction<Object> ids, String table) {
    int number = block.days().firstUser() + user;
    Object id = ids.apply(number);
    if (id == null) {
      throw new IllegalStateException(
          "user number %d of bucket %d has days in %s and is not in the directory; ./tidemark tags build --rebuild makes both anew"
              .formatted(number, block.bucket(), table));
    }
    return (Comparable<Object>) id;
  }

  /** Whether the user has a day in the block, or had one that the block takes out. */
  private static boolean isIn(Block block, int user) {
    return count(block.days(), user) + count(block.removed(), user) > 0;
  }

  private static int count(UserDays days, int user) {
    return days == null ? 0 : days.starts()[user + 1] - days.starts()[user];
  }
}
