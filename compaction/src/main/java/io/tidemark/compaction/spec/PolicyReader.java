package io.tidemark.compaction.spec;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Problems;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.YamlNode;
import io.tidemark.compaction.spec.CompactionPolicy.Budget;
import io.tidemark.compaction.spec.CompactionPolicy.Cold;
import io.tidemark.compaction.spec.CompactionPolicy.Due;
import io.tidemark.compaction.spec.CompactionPolicy.Hot;
import io.tidemark.jobs.spec.ConfFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads the files below {@code conf/compaction}. */
final class PolicyReader {
  private final Map<TableName, CompactionPolicy> found = new LinkedHashMap<>();

  private PolicyReader() {}

  /**
   * The policies, in the order of their files; a project without the folder declares none.
   *
   * @param problems every problem found is added, of every file
   */
  static List<CompactionPolicy> read(Path confDir, Problems problems) {
    PolicyReader reader = new PolicyReader();
    for (ConfFile file : ConfFile.below(confDir, "compaction", problems)) {
      file.read(problems)
          .ifPresent(yaml -> reader.add(Section.read(yaml, CompactionKeys.KEYS, problems)));
    }
    return List.copyOf(reader.found.values());
  }

  /** The policy of a file that says no more than its table. */
  static CompactionPolicy defaults(TableName table) {
    YamlNode name = new YamlNode.Scalar("default", 0, table.toString());
    YamlNode.Mapping file =
        new YamlNode.Mapping("default", 0, Map.of(CompactionKeys.TABLE.name(), name));
    return policy(Section.read(file, CompactionKeys.KEYS, new Problems()));
  }

  private void add(Section file) {
    TableName table = file.get(CompactionKeys.TABLE);
    if (table != null && found.containsKey(table)) {
      file.refuse(CompactionKeys.TABLE, "has a policy in another file too; keep one of them");
    }
    notNone(file, CompactionKeys.SMALL_FILE);
    notNone(file.get(CompactionKeys.DUE), CompactionKeys.DELETES);
    notNone(file.get(CompactionKeys.BUDGET), CompactionKeys.BUDGET_CORES);
    Long target = file.get(CompactionKeys.TARGET_FILE_SIZE);
    Long group = file.get(CompactionKeys.GROUP_SIZE);
    if (target != null && group != null && group < target) {
      file.refuse(
          writtenOf(file, CompactionKeys.GROUP_SIZE, CompactionKeys.TARGET_FILE_SIZE),
          "makes group-size smaller than target-file-size, so that no group would make a good file;"
              + " write a group-size of at least the target");
    }
    checkCold(file, target, group);
    boolean sound =
        Stream.of(CompactionKeys.DUE, CompactionKeys.HOT, CompactionKeys.BUDGET)
            .map(file::get)
            .allMatch(part -> part != null && part.sound());
    Section cold = file.get(CompactionKeys.COLD);
    sound &= cold == null || cold.sound();
    CompactionPolicy policy = sound ? file.build(() -> policy(file)) : null;
    if (policy != null) {
      found.put(table, policy);
    }
  }

  private static void checkCold(Section file, Long warmTarget, Long group) {
    Section cold = file.get(CompactionKeys.COLD);
    Long target = cold == null ? null : cold.get(CompactionKeys.COLD_TARGET);
    Long rowGroup = cold == null ? null : cold.get(CompactionKeys.COLD_ROW_GROUP);
    if (target == null || rowGroup == null) {
      return;
    }
    if (rowGroup > Cold.LARGEST_ROW_GROUP) {
      cold.refuse(CompactionKeys.COLD_ROW_GROUP, "is too large for Parquet; write less than 2 GiB");
    } else if (rowGroup > target) {
      cold.refuse(
          writtenOf(cold, CompactionKeys.COLD_ROW_GROUP, CompactionKeys.COLD_TARGET),
          "makes row-group-size larger than target-file-size, so that no file could have one; write"
              + " a row-group-size of at most the target");
    }
    if (warmTarget != null && target < warmTarget) {
      refuse(
          file,
          CompactionKeys.TARGET_FILE_SIZE,
          "makes cold.target-file-size smaller than target-file-size, so that cold files would be"
              + " small ones; write a cold.target-file-size of at least as much");
    }
    if (group != null && target > group) {
      refuse(
          file,
          CompactionKeys.GROUP_SIZE,
          "makes cold.target-file-size larger than group-size, so that no group would make a good"
              + " cold file; write a group-size of at least as much");
    }
  }

  /** Refuses the size of cold files where it is written, else the one that it does not fit. */
  private static void refuse(Section file, Key<?> other, String remedy) {
    Section cold = file.get(CompactionKeys.COLD);
    if (cold.has(CompactionKeys.COLD_TARGET)) {
      cold.refuse(CompactionKeys.COLD_TARGET, remedy);
    } else {
      file.refuse(other, remedy);
    }
  }

  /** The key that is to blame: the first, unless only the other one is written. */
  private static Key<?> writtenOf(Section section, Key<?> first, Key<?> other) {
    return section.has(first) ? first : other;
  }

  private static void notNone(Section section, Key<Double> share) {
    Double value = section == null ? null : section.get(share);
    if (value != null && value == 0) {
      section.refuse(share, "is nothing; write more than 0%");
    }
  }

  private static CompactionPolicy policy(Section file) {
    return new CompactionPolicy(
        file.get(CompactionKeys.TABLE),
        file.get(CompactionKeys.TARGET_FILE_SIZE),
        file.get(CompactionKeys.SMALL_FILE),
        file.get(CompactionKeys.GROUP_SIZE),
        due(file.get(CompactionKeys.DUE)),
        hot(file.get(CompactionKeys.HOT)),
        budget(file.get(CompactionKeys.BUDGET)),
        file.get(CompactionKeys.RATE),
        file.get(CompactionKeys.LEASE),
        file.get(CompactionKeys.Z_ORDER),
        file.get(CompactionKeys.MAINTENANCE),
        cold(file.get(CompactionKeys.COLD)));
  }

  private static Cold cold(Section cold) {
    return cold == null
        ? null
        : new Cold(
            cold.get(CompactionKeys.COLD_AFTER),
            cold.get(CompactionKeys.COLD_LOCATION),
            cold.get(CompactionKeys.COLD_LEVEL),
            cold.get(CompactionKeys.COLD_ROW_GROUP),
            cold.get(CompactionKeys.COLD_TARGET));
  }

  private static Due due(Section due) {
    return new Due(
        due.get(CompactionKeys.SMALL_FILES),
        due.get(CompactionKeys.DELETES),
        due.get(CompactionKeys.DELETE_FILES),
        due.get(CompactionKeys.OVERLAP),
        due.get(CompactionKeys.MANIFESTS),
        due.get(CompactionKeys.AGE));
  }

  private static Hot hot(Section hot) {
    return new Hot(hot.get(CompactionKeys.QUIET), hot.get(CompactionKeys.MAX_FILES));
  }

  private static Budget budget(Section budget) {
    return new Budget(
        budget.get(CompactionKeys.BUDGET_BYTES),
        budget.get(CompactionKeys.BUDGET_TIME),
        budget.get(CompactionKeys.BUDGET_CORES));
  }
}
