package io.tidemark.tags.attribute.plan;

import io.tidemark.tags.history.Piece;
import io.tidemark.tags.kernel.Measures;
import io.tidemark.tags.kernel.Window;
import java.io.Serializable;
import java.util.Collection;

/**
 * The days of a result whose cells are other ones by now, whatever the tags, because a day came,
 * left the window or was corrected: of these nothing of an earlier result can be kept. A rolling
 * window carries such a day forward, a return backward. On all other days a user counts as before,
 * in the old groups or in new ones.
 */
public final class StaleDays implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Window window;
  private final boolean[] stale;
  private final boolean[] kept;
  private final boolean[] needed;

  private StaleDays(Window window) {
    this.window = window;
    this.stale = new boolean[window.days()];
    this.kept = new boolean[window.days()];
    this.needed = new boolean[window.days()];
  }

  /**
   * The stale days of a result.
   *
   * @param window its days now
   * @param lastBefore its last day before, when it had as many; days are counted from 1970-01-01
   * @param corrected days that the history has otherwise since, inside the window or not
   */
  public static StaleDays of(
      Window window, int lastBefore, Collection<Integer> corrected, Measures measures) {
    StaleDays days = new StaleDays(window);
    int last = window.firstDay() + window.days() - 1;
    for (int day = Math.min(lastBefore, last) + 1; day <= Math.max(lastBefore, last); day++) {
      days.change(day, measures);
      days.change(day - window.days(), measures);
    }
    corrected.forEach(day -> days.change(day, measures));
    for (int at = 0; at < window.days(); at++) {
      days.kept[at] = !days.stale[at];
      if (days.stale[at]) {
        days.need(at, measures);
      }
    }
    return days;
  }

  /** A day on which users are active otherwise than before. */
  private void change(int day, Measures measures) {
    int at = day - window.firstDay();
    set(stale, at);
    for (int length : measures.rolling()) {
      for (int later = 1; later < length; later++) {
        set(stale, at + later);
      }
    }
    measures.retention().forEach(distance -> set(stale, at - distance));
  }

  /** The days that have to be known to count anew what is to be known of a day. */
  private void need(int at, Measures measures) {
    set(needed, at);
    for (int length : measures.rolling()) {
      for (int earlier = 1; earlier < length; earlier++) {
        set(needed, at - earlier);
      }
    }
    measures.retention().forEach(distance -> set(needed, at + distance));
  }

  private void set(boolean[] days, int at) {
    if (at >= 0 && at < days.length) {
      days[at] = true;
    }
  }

  /** By day of the window, whether it is stale. */
  public boolean[] stale() {
    return stale;
  }

  /** By day of the window, whether it is not. */
  public boolean[] kept() {
    return kept;
  }

  /** Whether an earlier result still counts on a day, in days since 1970-01-01. */
  public boolean isKept(int day) {
    int at = day - window.firstDay();
    return at >= 0 && at < kept.length && kept[at];
  }

  /** Whether stale days cannot be counted anew without a day, in days since 1970-01-01. */
  public boolean needs(int day) {
    int at = day - window.firstDay();
    return at >= 0 && at < needed.length && needed[at];
  }

  /** Whether a day of the piece is needed. */
  public boolean needs(Piece piece) {
    for (int day = piece.firstDay(); day <= piece.lastDay(); day++) {
      if (needs(day)) {
        return true;
      }
    }
    return false;
  }
}
