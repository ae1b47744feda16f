package io.tidemark.compaction.retain.plan;

import io.tidemark.compaction.retain.plan.TableLog.Entry;
import io.tidemark.compaction.retain.plan.TableLog.Ref;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which snapshots of a table may go, and who keeps the others.
 *
 * <p>A branch loses its history from its beginning on and never in the middle: its readers go from
 * snapshot to snapshot, and a gap would end their way. So whoever needs the history since a
 * snapshot keeps all that lies on it. What is left of a branch begins with a commit that carries
 * Tidemark's markers, so that they are found from every snapshot of it.
 */
public final class ExpiryPlan {
  private final Map<Entry, Set<String>> reasons = new LinkedHashMap<>();

  private ExpiryPlan(TableLog log) {
    log.snapshots().forEach(entry -> reasons.put(entry, new LinkedHashSet<>()));
  }

  /**
   * A snapshot that stays.
   *
   * @param entry the snapshot
   * @param reasons for people, at least one
   */
  public record Kept(Entry entry, List<String> reasons) {}

  /**
   * Decides.
   *
   * @param table its name
   * @param log its snapshots
   * @param needs what readers have written down
   * @param cutoff what was current then, and whatever came since, stays
   */
  public static ExpiryPlan of(String table, TableLog log, SnapshotNeeds needs, Instant cutoff) {
    ExpiryPlan plan = new ExpiryPlan(log);
    Map<Long, Entry> byId = log.byId();
    for (Entry entry : log.snapshots()) {
      plan.keep(entry, needs.alone(entry.id()));
      plan.keep(entry, needs.since(entry.id()));
      plan.keep(entry, needs.whole(table));
      // Staged by somebody, or rolled back a moment ago: on no branch, and perhaps soon on one.
      if (!entry.at().isBefore(cutoff)) {
        plan.keep(entry, "younger than the retention");
      }
    }
    for (Ref ref : log.refs()) {
      if (ref.isBranch()) {
        plan.keepLine(ref.name(), log.line(ref), needs, cutoff);
      } else if (byId.containsKey(ref.snapshot())) {
        plan.keep(byId.get(ref.snapshot()), "tag " + ref.name());
      }
    }
    return plan;
  }

  private void keepLine(String branch, List<Entry> line, SnapshotNeeds needs, Instant cutoff) {
    int oldest = -1;
    boolean wasCurrent = false;
    for (int i = 0; i < line.size(); i++) {
      Entry entry = line.get(i);
      if (i == 0) {
        keep(entry, "head of branch " + branch);
        oldest = i;
      }
      if (!entry.at().isBefore(cutoff)) {
        oldest = i;
      } else if (!wasCurrent) {
        wasCurrent = true;
        keep(entry, "current on " + branch + " when the retention begins");
        oldest = i;
      }
      if (!needs.since(entry.id()).isEmpty()) {
        oldest = i;
      }
    }
    int end = withState(line, oldest);
    if (end > oldest) {
      keep(line.get(end), "carries the markers of what is left of " + branch);
    }
    for (int i = 0; i <= end; i++) {
      if (reasons.get(line.get(i)).isEmpty() && line.get(i).at().isBefore(cutoff)) {
        keep(line.get(i), between(branch, line.subList(i, end + 1), needs));
      }
    }
  }

  /** The oldest to keep, so that it carries the state if any commit of the line does. */
  private static int withState(List<Entry> line, int oldest) {
    if (line.stream().noneMatch(Entry::carriesState)) {
      return oldest;
    }
    for (int i = oldest; i < line.size(); i++) {
      if (line.get(i).carriesState()) {
        return i;
      }
    }
    return line.size() - 1;
  }

  /** Who needs the history on whose way a snapshot lies: the one who stands furthest back. */
  private static String between(String branch, List<Entry> older, SnapshotNeeds needs) {
    for (int i = older.size() - 1; i >= 0; i--) {
      Set<String> who = needs.since(older.get(i).id());
      if (!who.isEmpty()) {
        return "on the way of " + who.iterator().next();
      }
    }
    return "history of " + branch;
  }

  private void keep(Entry entry, String reason) {
    keep(entry, List.of(reason));
  }

  private void keep(Entry entry, Collection<String> why) {
    reasons.get(entry).addAll(why);
  }

  /** Snapshots that may go, in the order of their commits. */
  public List<Entry> expired() {
    return reasons.entrySet().stream()
        .filter(each -> each.getValue().isEmpty())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Snapshots that stay, in the order of their commits. */
  public List<Kept> kept() {
    return reasons.entrySet().stream()
        .filter(each -> !each.getValue().isEmpty())
        .map(each -> new Kept(each.getKey(), new ArrayList<>(each.getValue())))
        .toList();
  }
}
