package io.tidemark.compaction.run;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.compaction.plan.Reason;
import io.tidemark.compaction.plan.Rewrite;
import io.tidemark.compaction.plan.Scope;
import io.tidemark.compaction.run.CompactionListener.Step;
import io.tidemark.compaction.spec.CompactionPolicy;
import io.tidemark.compaction.spec.Policies;
import io.tidemark.jobs.run.JobTables;
import io.tidemark.jobs.spec.JobCatalog;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.spark.actions.SparkActions;
import org.apache.spark.sql.SparkSession;

/** Does the rewrites of a plan, each in the way that its files and its table's rows allow. */
final class Rewriter {
  /** The format version from which on rows have ids. */
  private static final int ROW_IDS = 3;

  private final Lakehouse lake;
  private final JobCatalog jobs;
  private final JobTables tables;
  private final Policies policies;
  private final InstantSource clock;
  private final CompactionListener listener;
  private final BooleanSupplier stopped;
  private final Set<TableName> dangling;

  /**
   * A rewriter.
   *
   * @param lake in a session whose views are its own
   * @param dangling tables that may have delete files that nothing is left of; all rewriters add to
   *     it
   */
  Rewriter(
      Lakehouse lake,
      JobCatalog jobs,
      JobTables tables,
      Policies policies,
      InstantSource clock,
      CompactionListener listener,
      BooleanSupplier stopped,
      Set<TableName> dangling) {
    this.lake = lake;
    this.jobs = jobs;
    this.tables = tables;
    this.policies = policies;
    this.clock = clock;
    this.listener = listener;
    this.stopped = stopped;
    this.dangling = dangling;
  }

  /**
   * Rewrites what is planned; whatever fails is in the outcome.
   *
   * @param end when no further group begins
   * @param lastOfTable asked once, behind its files, whether all else that is planned of the table
   *     is done: then delete files that nothing is left of are dropped, which looks at the whole
   *     table
   */
  RewriteOutcome rewrite(Rewrite rewrite, Instant end, BooleanSupplier lastOfTable) {
    SparkSession spark = lake.spark();
    // Iceberg finds staged files by the thread's session, whichever it used before.
    SparkSession.setActiveSession(spark);
    RewriteRun run = new RewriteRun(rewrite, spark.sparkContext(), clock, listener, stopped);
    boolean folds = false;
    try {
      MaintainedTable table = table(rewrite, () -> beforeCommit(rewrite));
      Table watched = lake.load(rewrite.table());
      if (rewrite.scope() == Scope.MANIFESTS) {
        long from = policies.of(rewrite.table()).due().manifests();
        run.run(
            new ManifestsRewrite(table, from),
            Optional.empty(),
            table,
            watched,
            end,
            Optional::empty);
      } else {
        folds = files(run, rewrite, table, watched, end);
      }
    } catch (Exception e) {
      // Spark throws checked exceptions that it declares nowhere.
      run.fail(e);
    }
    if (lastOfTable.getAsBoolean() && !stopped.getAsBoolean() && dangling.remove(rewrite.table())) {
      run.dropDanglingDeletes(() -> dropDanglingDeletes(rewrite));
    }
    return run.outcome(folds);
  }

  /** By Iceberg's rule, where that is right; which went. */
  private Iterable<DeleteFile> dropDanglingDeletes(Rewrite rewrite) {
    MaintainedTable table = table(rewrite, () -> beforeCommit(rewrite));
    return DeletesByValue.mayBeOfAnyPartition(table)
        ? List.of()
        : SparkActions.get(lake.spark())
            .removeDanglingDeleteFiles(table)
            .execute()
            .removedDeleteFiles();
  }

  /** Rewrites files of a partition, if they are still there; whether rows are folded on the way. */
  private boolean files(
      RewriteRun run, Rewrite rewrite, MaintainedTable table, Table watched, Instant end) {
    CompactionPolicy policy = policies.of(rewrite.table());
    PartitionFiles there = PartitionFiles.of(table, rewrite.partition(), rewrite.day());
    boolean deletesDue = rewrite.reasons().stream().anyMatch(Rewriter::isOfDeletes);
    if (deletesDue || there.hasDeletes()) {
      dangling.add(rewrite.table());
    }
    if (there.isEmpty()) {
      return false;
    }
    if (DeletesByValue.meetOlderFiles(table, there)) {
      run.leave(
          "its files are of an older partitioning and rows of them are deleted by value: written"
              + " anew, they would be where such a delete that comes meanwhile does not look for"
              + " them; stop its writers, and call system.rewrite_data_files of Iceberg once");
      return false;
    }
    // In the snapshot of the files: what is committed later may be needed.
    List<DeleteFile> unused =
        deletesDue ? there.unusedDeletes(table, rewrite.partition()) : List.of();
    // Only Iceberg's action carries ids of rows over, and rows that become one would have none.
    boolean hasRowIds = TableUtil.formatVersion(table) >= ROW_IDS;
    Optional<String> fold = hasRowIds ? Optional.empty() : foldSql(rewrite, table);
    boolean chosenHere =
        rewrite.scope() == Scope.SMALLEST_FILES
            || rewrite.scope() == Scope.SMALL_FILES && fold.isPresent()
            || there.hasDeletes() && isPutTogether(table, policy);
    // Files of an older partitioning would have to be split up.
    boolean staged = chosenHere && !hasRowIds && !rewrite.cold() && there.areOfSpec(table.spec());
    GroupRewrite way =
        staged
            ? new StagedRewrite(lake.spark(), table, rewrite, fold, policy)
            : new ActionRewrite(lake.spark(), table, there.filter(), rewrite, policy);
    GroupFiles files =
        GroupFiles.of(
            rewrite,
            there,
            policy,
            task -> table instanceof ColdTable cold && cold.isAtPlace(task));
    run.run(way, Optional.of(files), table, watched, end, () -> lease(rewrite));
    List<DeleteFile> spent = Stream.concat(files.spentDeletes().stream(), unused.stream()).toList();
    if (!spent.isEmpty() && !stopped.getAsBoolean()) {
      run.dropSpentDeletes(table, spent);
    }
    return staged && fold.isPresent();
  }

  private static boolean isOfDeletes(Reason reason) {
    return reason.kind() == Reason.Kind.DELETES || reason.kind() == Reason.Kind.DELETE_FILES;
  }

  /**
   * Whether rows keep their order. Iceberg's action cuts what it reads by the sizes of files and of
   * all deletes of each, though a thousand files share them, and writes as many small files again.
   */
  private static boolean isPutTogether(MaintainedTable table, CompactionPolicy policy) {
    return policy.zOrder().isEmpty() && table.sortOrder().isUnsorted();
  }

  private void beforeCommit(Rewrite rewrite) {
    listener.reached(rewrite.table(), Step.GROUP_WRITTEN, rewrite.partition());
    lease(rewrite)
        .ifPresent(
            why -> {
              throw new LeasedException(why);
            });
  }

  private MaintainedTable table(Rewrite rewrite, Runnable written) {
    Table table = lake.load(rewrite.table());
    return rewrite.cold()
        ? new ColdTable(rewrite.table(), table, policies.of(rewrite.table()).cold(), written)
        : new MaintainedTable(table, written);
  }

  /** A day may be sealed at any time: what is compared then must not be rewritten any more. */
  private Optional<String> lease(Rewrite rewrite) {
    if (rewrite.day() == null) {
      return Optional.empty();
    }
    TableName name = rewrite.table();
    return new Leases(lake, jobs, clock.instant())
        .of(name, lake.load(name), policies.of(name).lease()).stream()
            .filter(lease -> lease.day().equals(rewrite.day()))
            .findFirst()
            .map(lease -> "day %s was sealed meanwhile, and is left alone".formatted(lease.day()));
  }

  private Optional<String> foldSql(Rewrite rewrite, Table table) {
    return jobs.writerOf(rewrite.table())
        .flatMap(job -> tables.foldSql(job, table, StagedRewrite.input()));
  }
}
