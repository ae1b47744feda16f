package io.tidemark.reconciliation.explain;

import io.tidemark.jobs.run.CommitFacts;
import io.tidemark.jobs.spec.SystemColumns;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Who has changed a day of a table, up to one of its snapshots: told from the metadata of commits
 * alone, and as far back as snapshots are left.
 *
 * @param foreign commits by others that changed the day, oldest first
 * @param base the snapshot that the day's history begins with: the last one in which Tidemark put
 *     other rows in place of the day's, or the oldest that is left
 * @param rewritten whether {@code base} put other rows in place of the day's
 */
record History(List<Snapshot> foreign, Optional<Snapshot> base, boolean rewritten) {
  /** Nothing has happened. */
  static final History NONE = new History(List.of(), Optional.empty(), false);

  private static final int NAMED = 3;

  History {
    foreign = List.copyOf(foreign);
  }

  /**
   * The history of a day up to a snapshot; nothing has happened where there is none.
   *
   * @param toRewrite whether it begins where Tidemark put other rows in place of the day's
   */
  static History of(Table table, Optional<Long> head, LocalDate day, boolean toRewrite) {
    List<Snapshot> foreign = new ArrayList<>();
    boolean rewritten = false;
    Snapshot oldest = null;
    for (Snapshot snapshot :
        head.map(id -> SnapshotUtil.ancestorsOf(id, table::snapshot)).orElse(List.of())) {
      oldest = snapshot;
      if (CommitFacts.isForeign(snapshot)) {
        if (touches(table, snapshot, day)) {
          foreign.add(0, snapshot);
        }
      } else if (replaces(snapshot) && touches(table, snapshot, day)) {
        rewritten = true;
        if (toRewrite) {
          break;
        }
      }
    }
    return new History(foreign, Optional.ofNullable(oldest), rewritten);
  }

  /** Whether the day is what was appended to it, and nothing else has happened. */
  boolean isPlain() {
    return foreign.isEmpty() && !rewritten;
  }

  private static boolean replaces(Snapshot snapshot) {
    return DataOperations.OVERWRITE.equals(snapshot.operation())
        || DataOperations.DELETE.equals(snapshot.operation());
  }

  private static boolean touches(Table table, Snapshot snapshot, LocalDate day) {
    SnapshotChanges changes = SnapshotChanges.builderFor(table).snapshot(snapshot).build();
    return anyOf(table, changes.addedDataFiles(), day)
        || anyOf(table, changes.removedDataFiles(), day)
        || anyOf(table, changes.addedDeleteFiles(), day);
  }

  private static boolean anyOf(
      Table table, Iterable<? extends ContentFile<?>> files, LocalDate day) {
    return StreamSupport.stream(files.spliterator(), false)
        .anyMatch(file -> isOf(table, file, day));
  }

  /** A file that does not say its day may hold rows of every day. */
  private static boolean isOf(Table table, ContentFile<?> file, LocalDate day) {
    PartitionSpec spec = table.specs().get(file.specId());
    List<PartitionField> fields = spec.fields();
    for (int i = 0; i < fields.size(); i++) {
      PartitionField field = fields.get(i);
      if (field.transform().isIdentity()
          && table.schema().findColumnName(field.sourceId()).equals(SystemColumns.DT)) {
        Integer value = file.partition().get(i, Integer.class);
        return value == null || value == day.toEpochDay();
      }
    }
    return true;
  }

  /** The data files that others have appended. */
  List<String> foreignFiles(Table table) {
    List<String> files = new ArrayList<>();
    for (Snapshot snapshot : foreign) {
      if (DataOperations.APPEND.equals(snapshot.operation())) {
        for (DataFile file :
            SnapshotChanges.builderFor(table).snapshot(snapshot).build().addedDataFiles()) {
          files.add(file.location());
        }
      }
    }
    return files;
  }

  /** The commits as evidence; empty when there is none. */
  String shown(ZoneId zone) {
    if (foreign.isEmpty()) {
      return "";
    }
    String newest =
        foreign.subList(Math.max(0, foreign.size() - NAMED), foreign.size()).stream()
            .map(
                commit ->
                    "%d (%s, %s)"
                        .formatted(
                            commit.snapshotId(),
                            commit.operation(),
                            Instant.ofEpochMilli(commit.timestampMillis())
                                .truncatedTo(ChronoUnit.SECONDS)
                                .atZone(zone)
                                .toLocalDateTime()))
            .collect(Collectors.joining(", "));
    return "Commits of others changed the day%s: %s."
        .formatted(foreign.size() > NAMED ? ", the newest of " + foreign.size() : "", newest);
  }
}
