package io.tidemark.compaction.run;

import io.tidemark.catalog.TableName;
import io.tidemark.compaction.plan.Group;
import io.tidemark.compaction.plan.Rewrite;
import io.tidemark.compaction.run.CompactionListener.Step;
import io.tidemark.jobs.cli.FailureText;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.util.Tasks;
import org.apache.spark.SparkContext;

/** One rewrite of a plan as it is done, group by group. */
final class RewriteRun {
  private static final String STOPPED = "it was stopped";
  private static final int DROPS = 5;

  private final Rewrite rewrite;
  private final SparkContext spark;
  private final InstantSource clock;
  private final CompactionListener listener;
  private final BooleanSupplier stopped;
  private final Instant started;
  private CommitTotals totals = CommitTotals.NONE;
  private long done;
  private long conflicted;
  private long failed;
  private long danglingDeletes;
  private boolean lastCommitted;
  private String detail = "";

  RewriteRun(
      Rewrite rewrite,
      SparkContext spark,
      InstantSource clock,
      CompactionListener listener,
      BooleanSupplier stopped) {
    this.rewrite = rewrite;
    this.spark = spark;
    this.clock = clock;
    this.listener = listener;
    this.stopped = stopped;
    this.started = clock.instant();
  }

  /**
   * Rewrites the planned groups, as far as there is anything to be rewritten and time left.
   *
   * @param files the files; nothing where {@code way} takes none
   * @param table what {@code way} rewrites
   * @param watched a copy of it, to look at what others commit
   * @param end when no further group begins
   * @param obstacle why no further group may begin, if so
   */
  void run(
      GroupRewrite way,
      Optional<GroupFiles> files,
      Table table,
      Table watched,
      Instant end,
      Supplier<Optional<String>> obstacle) {
    for (Group group : rewrite.groups()) {
      List<FileScanTask> next = files.map(GroupFiles::next).orElse(List.of());
      if (files.isPresent() && next.isEmpty()) {
        return;
      }
      Optional<String> inTheWay = obstacle.get().or(() -> overtime(group, end));
      if (inTheWay.isPresent()) {
        detail = inTheWay.get();
        return;
      }
      reached(
          Step.GROUP_STARTED,
          "group %d of %d: %s"
              .formatted(
                  group.number(),
                  rewrite.groups().size(),
                  files.isPresent() ? next.size() + " files" : rewrite.scope().text()));
      table.refresh();
      watched.refresh();
      if (!attempt(way, next, table, watched)) {
        return;
      }
      if (lastCommitted) {
        files.ifPresent(all -> all.committed(next));
      }
    }
  }

  private Optional<String> overtime(Group group, Instant end) {
    if (stopped.getAsBoolean()) {
      return Optional.of(STOPPED);
    }
    return clock.instant().isBefore(end)
        ? Optional.empty()
        : Optional.of("the time was used up before group %d".formatted(group.number()));
  }

  /** Rewrites a group; false when no further one is worth beginning. */
  private boolean attempt(GroupRewrite way, List<FileScanTask> files, Table table, Table watched) {
    lastCommitted = false;
    String token = UUID.randomUUID().toString();
    spark.addJobTag(token);
    try (ConflictWatch watch =
        ConflictWatch.begin(
            watched,
            table.currentSnapshot(),
            rewrite.partition(),
            () -> spark.cancelJobsWithTag(token))) {
      try {
        if (!way.rewrite(files, token)) {
          // Others took all files of this group; those of the next one may be there.
          return true;
        }
        committed(CommitTotals.of(table, token).orElse(CommitTotals.NONE));
        return true;
      } catch (Exception e) {
        // Spark throws checked exceptions that it declares nowhere.
        Optional<CommitTotals> landed = CommitTotals.of(table, token);
        if (landed.isPresent()) {
          committed(landed.get());
          return true;
        }
        return notCommitted(e, watch.conflict());
      }
    } finally {
      spark.removeJobTag(token);
    }
  }

  /** Takes out delete files that say nothing of any file that is there: each would be opened. */
  void dropSpentDeletes(MaintainedTable table, List<DeleteFile> spent) {
    String token = UUID.randomUUID().toString();
    dropping(
        () -> {
          // Every commit takes out what is older than all data files: they become fewer meanwhile.
          Tasks.foreach(token)
              .retry(DROPS)
              .onlyRetryOn(ValidationException.class)
              .run(property -> drop(table, spent, property));
          danglingDeletes += spent.size();
        });
  }

  private static void drop(MaintainedTable table, List<DeleteFile> spent, String token) {
    table.refresh();
    Set<String> there = PartitionFiles.deletesOf(table);
    List<DeleteFile> left =
        spent.stream().filter(delete -> there.contains(delete.location())).toList();
    if (!left.isEmpty()) {
      RewriteFiles rewrite = table.newRewrite().set(GroupRewrite.PROPERTY, token);
      left.forEach(rewrite::deleteFile);
      rewrite.commit();
    }
  }

  /**
   * The same for what Iceberg's rule finds: every kind, where all files of a partition are newer.
   */
  void dropDanglingDeletes(Supplier<Iterable<DeleteFile>> action) {
    dropping(
        () -> {
          for (DeleteFile ignored : action.get()) {
            danglingDeletes++;
          }
        });
  }

  /** Another writer that comes first leaves them to the next run. */
  private void dropping(Runnable drop) {
    try {
      drop.run();
    } catch (Exception e) {
      // Spark throws checked exceptions that it declares nowhere.
      boolean conflict = isConflict(e);
      failed += conflict ? 0 : 1;
      String why = "delete files without data files are left: " + FailureText.inALine(e);
      detail = detail.isEmpty() ? why : detail + "; " + why;
      reached(conflict ? Step.GROUP_CONFLICTED : Step.GROUP_FAILED, why);
    }
  }

  private void committed(CommitTotals commit) {
    done++;
    lastCommitted = true;
    totals = totals.and(commit);
    reached(
        Step.GROUP_COMMITTED,
        "%d files became %d".formatted(commit.filesRemoved(), commit.filesAdded()));
  }

  /** After a conflict the next group may meet none; after a failure it would fail as well. */
  private boolean notCommitted(Exception failure, Optional<String> conflict) {
    Optional<String> leased = leased(failure);
    if (leased.isPresent()) {
      conflicted++;
      detail = leased.get();
      reached(Step.GROUP_CONFLICTED, detail);
      return false;
    }
    if (conflict.isPresent() || isConflict(failure)) {
      conflicted++;
      detail = conflict.orElseGet(() -> FailureText.inALine(failure));
      reached(Step.GROUP_CONFLICTED, "another writer came first: " + detail);
      return true;
    }
    if (stopped.getAsBoolean()) {
      detail = STOPPED;
      return false;
    }
    failed++;
    detail = FailureText.inALine(failure);
    reached(Step.GROUP_FAILED, detail);
    return false;
  }

  private static Optional<String> leased(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof LeasedException) {
        return Optional.of(cause.getMessage());
      }
    }
    return Optional.empty();
  }

  private static boolean isConflict(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ValidationException || cause instanceof CommitFailedException) {
        return true;
      }
    }
    return false;
  }

  /** Nothing is done, because it would not be right. */
  void leave(String why) {
    detail = why;
  }

  /** Nothing further can be done, for a reason that is no group's. */
  void fail(Exception failure) {
    if (!stopped.getAsBoolean()) {
      failed++;
      detail = FailureText.inALine(failure);
      reached(Step.GROUP_FAILED, detail);
    }
  }

  /** What became of it. */
  RewriteOutcome outcome(boolean folded) {
    Instant now = clock.instant();
    TableName table = rewrite.table();
    listener.reached(
        table, Step.REWRITE_DONE, "%s: %s".formatted(rewrite.partition(), rewrite.scope().text()));
    return new RewriteOutcome(
        rewrite,
        folded,
        started,
        Duration.between(started, now).toMillis() / 1000.0,
        done,
        conflicted,
        failed,
        totals.filesRemoved(),
        totals.deleteFilesRemoved() + danglingDeletes,
        totals.filesAdded(),
        totals.bytesRemoved(),
        totals.bytesAdded(),
        totals.rowsRemoved() - totals.rowsAdded(),
        detail);
  }

  private void reached(Step step, String what) {
    String partition = rewrite.partition().isEmpty() ? "" : rewrite.partition() + ", ";
    listener.reached(rewrite.table(), step, partition + what);
  }
}
