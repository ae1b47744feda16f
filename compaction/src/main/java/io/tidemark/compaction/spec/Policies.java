package io.tidemark.compaction.spec;

import io.tidemark.catalog.TableName;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The declared policies, and the default one for every other table. */
public final class Policies {
  private static final CompactionPolicy ANY =
      CompactionPolicy.defaultFor(TableName.parse("any.table"));

  private final Map<TableName, CompactionPolicy> declared = new LinkedHashMap<>();

  public Policies(List<CompactionPolicy> declared) {
    declared.forEach(policy -> this.declared.put(policy.table(), policy));
  }

  /** The policy of a table. */
  public CompactionPolicy of(TableName table) {
    CompactionPolicy policy = declared.get(table);
    return policy == null ? CompactionPolicy.defaultFor(table) : policy;
  }

  /**
   * The policy of any table of the catalog.
   *
   * @param table as layer.name; one that no file could declare a policy for has the default one
   */
  public CompactionPolicy of(String table) {
    return declared.values().stream()
        .filter(policy -> policy.table().toString().equals(table))
        .findFirst()
        .orElse(ANY);
  }

  /** Tables that have a policy and are none of those that exist: a name is mistyped, perhaps. */
  public List<TableName> withoutTable(Collection<TableName> existing) {
    return declared.keySet().stream().filter(table -> !existing.contains(table)).toList();
  }
}
