package io.tidemark.compaction.spec;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Problems;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.YamlNode;
import io.tidemark.compaction.spec.CompactionPolicy.Budget;
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
      Key<?> written =
          file.has(CompactionKeys.GROUP_SIZE)
              ? CompactionKeys.GROUP_SIZE
              : CompactionKeys.TARGET_FILE_SIZE;
      file.refuse(
          written,
          "makes group-size smaller than target-file-size, so that no group would make a good file;"
              + " write a group-size of at least the target");
    }
    boolean sound =
        Stream.of(CompactionKeys.DUE, CompactionKeys.HOT, CompactionKeys.BUDGET)
            .map(file::get)
            .allMatch(part -> part != null && part.sound());
    CompactionPolicy policy = sound ? file.build(() -> policy(file)) : null;
    if (policy != null) {
      found.put(table, policy);
    }
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
        file.get(CompactionKeys.MAINTENANCE));
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
