package io.tidemark.tags.kernel;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Which groups each user of a bucket belongs to: the values of a tag, or of several together.
 * Groups are numbered from 0; of a tag, 0 stands for the users without a value.
 *
 * <p>A user may be in no group: then nothing of theirs is added up. That is how a set of more
 * groups than memory holds is computed, a range of groups after the other.
 */
public final class UserGroups {
  private static final int FEW = 32;

  private final int count;
  private final int[] starts;
  private final int[] groups;

  private UserGroups(int count, int[] starts, int[] groups) {
    this.count = count;
    this.starts = starts;
    this.groups = groups;
  }

  /**
   * Each user is in one group.
   *
   * @param count how many groups there are
   * @param groups by user, their group; -1 for none
   */
  public static UserGroups single(int count, int[] groups) {
    check(count, groups);
    return new UserGroups(count, null, groups);
  }

  /**
   * Each user is in any number of groups.
   *
   * @param count how many groups there are
   * @param starts by user, where their groups begin; one more entry than users
   * @param groups the groups of the users, each once for a user
   */
  public static UserGroups several(int count, int[] starts, int[] groups) {
    check(count, groups);
    if (starts.length == 0 || starts[0] != 0 || starts[starts.length - 1] != groups.length) {
      throw new IllegalArgumentException(
          "the groups of users do not begin at 0 and end at the last");
    }
    for (int user = 0; user + 1 < starts.length; user++) {
      if (isRepeated(groups, starts[user], starts[user + 1])) {
        throw new IllegalArgumentException("user " + user + " is in a group twice");
      }
    }
    return new UserGroups(count, starts, groups);
  }

  /** Whether a group is there twice; users are in few, so that no set has to be made. */
  private static boolean isRepeated(int[] groups, int from, int to) {
    if (to - from > FEW) {
      return Arrays.stream(groups, from, to).distinct().count() != to - from;
    }
    for (int i = from + 1; i < to; i++) {
      for (int j = from; j < i; j++) {
        if (groups[i] == groups[j]) {
          return true;
        }
      }
    }
    return false;
  }

  /** All users of the bucket in one group, for the total. */
  public static UserGroups everybody(int users) {
    return new UserGroups(1, null, new int[users]);
  }

  /** Every group of this one with every group of the other that a user has, the other's running. */
  public UserGroups and(UserGroups other) {
    if (users() != other.users()) {
      throw new IllegalArgumentException(users() + " users with groups of " + other.users());
    }
    int product = Math.multiplyExact(count, other.count);
    int[] productStarts = new int[users() + 1];
    for (int user = 0; user < users(); user++) {
      productStarts[user + 1] =
          Math.addExact(
              productStarts[user], (to(user) - from(user)) * (other.to(user) - other.from(user)));
    }
    int[] members = new int[productStarts[users()]];
    int at = 0;
    for (int user = 0; user < users(); user++) {
      for (int i = from(user); i < to(user); i++) {
        for (int j = other.from(user); j < other.to(user); j++) {
          boolean none = groups[i] < 0 || other.groups[j] < 0;
          members[at++] = none ? -1 : groups[i] * other.count + other.groups[j];
        }
      }
    }
    return starts == null && other.starts == null
        ? new UserGroups(product, null, members)
        : new UserGroups(product, productStarts, members);
  }

  /** These groups from {@code first} on, {@code size} of them, numbered from 0; no others. */
  public UserGroups range(int first, int size) {
    int[] members = new int[groups.length];
    for (int i = 0; i < groups.length; i++) {
      boolean inside = groups[i] >= first && groups[i] - first < size;
      members[i] = inside ? groups[i] - first : -1;
    }
    return new UserGroups(size, starts, members);
  }

  /**
   * The users whose groups are others there.
   *
   * @param other groups of the same users, numbered alike
   */
  public BitSet differing(UserGroups other) {
    if (users() != other.users() || count != other.count) {
      throw new IllegalArgumentException(
          "%d users in %d groups beside %d in %d"
              .formatted(users(), count, other.users(), other.count));
    }
    BitSet differing = new BitSet(users());
    for (int user = 0; user < users(); user++) {
      differing.set(user, !isAsIn(other, user));
    }
    return differing;
  }

  private boolean isAsIn(UserGroups other, int user) {
    int size = to(user) - from(user);
    if (size != other.to(user) - other.from(user)) {
      return false;
    }
    if (size == 1) {
      return groups[from(user)] == other.groups[other.from(user)];
    }
    int[] own = Arrays.copyOfRange(groups, from(user), to(user));
    int[] others = Arrays.copyOfRange(other.groups, other.from(user), other.to(user));
    Arrays.sort(own);
    Arrays.sort(others);
    return Arrays.equals(own, others);
  }

  /** The groups of some users; the others are in none. */
  public UserGroups only(BitSet some) {
    int[] members = new int[groups.length];
    Arrays.fill(members, -1);
    for (int user = some.nextSetBit(0); user >= 0; user = some.nextSetBit(user + 1)) {
      System.arraycopy(groups, from(user), members, from(user), to(user) - from(user));
    }
    return new UserGroups(count, starts, members);
  }

  /** How many groups there are. */
  public int count() {
    return count;
  }

  /** How many users the bucket has. */
  public int users() {
    return starts == null ? groups.length : starts.length - 1;
  }

  /** By group, how many users it has. */
  int[] sizes() {
    int[] sizes = new int[count];
    for (int group : groups) {
      if (group >= 0) {
        sizes[group]++;
      }
    }
    return sizes;
  }

  int from(int user) {
    return starts == null ? user : starts[user];
  }

  int to(int user) {
    return starts == null ? user + 1 : starts[user + 1];
  }

  int group(int at) {
    return groups[at];
  }

  private static void check(int count, int[] groups) {
    for (int group : groups) {
      if (group < -1 || group >= count) {
        throw new IllegalArgumentException("group " + group + " is none of " + count);
      }
    }
  }
}
