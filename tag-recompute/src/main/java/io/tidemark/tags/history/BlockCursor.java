package io.tidemark.tags.history;

import java.util.List;

/** Goes through the user-days of blocks of one piece and bucket, by user and then by day. */
public final class BlockCursor {
  private final List<Block> blocks;
  private int next;
  private Block block;
  private int user;
  private int userDay = -1;

  /**
   * Stands on the first user-day, if there is one.
   *
   * @param blocks in the order of their users
   */
  public BlockCursor(List<Block> blocks) {
    this.blocks = blocks;
    advance();
  }

  /** Whether it stands on no user-day any more. */
  public boolean isAtEnd() {
    return block == null;
  }

  /** Goes to the next user-day. */
  public void advance() {
    userDay++;
    while (block == null || userDay == block.days().count()) {
      if (next == blocks.size()) {
        block = null;
        return;
      }
      block = blocks.get(next++);
      userDay = 0;
      user = 0;
    }
    while (block.days().starts()[user + 1] <= userDay) {
      user++;
    }
  }

  /** The user's number. */
  public int user() {
    return block.days().firstUser() + user;
  }

  /** The day, since 1970-01-01. */
  public int day() {
    return block.days().firstDay() + block.days().days()[userDay];
  }

  /** The block it stands in. */
  public Block block() {
    return block;
  }

  /** The user-day's number within the block. */
  public int userDay() {
    return userDay;
  }

  /** Grows along the way, and tells user-days of two cursors of one bucket apart. */
  public long place() {
    return ((long) user() << Integer.SIZE) | (day() - (long) Integer.MIN_VALUE);
  }

  /** Whether the user-day has the same values as another's. */
  public boolean sameAs(BlockCursor other) {
    for (int i = 0; i < block.metrics().size(); i++) {
      if (!block.metrics().get(i).sameAs(userDay, other.block.metrics().get(i), other.userDay)) {
        return false;
      }
    }
    return true;
  }
}
