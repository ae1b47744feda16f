package io.tidemark.jobs.run;

import io.tidemark.catalog.UserError;
import io.tidemark.catalog.commit.FencedException;
import io.tidemark.catalog.commit.LostPositionException;
import io.tidemark.jobs.sink.SinkRefusedException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * One stream of a driver that runs several: what it fails of is its own. It is made and run anew as
 * often as declared, and given up at once where trying again cannot help.
 */
final class RestartedStream {
  private final List<String> names;
  private final Supplier<JobStream> maker;
  private final StreamContext context;
  private final CommitCounts commits;
  private final BooleanSupplier engineGone;
  private JobStream made;

  /**
   * A stream that is not made yet.
   *
   * @param names of the jobs or the sink that it runs
   * @param commits counts what they commit
   * @param engineGone whether no stream of this driver can run any more
   */
  RestartedStream(
      List<String> names,
      Supplier<JobStream> maker,
      StreamContext context,
      CommitCounts commits,
      BooleanSupplier engineGone) {
    this.names = List.copyOf(names);
    this.maker = maker;
    this.context = context;
    this.commits = commits;
    this.engineGone = engineGone;
  }

  /** The names of its jobs, which tell it from others. */
  String name() {
    return String.join(",", names);
  }

  /**
   * Makes it ahead of its run. Only what the user is to change is thrown; of anything else the run
   * fails, and tries again.
   */
  void prepare() {
    try {
      made = maker.get();
    } catch (RuntimeException e) {
      if (e instanceof UserError) {
        throw e;
      }
    }
  }

  /** Runs it until it is asked to stop; what it fails of in the end is thrown. */
  void run() {
    for (long restarts = 0; ; restarts++) {
      long before = commits.of(names);
      try {
        runOnce();
        return;
      } catch (Exception e) {
        // Spark throws checked exceptions that it declares nowhere.
        restarts = commits.of(names) > before ? 0 : restarts;
        Optional<Duration> again = again(e, restarts);
        tell(new StreamFailure(e, restarts, again));
        if (again.isEmpty() || context.stop().await(again.get())) {
          throw e;
        }
      } catch (Error e) {
        tell(new StreamFailure(e, restarts, Optional.empty()));
        throw e;
      }
    }
  }

  private void runOnce() {
    names.forEach(context.listener()::began);
    JobStream stream = made == null ? maker.get() : made;
    made = null;
    stream.run(false);
    names.forEach(context.listener()::ended);
  }

  private void tell(StreamFailure failure) {
    names.forEach(name -> context.listener().failed(name, failure));
  }

  private Optional<Duration> again(Exception failure, long restarts) {
    if (engineGone.getAsBoolean() || isOfTheProcess(failure)) {
      context.stop().stop();
    }
    return context.stop().isStopped() || isFinal(failure)
        ? Optional.empty()
        : context.settings().restart().after(restarts);
  }

  /** What may be any stream's next: of memory, for example. */
  private static boolean isOfTheProcess(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof VirtualMachineError) {
        return true;
      }
    }
    return false;
  }

  /** What stays as it is until somebody has changed something, and another driver's turn. */
  private static boolean isFinal(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UserError
          || cause instanceof FencedException
          || cause instanceof LostPositionException
          || cause instanceof SinkRefusedException) {
        return true;
      }
    }
    return false;
  }
}
