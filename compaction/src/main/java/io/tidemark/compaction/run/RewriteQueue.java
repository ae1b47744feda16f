package io.tidemark.compaction.run;

import io.tidemark.catalog.TableName;
import io.tidemark.compaction.plan.CompactionPlan;
import io.tidemark.compaction.plan.Group;
import io.tidemark.compaction.plan.Rewrite;
import io.tidemark.compaction.plan.Scope;
import io.tidemark.compaction.spec.CompactionPolicy;
import io.tidemark.compaction.spec.Policies;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Has the rewrites of a plan done in its order, several at a time where a group of one has fewer
 * files to write than there are cores for: a core writes one file after the other.
 */
final class RewriteQueue {
  private final CompactionPlan plan;
  private final Policies policies;
  private final RewriterPool rewriters;
  private final int cores;
  private final Map<TableName, AtomicInteger> unfinished = new HashMap<>();

  /**
   * A queue of all rewrites of a plan.
   *
   * @param sessionCores cores of the session; the share that all tables of the plan grant is used
   */
  RewriteQueue(CompactionPlan plan, Policies policies, RewriterPool rewriters, int sessionCores) {
    this.plan = plan;
    this.policies = policies;
    this.rewriters = rewriters;
    this.cores =
        plan.rewrites().stream()
            .mapToInt(each -> policies.of(each.table()).budget().coresOf(sessionCores))
            .min()
            .orElse(1);
    for (Rewrite rewrite : plan.rewrites()) {
      unfinished.computeIfAbsent(rewrite.table(), table -> new AtomicInteger()).incrementAndGet();
    }
  }

  /**
   * Does them.
   *
   * @param goesOn whether a further one may begin
   * @param end when no further group begins
   * @return what became of those that were begun, in the order of the plan
   */
  List<RewriteOutcome> run(BooleanSupplier goesOn, Instant end) {
    Semaphore free = new Semaphore(cores);
    // Threads are made by this one, so that their jobs have its properties: its pool, its tags.
    ExecutorService threads = Executors.newFixedThreadPool(cores);
    List<CompletableFuture<RewriteOutcome>> begun = new ArrayList<>();
    try {
      for (Rewrite rewrite : plan.rewrites()) {
        int taken = coresOf(rewrite);
        free.acquireUninterruptibly(taken);
        if (!goesOn.getAsBoolean()) {
          break;
        }
        begun.add(
            CompletableFuture.supplyAsync(() -> rewrite(rewrite, end), threads)
                .whenComplete((outcome, failure) -> free.release(taken)));
      }
      return outcomes(begun);
    } finally {
      threads.shutdown();
    }
  }

  private RewriteOutcome rewrite(Rewrite rewrite, Instant end) {
    Rewriter rewriter = rewriters.take();
    try {
      return rewriter.rewrite(
          rewrite, end, () -> unfinished.get(rewrite.table()).decrementAndGet() == 0);
    } finally {
      rewriters.giveBack(rewriter);
    }
  }

  /**
   * How many cores have something to do: as many as a group has files to write. Manifests are
   * rewritten alone, because every other commit changes them.
   */
  private int coresOf(Rewrite rewrite) {
    if (rewrite.scope() == Scope.MANIFESTS) {
      return cores;
    }
    CompactionPolicy policy = policies.of(rewrite.table());
    long target = rewrite.cold() ? policy.cold().targetFileSize() : policy.targetFileSize();
    long bytes = rewrite.groups().stream().mapToLong(Group::bytes).max().orElse(0);
    return (int) Math.min(cores, 1 + bytes / target);
  }

  /** Waits for all, also where one failed in a way that no outcome tells. */
  private static List<RewriteOutcome> outcomes(Collection<CompletableFuture<RewriteOutcome>> all) {
    try {
      CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e;
    }
    return all.stream().map(CompletableFuture::join).filter(Objects::nonNull).toList();
  }
}
