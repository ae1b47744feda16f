package io.tidemark.reconciliation.ends.plan;

import io.tidemark.reconciliation.ends.plan.EndCheck.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Tells keys that differ from keys that are only on their way. A source is written while it is
 * compared, so a key is looked up again: in the source, then in the mirror once that has passed the
 * moment at which the source was read, then in the source once more. If the source had the same row
 * both times, the mirror should have had it in between. A row may be deleted, made and deleted
 * again in that time; so a key differs only when it is found so twice, with the same rows.
 */
public final class Settling {
  private static final int NAMED = 5;

  private final Map<Long, String> open;
  private final Map<Long, Rows> suspected = new HashMap<>();
  private final List<String> named = new ArrayList<>();

  /** Fingerprints of a key's rows; {@code null} for none. */
  private record Rows(Long source, Long mirror) {}

  private long onlySource;
  private long onlyMirror;
  private long changed;

  private final long more;

  /**
   * @param open fingerprints of keys, and the keys for a person
   * @param more how many other keys differ that are too many to be looked up again
   */
  public Settling(Map<Long, String> open, long more) {
    this.open = new LinkedHashMap<>(open);
    this.more = more;
  }

  /** Keys that are to be looked up once more. */
  public Set<Long> open() {
    return Set.copyOf(open.keySet());
  }

  /**
   * Judges what was looked up, by key: fingerprints of rows, none for a row that is not there.
   *
   * @param before the source, first
   * @param mirror the mirror, which had passed that
   * @param after the source, last
   */
  public void judge(Map<Long, Long> before, Map<Long, Long> mirror, Map<Long, Long> after) {
    for (Long key : open()) {
      Long first = before.get(key);
      Long shown = mirror.get(key);
      Long last = after.get(key);
      if (Objects.equals(shown, first) || Objects.equals(shown, last)) {
        open.remove(key);
      } else if (!Objects.equals(first, last)) {
        suspected.remove(key);
      } else if (new Rows(first, shown).equals(suspected.put(key, new Rows(first, shown)))) {
        different(key, first, shown);
      }
    }
  }

  private void different(Long key, Long source, Long mirror) {
    String text = open.remove(key);
    String how;
    if (mirror == null) {
      onlySource++;
      how = "only in the source";
    } else if (source == null) {
      onlyMirror++;
      how = "only in the mirror";
    } else {
      changed++;
      how = "other values";
    }
    if (named.size() < NAMED) {
      named.add(text + " (" + how + ")");
    }
  }

  /**
   * The verdict.
   *
   * @param passed whether the mirror got as far as what was looked up; keys that are open then are
   *     on their way, and others are not judged
   */
  public State state(boolean passed) {
    if (different() > 0) {
      return State.DIFFERENT;
    }
    // Keys that nobody looked up again may be lost: they are no reason to call the ends equal.
    return more == 0 && (passed || open.isEmpty()) ? State.WITHIN : State.UNAVAILABLE;
  }

  /** Keys that stayed different. */
  public long different() {
    return onlySource + onlyMirror + changed;
  }

  /** {@code 2 only in the source, 1 with other values: id=7 (other values), …}. */
  public String text() {
    List<String> parts = new ArrayList<>();
    add(parts, onlySource, "only in the source");
    add(parts, onlyMirror, "only in the mirror");
    add(parts, changed, "with other values");
    return String.join(", ", parts)
        + ": "
        + String.join("; ", named)
        + (different() > named.size() ? " and more" : "");
  }

  private static void add(List<String> parts, long count, String what) {
    if (count > 0) {
      parts.add(count + " " + what);
    }
  }
}
