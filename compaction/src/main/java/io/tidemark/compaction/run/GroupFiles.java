package io.tidemark.compaction.run;

import io.tidemark.compaction.plan.Reason;
import io.tidemark.compaction.plan.Rewrite;
import io.tidemark.compaction.plan.Speed;
import io.tidemark.compaction.spec.CompactionPolicy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.util.ContentFileUtil;

/**
 * The files that a rewrite takes, in groups that take about the same time. They are chosen once, in
 * the snapshot that the rewrite begins with: what a group has written is none of them.
 */
final class GroupFiles {
  private final List<FileScanTask> ofPartition;
  private final Deque<FileScanTask> waiting;
  private final ToLongFunction<FileScanTask> cost;
  private final long groupCost;
  private final Predicate<List<FileScanTask>> worth;
  private final Set<String> committed = new HashSet<>();

  private GroupFiles(
      List<FileScanTask> ofPartition,
      List<FileScanTask> chosen,
      int groups,
      Predicate<List<FileScanTask>> worth,
      CompactionPolicy policy) {
    this.ofPartition = ofPartition;
    this.waiting = new ArrayDeque<>(chosen);
    this.cost = task -> Speed.cost(policy, task.length());
    long all = chosen.stream().mapToLong(cost).sum();
    this.groupCost = Math.max(1, -Math.floorDiv(-all, Math.max(1, groups)));
    this.worth = worth;
  }

  /**
   * Chooses files.
   *
   * @param isAtPlace whether a file is where cold files go
   */
  static GroupFiles of(
      Rewrite rewrite,
      PartitionFiles files,
      CompactionPolicy policy,
      Predicate<FileScanTask> isAtPlace) {
    List<FileScanTask> all = files.smallestFirst();
    List<FileScanTask> small = files.below(policy.smallBytes());
    int groups = rewrite.groupsNeeded();
    return switch (rewrite.scope()) {
      case SMALL_FILES -> new GroupFiles(all, small, groups, GroupFiles::areSeveral, policy);
      case SMALLEST_FILES -> {
        long count = rewrite.files() * groups / rewrite.groups().size();
        yield new GroupFiles(
            all, small.stream().limit(count).toList(), groups, GroupFiles::areSeveral, policy);
      }
      case ALL_FILES -> {
        boolean sorts =
            rewrite.reasons().stream().anyMatch(why -> why.kind() == Reason.Kind.OVERLAP);
        // What a rewrite before has sorted comes last: a budget may have cut it short. A file that
        // is large enough and has all its rows is as it should be, unless it is unsorted; so is a
        // small one that there is nothing to put together with.
        yield sorts
            ? new GroupFiles(all, files.oldestFirst(), groups, group -> !group.isEmpty(), policy)
            : new GroupFiles(
                all,
                all.stream()
                    .filter(task -> hasDeletes(task) || task.length() < policy.smallBytes())
                    .toList(),
                groups,
                group -> areSeveral(group) || group.stream().anyMatch(GroupFiles::hasDeletes),
                policy);
      }
      case COLD ->
          new GroupFiles(
              all,
              all.stream().filter(isAtPlace.negate()).toList(),
              groups,
              group -> !group.isEmpty(),
              policy);
      case MANIFESTS -> throw new IllegalArgumentException("manifests have no data files");
    };
  }

  private static boolean areSeveral(List<FileScanTask> group) {
    return group.size() > 1;
  }

  private static boolean hasDeletes(FileScanTask task) {
    return !task.deletes().isEmpty();
  }

  /** The next group; empty when what is left is not worth one. */
  List<FileScanTask> next() {
    List<FileScanTask> group = new ArrayList<>();
    long spent = 0;
    while (!waiting.isEmpty() && (spent < groupCost || !worth.test(group))) {
      FileScanTask next = waiting.poll();
      group.add(next);
      spent += cost.applyAsLong(next);
    }
    return worth.test(group) ? group : List.of();
  }

  /** Takes note of a group that is committed. */
  void committed(List<FileScanTask> group) {
    group.forEach(task -> committed.add(task.file().location()));
  }

  /**
   * Delete files by position of which every data file that they could say something of is
   * rewritten. Iceberg drops those alone that are older than all files of the partition. Deletion
   * vectors go with their files, deletes by value by Iceberg's own rule.
   */
  List<DeleteFile> spentDeletes() {
    Map<String, DeleteFile> spent = new LinkedHashMap<>();
    for (FileScanTask task : ofPartition) {
      if (committed.contains(task.file().location())) {
        task.deletes().stream()
            .filter(delete -> delete.content() == FileContent.POSITION_DELETES)
            .filter(delete -> !ContentFileUtil.isDV(delete))
            .forEach(delete -> spent.put(delete.location(), delete));
      }
    }
    for (FileScanTask task : ofPartition) {
      if (!committed.contains(task.file().location())) {
        task.deletes().forEach(delete -> spent.remove(delete.location()));
      }
    }
    return List.copyOf(spent.values());
  }

  /** Where the files of a group are. */
  static Set<String> locations(List<FileScanTask> group) {
    return group.stream().map(task -> task.file().location()).collect(Collectors.toSet());
  }
}
