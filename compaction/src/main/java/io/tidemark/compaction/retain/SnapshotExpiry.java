package io.tidemark.compaction.retain;

import io.tidemark.compaction.record.MaintenanceStep.Done;
import io.tidemark.compaction.retain.plan.ExpiryPlan;
import io.tidemark.compaction.retain.plan.TableLog.Entry;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.jdbc.UncheckedSQLException;

/**
 * Expires by Iceberg's own action the snapshots that a plan lets go, and no other: Iceberg's ages
 * are switched off. A stream that commits meanwhile is met by Iceberg's retries on either side.
 *
 * <p>Files are deleted behind the commit, when no snapshot that is left names them. What an
 * interruption leaves of them are orphans.
 */
final class SnapshotExpiry {
  private static final int MAX_ATTEMPTS = 10;

  /**
   * An age of a ref that no snapshot reaches; Iceberg's SQL can set an age, and cannot unset it.
   */
  private static final Duration NEVER = Duration.ofDays(36_500);

  private final String name;
  private final Table table;
  private final Function<Table, ExpiryPlan> planner;
  private Done done = Done.NOTHING;

  /**
   * The expiry of a table.
   *
   * @param planner plans what may go, from the table just refreshed
   */
  SnapshotExpiry(String name, Table table, Function<Table, ExpiryPlan> planner) {
    this.name = name;
    this.table = table;
    this.planner = planner;
  }

  /**
   * Plans without doing.
   *
   * @throws VacuumRefusedException when the table's own settings would expire more
   */
  ExpiryPlan plan() {
    table.refresh();
    requireNoAgesOfItsOwn();
    return planner.apply(table);
  }

  /**
   * Expires.
   *
   * @param listener told when snapshots are gone, and when files are
   * @return what was done
   * @throws VacuumRefusedException when the table's own settings would expire more
   */
  ExpiryPlan expire(VacuumListener listener) {
    for (int attempt = 1; ; attempt++) {
      ExpiryPlan plan = plan();
      if (plan.expired().isEmpty()) {
        return plan;
      }
      try {
        Collection<String> files = commit(plan, listener);
        done = Done.expired(plan.expired().size(), 0);
        CatalogUtil.deleteFiles(table.io(), files, "expired");
        done = Done.expired(plan.expired().size(), files.size());
        listener.reached(name, Step.FILES_DELETED, files.size() + " files deleted");
        return plan;
      } catch (CommitFailedException
          | CommitStateUnknownException
          | UncheckedSQLException
          | ReferencedException e) {
        // Looked at again: somebody tagged one of the snapshots, or the commit landed after all.
        if (attempt == MAX_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** What it has done until now. */
  Done done() {
    return done;
  }

  private Collection<String> commit(ExpiryPlan plan, VacuumListener listener) {
    ConcurrentLinkedQueue<String> files = new ConcurrentLinkedQueue<>();
    // Nothing is older than the beginning of time, so that no age expires anything.
    ExpireSnapshots expiry = table.expireSnapshots().expireOlderThan(0).deleteWith(files::add);
    Set<Long> wanted = plan.expired().stream().map(Entry::id).collect(Collectors.toSet());
    wanted.forEach(expiry::expireSnapshotId);
    try {
      requireSame(wanted, expiry.apply().stream().map(Snapshot::snapshotId).toList());
      expiry.commit();
    } catch (IllegalArgumentException tagged) {
      throw new ReferencedException(tagged);
    }
    listener.reached(name, Step.SNAPSHOTS_EXPIRED, wanted.size() + " snapshots expired");
    return files;
  }

  private void requireSame(Set<Long> wanted, Collection<Long> would) {
    Set<Long> more = new TreeSet<>(would);
    more.removeAll(wanted);
    if (!more.isEmpty()) {
      throw new IllegalStateException(
          "Iceberg would expire snapshots %s of %s as well, which are needed; nothing was expired"
              .formatted(more, name));
    }
  }

  /** Iceberg expires by the ages of refs whatever it is asked, tags of a day's publication too. */
  private void requireNoAgesOfItsOwn() {
    if (table.properties().containsKey(TableProperties.MAX_REF_AGE_MS)) {
      throw new VacuumRefusedException(
          "%s has the property %s, by which Iceberg would drop tags of seals and publications; unset it: ALTER TABLE %s UNSET TBLPROPERTIES ('%s')"
              .formatted(
                  name, TableProperties.MAX_REF_AGE_MS, name, TableProperties.MAX_REF_AGE_MS));
    }
    table.refs().forEach(this::requireNoAge);
  }

  /** By an age of a ref, whoever made it, Iceberg drops the ref, or snapshots that it keeps. */
  private void requireNoAge(String ref, SnapshotRef of) {
    if (isNever(of.maxRefAgeMs()) && isNever(of.maxSnapshotAgeMs())) {
      return;
    }
    throw new VacuumRefusedException(
        "%s '%s' of %s has a retention of its own, by which Iceberg would expire what is needed; take it away, while nothing writes to it: %s"
            .formatted(of.isTag() ? "tag" : "branch", ref, name, withoutAge(ref, of)));
  }

  private static boolean isNever(Long age) {
    return age == null || age >= NEVER.toMillis();
  }

  /** Iceberg replaces a ref with the ages it has: a tag is made anew, a branch gets others. */
  private String withoutAge(String ref, SnapshotRef of) {
    String quoted = "`" + ref.replace("`", "``") + "`";
    if (of.isTag()) {
      return "ALTER TABLE %s DROP TAG %s; ALTER TABLE %s CREATE TAG %s AS OF VERSION %d"
          .formatted(name, quoted, name, quoted, of.snapshotId());
    }
    // Streams move main on; left out, it is replaced by itself.
    String version = ref.equals(SnapshotRef.MAIN_BRANCH) ? "" : " AS OF VERSION " + of.snapshotId();
    return "ALTER TABLE %s REPLACE BRANCH %s%s RETAIN %d DAYS WITH SNAPSHOT RETENTION %d DAYS"
        .formatted(name, quoted, version, NEVER.toDays(), NEVER.toDays());
  }

  /** One of the snapshots has got a name since it was looked at. */
  private static final class ReferencedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ReferencedException(IllegalArgumentException cause) {
      super(cause.getMessage(), cause);
    }
  }
}
