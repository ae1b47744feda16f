package io.tidemark.tags.attribute.plan;

import io.tidemark.tags.attribute.plan.BlockWalk.Wanted;
import io.tidemark.tags.attribute.plan.Patches.Corrected;
import io.tidemark.tags.attribute.plan.Patches.Picked;
import io.tidemark.tags.history.UserDays;
import java.util.BitSet;
import java.util.List;

/** Some user-days of a block, and which blocks have some. */
public final class Selection {
  private Selection() {}

  /** The blocks that have any of those, of all users on needed days, and of some users on all. */
  public static Wanted wanted(StaleDays stale, BitSet users) {
    return (piece, first, count) -> stale.needs(piece) || isAny(users, first, count);
  }

  /** Whether any of so many users from the first on is among some. */
  public static boolean isAny(BitSet users, int first, int count) {
    int next = users.nextSetBit(first);
    return next >= 0 && next - first < count;
  }

  /** Those of some users, by their numbers; other users are there without a day. */
  public static Corrected ofUsers(Corrected block, BitSet users) {
    return pick(block, users, null);
  }

  /** Those of the days that stale days cannot do without; the block itself when it has no other. */
  public static Corrected ofNeeded(Corrected block, StaleDays stale) {
    UserDays days = block.days();
    boolean all = true;
    for (int day = 0; all && day < days.span(); day++) {
      all = stale.needs(days.firstDay() + day);
    }
    return all ? block : pick(block, null, stale);
  }

  private static Corrected pick(Corrected block, BitSet users, StaleDays stale) {
    UserDays days = block.days();
    boolean[] wanted = new boolean[days.span()];
    for (int day = 0; day < wanted.length; day++) {
      wanted[day] = stale == null || stale.needs(days.firstDay() + day);
    }
    int[] starts = new int[days.users() + 1];
    Picked picked = new Picked(0);
    for (int user = 0; user < days.users(); user++) {
      if (users == null || users.get(days.firstUser() + user)) {
        for (int at = days.starts()[user]; at < days.starts()[user + 1]; at++) {
          if (wanted[days.days()[at]]) {
            picked.add(days.days()[at], 0, at);
          }
        }
      }
      starts[user + 1] = picked.size();
    }
    return new Corrected(
        new UserDays(
            days.firstUser(), days.firstDay(), days.span(), days.users(), starts, picked.days()),
        picked.values(List.of(block.values())));
  }
}
