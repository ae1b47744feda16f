package io.tidemark.compaction.run;

import io.tidemark.catalog.TableName;
import io.tidemark.compaction.plan.Group;
import io.tidemark.compaction.plan.Rewrite;
import io.tidemark.compaction.run.CompactionListener.Step;
import io.tidemark.jobs.cli.FailureText;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.actions.RemoveDanglingDeleteFiles;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.spark.SparkContext;

/** One rewrite of a plan as it is done, group by group. */
final class RewriteRun {
  private static final String STOPPED = "it was stopped";

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
   * @param table what {@code way} rewrites
   * @param watched a copy of it, to look at what others commit
   * @param end when no further group begins
   * @param obstacle why no further group may begin, if so
   */
  void run(
      GroupRewrite way,
      Table table,
      Table watched,
      Instant end,
      Supplier<Optional<String>> obstacle) {
    for (Group group : rewrite.groups()) {
      Optional<String> inTheWay = obstacle.get();
      if (inTheWay.isPresent()) {
        detail = inTheWay.get();
        return;
      }
      if (stopped.getAsBoolean()) {
        detail = STOPPED;
        return;
      }
      if (!clock.instant().isBefore(end)) {
        detail = "the time was used up before group %d".formatted(group.number());
        return;
      }
      reached(
          Step.GROUP_STARTED,
          "group %d of %d: about %d files"
              .formatted(group.number(), rewrite.groups().size(), group.files()));
      table.refresh();
      watched.refresh();
      if (!attempt(way, table, watched, group)) {
        return;
      }
    }
  }

  /** Rewrites a group; false when no further one is worth beginning. */
  private boolean attempt(GroupRewrite way, Table table, Table watched, Group group) {
    String token = UUID.randomUUID().toString();
    spark.addJobTag(token);
    try (ConflictWatch watch =
        ConflictWatch.begin(watched, rewrite.partition(), () -> spark.cancelJobsWithTag(token))) {
      try {
        if (!way.rewrite(group, token)) {
          return false;
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

  /** Takes out delete files whose data files are all gone: every reader would open them. */
  void dropDanglingDeletes(RemoveDanglingDeleteFiles action) {
    try {
      for (DeleteFile ignored : action.execute().removedDeleteFiles()) {
        danglingDeletes++;
      }
    } catch (RuntimeException e) {
      if (!isConflict(e)) {
        failed++;
      }
      detail = "delete files without data files are left: " + FailureText.inALine(e);
      reached(Step.GROUP_FAILED, detail);
    }
  }

  private void committed(CommitTotals commit) {
    done++;
    totals = totals.and(commit);
    reached(
        Step.GROUP_COMMITTED,
        "%d files became %d".formatted(commit.filesRemoved(), commit.filesAdded()));
  }

  /** After a conflict the next group may meet none; after a failure it would fail as well. */
  private boolean notCommitted(Exception failure, Optional<String> conflict) {
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

  private static boolean isConflict(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ValidationException || cause instanceof CommitFailedException) {
        return true;
      }
    }
    return false;
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
