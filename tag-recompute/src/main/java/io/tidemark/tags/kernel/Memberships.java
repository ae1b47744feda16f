package io.tidemark.tags.kernel;

import java.util.List;

/** By user of a bucket, the cells of day 0 of all groups they are in, of all dimension sets. */
final class Memberships {
  private final int[] starts;
  private final int[] firstCells;

  /**
   * @param sets by dimension set, the users' groups
   * @param days cells of a group
   */
  Memberships(List<UserGroups> sets, int days) {
    int users = sets.get(0).users();
    this.starts = new int[users + 1];
    int most = 0;
    for (UserGroups set : sets) {
      most = Math.addExact(most, set.to(users - 1) - set.from(0));
    }
    this.firstCells = new int[most];
    int next = 0;
    for (int user = 0; user < users; user++) {
      int firstGroup = 0;
      for (UserGroups set : sets) {
        for (int at = set.from(user); at < set.to(user); at++) {
          if (set.group(at) >= 0) {
            firstCells[next++] = (firstGroup + set.group(at)) * days;
          }
        }
        firstGroup += set.count();
      }
      starts[user + 1] = next;
    }
  }

  int from(int user) {
    return starts[user];
  }

  int to(int user) {
    return starts[user + 1];
  }

  /** The cells, from {@link #from} to {@link #to} of each user. */
  int[] firstCells() {
    return firstCells;
  }
}
