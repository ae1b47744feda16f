package io.tidemark.tags.kernel;

import io.tidemark.tags.history.UserDays;

/** The users of a block who have a day in the window, and where their rows are in the block. */
final class ActiveUsers {
  private int[] users = new int[0];
  private int[] from = new int[0];
  private int[] to = new int[0];
  private int count;

  /**
   * @param shift how far the block's days are ahead of the window's
   */
  void select(UserDays block, int shift, Window window) {
    if (users.length < block.users() + 1) {
      users = new int[block.users() + 1];
      from = new int[block.users() + 1];
      to = new int[block.users() + 1];
    }
    int[] starts = block.starts();
    int next = 0;
    // Without a branch: whether a user is active cannot be foreseen.
    for (int user = 0; user < block.users(); user++) {
      users[next] = block.firstUser() + user;
      from[next] = starts[user];
      to[next] = starts[user + 1];
      next += starts[user] - starts[user + 1] >>> Integer.SIZE - 1;
    }
    count = next;
    if (shift < 0 || shift + block.span() > window.days()) {
      narrow(block.days(), shift, window.days());
    }
  }

  private void narrow(int[] dayOf, int shift, int days) {
    int next = 0;
    for (int i = 0; i < count; i++) {
      int first = from[i];
      int last = to[i];
      while (first < last && dayOf[first] + shift < 0) {
        first++;
      }
      while (last > first && dayOf[last - 1] + shift >= days) {
        last--;
      }
      users[next] = users[i];
      from[next] = first;
      to[next] = last;
      next += first < last ? 1 : 0;
    }
    count = next;
  }

  int count() {
    return count;
  }

  /** Number of the user within the bucket. */
  int user(int at) {
    return users[at];
  }

  /** The first row. */
  int from(int at) {
    return from[at];
  }

  /** Behind the last row. */
  int to(int at) {
    return to[at];
  }
}
