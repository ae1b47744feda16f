package io.tidemark.compaction.retain.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who still needs which snapshots. Ids of snapshots are random and so belong to one table: whoever
 * wrote one down need not know which.
 */
public final class SnapshotNeeds {
  private final Map<Long, Set<String>> alone = new LinkedHashMap<>();
  private final Map<Long, Set<String>> since = new LinkedHashMap<>();
  private final Map<String, Set<String>> whole = new LinkedHashMap<>();
  private final List<String> everything = new ArrayList<>();

  /** A snapshot is needed as it is; what lies between it and the head may go. */
  public void alone(long snapshot, String who) {
    alone.computeIfAbsent(snapshot, id -> new LinkedHashSet<>()).add(who);
  }

  /** A snapshot is needed, and the history of its branch from there on. */
  public void since(long snapshot, String who) {
    since.computeIfAbsent(snapshot, id -> new LinkedHashSet<>()).add(who);
  }

  /** What is needed of a table is not known: all of it stays. */
  public void whole(String table, String why) {
    whole.computeIfAbsent(table, name -> new LinkedHashSet<>()).add(why);
  }

  /** What is needed is not known, nor of which tables: everything stays. */
  public void everything(String why) {
    everything.add(why);
  }

  Set<String> alone(long snapshot) {
    return alone.getOrDefault(snapshot, Collections.emptySet());
  }

  Set<String> since(long snapshot) {
    return since.getOrDefault(snapshot, Collections.emptySet());
  }

  /** Why all of a table stays; nothing when it need not. */
  List<String> whole(String table) {
    List<String> all = new ArrayList<>(everything);
    all.addAll(whole.getOrDefault(table, Set.of()));
    return all;
  }
}
