package io.tidemark.compaction.plan;

import io.tidemark.catalog.TableName;
import java.time.LocalDate;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * A part of a plan: files of one partition, or the manifests of a table.
 *
 * @param table the table
 * @param partition as {@code dt=2026-01-31}; empty without partitions, and for manifests
 * @param day the business day; {@code null} where the partition is not of one
 * @param scope which files
 * @param reasons why
 * @param groups what is rewritten, a commit each; at least one
 * @param groupsNeeded how many groups all of it would be; more than there are where the budget ends
 */
public record Rewrite(
    TableName table,
    String partition,
    LocalDate day,
    Scope scope,
    List<Reason> reasons,
    List<Group> groups,
    int groupsNeeded) {
  /**
   * What opening a file costs a query, as bytes read: what Iceberg reckons with when it plans a
   * scan.
   */
  static final long OPEN_BYTES = 4 << 20;

  public Rewrite {
    reasons = List.copyOf(reasons);
    groups = List.copyOf(groups);
  }

  /** Files that go. */
  public long files() {
    return sum(Group::files);
  }

  /** By how many files a query opens less. */
  public long filesFewer() {
    return sum(Group::filesFewer);
  }

  /** Bytes of the data files, or manifests, that go. */
  public long bytes() {
    return sum(Group::bytes);
  }

  /** By how many bytes a query reads less. */
  public long bytesFewer() {
    return sum(Group::bytesFewer);
  }

  /** Expected time. */
  public double seconds() {
    return groups.stream().mapToDouble(Group::seconds).sum();
  }

  /**
   * Bytes that one reading query saves for each byte that is rewritten; a file that it need not
   * open counts as 4 MiB.
   */
  public double gainPerCost() {
    return (filesFewer() * (double) OPEN_BYTES + bytesFewer()) / Math.max(1, bytes());
  }

  private long sum(ToLongFunction<Group> number) {
    return groups.stream().mapToLong(number).sum();
  }
}
