package io.tidemark.catalog.commit;

import io.tidemark.catalog.cut.DayRanges;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * What Tidemark knows of a table, as carried by its newest Tidemark commit: the marker of the job
 * that writes it, and the days that are sealed. Commits of other writers (a DELETE by hand, a
 * rewrite by another tool) carry nothing and are looked through.
 *
 * @param properties the {@code tidemark.*} properties to carry forward
 */
public record TableState(Map<String, String> properties) {
  /** Days whose cut is fixed, as {@link DayRanges}; carried by every commit of an ODS table. */
  public static final String SEALED_DAYS = "tidemark.sealed-days";

  /** What the newest build says of itself; carried by every commit of a table of a user history. */
  public static final String TAG_BUILD = "tidemark.tag-build";

  /** What the newest result of a dimension set says of itself; carried likewise. */
  public static final String TAG_RECOMPUTE = "tidemark.tag-recompute";

  /** Through which day users are known, and as of what; carried by a table of known users. */
  public static final String KNOWN_USERS = "tidemark.known-users";

  /**
   * How many later cuts sealed days have got; grows with each, so that two who seal are told apart.
   */
  private static final String LATER_CUTS = "tidemark.later-cuts";

  private static final TableState NONE = new TableState(Map.of());

  public TableState {
    properties = Map.copyOf(properties);
  }

  /** The state of {@code main}; the table has just been refreshed. */
  public static TableState of(Table table) {
    Snapshot head = table.currentSnapshot();
    return head == null
        ? NONE
        : of(table.name(), SnapshotUtil.ancestorsOf(head.snapshotId(), table::snapshot));
  }

  /** The state as of one snapshot of the table. */
  public static TableState asOf(Table table, long snapshotId) {
    return of(table.name(), SnapshotUtil.ancestorsOf(snapshotId, table::snapshot));
  }

  /** What one snapshot carries itself; nothing when another writer committed it. */
  public static Optional<TableState> in(Snapshot snapshot) {
    return Optional.of(carriedBy(snapshot))
        .filter(carried -> !carried.isEmpty())
        .map(TableState::new);
  }

  /**
   * The state found in a line of snapshots, newest first.
   *
   * @throws LostPositionException when the line ends in an expired snapshot before any Tidemark
   *     commit was met
   */
  static TableState of(String table, Iterable<Snapshot> newestFirst) {
    Snapshot oldest = null;
    for (Snapshot snapshot : newestFirst) {
      Map<String, String> carried = carriedBy(snapshot);
      if (!carried.isEmpty()) {
        return new TableState(carried);
      }
      oldest = snapshot;
    }
    if (oldest != null && oldest.parentId() != null) {
      throw new LostPositionException(
          "table "
              + table
              + " has no Tidemark marker in any snapshot that is left: the commit that carried it"
              + " was expired. Restore a snapshot that has one, or drop the table and rebuild it");
    }
    return NONE;
  }

  private static Map<String, String> carriedBy(Snapshot snapshot) {
    Map<String, String> carried = new TreeMap<>();
    snapshot
        .summary()
        .forEach(
            (key, value) -> {
              boolean isState =
                  key.startsWith(Marker.PROPERTY_PREFIX)
                      || key.equals(SEALED_DAYS)
                      || key.equals(TAG_BUILD)
                      || key.equals(TAG_RECOMPUTE)
                      || key.equals(KNOWN_USERS)
                      || key.equals(LATER_CUTS);
              if (isState && !value.isEmpty()) {
                carried.put(key, value);
              }
            });
    return carried;
  }

  /** How far a job has come, or nothing when it has never written this table. */
  public Optional<Marker> marker(String job) {
    return Optional.ofNullable(properties.get(Marker.PROPERTY_PREFIX + job)).map(Marker::fromJson);
  }

  /**
   * The markers of all jobs that have one here.
   *
   * @throws LostPositionException when one cannot be read
   */
  public List<Marker> markers() {
    return properties.entrySet().stream()
        .filter(property -> property.getKey().startsWith(Marker.PROPERTY_PREFIX))
        .map(property -> Marker.fromJson(property.getValue()))
        .toList();
  }

  /** Names of the jobs with a marker here, without {@code job}. */
  Set<String> writersBut(String job) {
    return properties.keySet().stream()
        .filter(key -> key.startsWith(Marker.PROPERTY_PREFIX))
        .map(key -> key.substring(Marker.PROPERTY_PREFIX.length()))
        .filter(writer -> !writer.equals(job))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The days whose cut is fixed. */
  public DayRanges sealedDays() {
    return DayRanges.parse(properties.getOrDefault(SEALED_DAYS, ""));
  }

  /** The state after sealed days have got a later cut. */
  public TableState withLaterCut() {
    long before = Long.parseLong(properties.getOrDefault(LATER_CUTS, "0"));
    return with(LATER_CUTS, Long.toString(before + 1));
  }

  /**
   * What of the state is still so when others have committed on top: a result is no longer as its
   * record says, and whoever goes on from it has to see that.
   */
  TableState behindForeignCommits() {
    Map<String, String> left = new TreeMap<>(properties);
    left.remove(TAG_RECOMPUTE);
    return new TableState(left);
  }

  TableState with(Marker marker) {
    return with(marker.property(), marker.toJson());
  }

  TableState with(String key, String value) {
    Map<String, String> changed = new TreeMap<>(properties);
    changed.put(key, value);
    return new TableState(changed);
  }
}
