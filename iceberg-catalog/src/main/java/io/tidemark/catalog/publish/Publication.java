package io.tidemark.catalog.publish;

import io.tidemark.catalog.publish.PublishRecord.Action;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * A commit that replaced a day on {@code main}.
 *
 * @param record what it says of itself
 * @param snapshot the snapshot it made
 * @param before the snapshot it was made on; {@code null} when there was none
 * @param at commit time
 */
public record Publication(PublishRecord record, long snapshot, Long before, Instant at) {
  private static final String PUBLISHED = "publish_";
  private static final String BEFORE = "unpublished_";
  private static final String UNDONE = "undone_";

  /**
   * Every one that {@code main} was made from, oldest first. One on another branch, or one that
   * {@code main} was rolled back behind, is none. Tags keep them when the history between them is
   * expired; what is older than the history that is left counts, because nobody can tell any more.
   */
  public static List<Publication> all(Table table) {
    return commits(table).map(Publication::of).toList();
  }

  /** The newest of a day, or nothing when the day is as the stream left it. */
  public static Optional<Publication> latest(Table table, LocalDate day) {
    return all(table).stream()
        .filter(each -> each.record().date().equals(day))
        .reduce((older, newer) -> newer);
  }

  /** The newest of a day with an action and of a comparison; another may have come behind it. */
  static Optional<Publication> latest(
      Table table, LocalDate day, PublishRecord.Action action, String run) {
    return all(table).stream()
        .filter(each -> each.record().date().equals(day))
        .filter(each -> each.record().action() == action && each.record().run().equals(run))
        .reduce((older, newer) -> newer);
  }

  private static Stream<Snapshot> commits(Table table) {
    Set<Long> line = new HashSet<>();
    Snapshot oldest = null;
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
      line.add(snapshot.snapshotId());
      oldest = snapshot;
    }
    long known = oldest == null || oldest.parentId() == null ? 0 : oldest.sequenceNumber();
    return StreamSupport.stream(table.snapshots().spliterator(), false)
        .filter(snapshot -> snapshot.summary().containsKey(PublishRecord.PROPERTY))
        .filter(
            snapshot -> line.contains(snapshot.snapshotId()) || snapshot.sequenceNumber() < known)
        .sorted(Comparator.comparing(Snapshot::sequenceNumber));
  }

  private static Publication of(Snapshot snapshot) {
    return new Publication(
        PublishRecord.parse(snapshot.summary().get(PublishRecord.PROPERTY)),
        snapshot.snapshotId(),
        snapshot.parentId(),
        Instant.ofEpochMilli(snapshot.timestampMillis()));
  }

  /** Whether the day was published by this, and is not put back. */
  public boolean isPublished() {
    return record.action() == Action.PUBLISH;
  }

  /** Whether this published a comparison. */
  public boolean isOf(String run) {
    return isPublished() && record.run().equals(run);
  }

  /**
   * The tags that commits of a table lack: {@code publish_DAY_N} on what was published, {@code
   * unpublished_DAY_N} on what was there before and an undo brings back, {@code undone_DAY_N} on
   * what was put back.
   */
  static Map<String, Long> untagged(Table table) {
    Set<Long> tagged = new HashSet<>();
    table.refs().entrySet().stream()
        .filter(ref -> ref.getValue().isTag())
        .filter(ref -> ref.getKey().startsWith(PUBLISHED) || ref.getKey().startsWith(UNDONE))
        .map(Map.Entry::getValue)
        .map(SnapshotRef::snapshotId)
        .forEach(tagged::add);
    Map<String, Long> missing = new LinkedHashMap<>();
    for (Publication each : all(table)) {
      if (!tagged.contains(each.snapshot())) {
        each.addTags(table, missing);
      }
    }
    return missing;
  }

  private void addTags(Table table, Map<String, Long> tags) {
    String first = isPublished() ? PUBLISHED : UNDONE;
    int number = 1;
    while (isTaken(table, tags, first, number)
        || isPublished() && isTaken(table, tags, BEFORE, number)) {
      number++;
    }
    tags.put(name(first, number), snapshot);
    if (isPublished() && before != null && table.snapshot(before) != null) {
      tags.put(name(BEFORE, number), before);
    }
  }

  private boolean isTaken(Table table, Map<String, Long> tags, String kind, int number) {
    String name = name(kind, number);
    return table.refs().containsKey(name) || tags.containsKey(name);
  }

  private String name(String kind, int number) {
    return kind + record.day() + "_" + number;
  }
}
