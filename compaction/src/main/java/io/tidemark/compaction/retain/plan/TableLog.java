package io.tidemark.compaction.retain.plan;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;

/**
 * The snapshots of a table as far as their retention is concerned.
 *
 * @param snapshots all there are, in the order of their commits
 * @param refs branches and tags
 */
public record TableLog(List<Entry> snapshots, List<Ref> refs) {
  /**
   * A snapshot.
   *
   * @param id its id
   * @param parent the snapshot it was made on, which may be gone; {@code null} for the first
   * @param at commit time
   * @param carriesState whether its commit carries Tidemark's markers
   */
  public record Entry(long id, Long parent, Instant at, boolean carriesState) {}

  /**
   * A name of a snapshot.
   *
   * @param name the branch or tag
   * @param snapshot what it points to
   * @param isBranch whether it goes on
   */
  public record Ref(String name, long snapshot, boolean isBranch) {}

  public TableLog {
    snapshots = List.copyOf(snapshots);
    refs = List.copyOf(refs);
  }

  /**
   * The log of a table that was just loaded or refreshed.
   *
   * @param carriers ids of the snapshots whose commits carry Tidemark's markers
   */
  public static TableLog of(Table table, Set<Long> carriers) {
    List<Snapshot> all = new ArrayList<>();
    table.snapshots().forEach(all::add);
    all.sort(Comparator.comparingLong(Snapshot::sequenceNumber));
    return new TableLog(
        all.stream()
            .map(
                each ->
                    new Entry(
                        each.snapshotId(),
                        each.parentId(),
                        Instant.ofEpochMilli(each.timestampMillis()),
                        carriers.contains(each.snapshotId())))
            .toList(),
        table.refs().entrySet().stream()
            .map(ref -> ref(ref.getKey(), ref.getValue()))
            .sorted(Comparator.comparing(Ref::name))
            .toList());
  }

  private static Ref ref(String name, SnapshotRef ref) {
    return new Ref(name, ref.snapshotId(), ref.isBranch());
  }

  /** The history of a branch that is left, newest first. */
  List<Entry> line(Ref branch) {
    Map<Long, Entry> byId =
        snapshots.stream().collect(Collectors.toMap(Entry::id, entry -> entry, (a, b) -> a));
    List<Entry> line = new ArrayList<>();
    for (Entry next = byId.remove(branch.snapshot());
        next != null;
        next = next.parent() == null ? null : byId.remove(next.parent())) {
      line.add(next);
    }
    return line;
  }

  /** Entries by id. */
  Map<Long, Entry> byId() {
    Map<Long, Entry> all = new HashMap<>();
    snapshots.forEach(entry -> all.put(entry.id(), entry));
    return all;
  }
}
