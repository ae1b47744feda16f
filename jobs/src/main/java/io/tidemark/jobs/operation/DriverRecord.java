package io.tidemark.jobs.operation;

import java.time.Duration;
import java.time.Instant;
import java.util.function.LongPredicate;

/**
 * What a driver says of one of its jobs, for those who look from outside.
 *
 * @param job name of the job
 * @param host the machine that the driver is on
 * @param pid the driver's process
 * @param state what it is doing
 * @param beganAt when the driver began with the job
 * @param writtenAt when this was said
 * @param lastCommitAt when a micro-batch was committed last; {@code null} before the first
 * @param restarts how often it was begun again, in all
 * @param failures how often it failed
 * @param lastFailure what it failed of last, without secrets; {@code null} when it never did
 * @param lastFailureAt when that was; {@code null} when it never did
 */
public record DriverRecord(
    String job,
    String host,
    long pid,
    State state,
    Instant beganAt,
    Instant writtenAt,
    Instant lastCommitAt,
    long restarts,
    long failures,
    String lastFailure,
    Instant lastFailureAt) {
  /** What a driver does with a job. */
  public enum State {
    /** It runs it. */
    RUNNING,
    /** It failed, and waits to begin it again. */
    WAITING,
    /** It failed, and was given up. */
    FAILED,
    /** It has ended as it was asked to. */
    STOPPED
  }

  /** A driver that has said nothing for so long is gone. */
  private static final Duration SILENCE = Duration.ofMinutes(1);

  /**
   * Whether the driver that said this is still there.
   *
   * @param here the machine that asks
   * @param process whether that machine has a process of a number
   */
  boolean isAlive(Instant now, String here, LongPredicate process) {
    return !writtenAt.plus(SILENCE).isBefore(now) && (!host.equals(here) || process.test(pid));
  }

  /** A job that a driver has just begun with. */
  static DriverRecord began(String job, String host, long pid, Instant now) {
    return new DriverRecord(job, host, pid, State.RUNNING, now, now, null, 0, 0, null, null);
  }

  DriverRecord in(State next, Instant now) {
    return new DriverRecord(
        job,
        host,
        pid,
        next,
        beganAt,
        now,
        lastCommitAt,
        restarts,
        failures,
        lastFailure,
        lastFailureAt);
  }

  DriverRecord restarted(Instant now) {
    return new DriverRecord(
        job,
        host,
        pid,
        State.RUNNING,
        beganAt,
        now,
        lastCommitAt,
        restarts + 1,
        failures,
        lastFailure,
        lastFailureAt);
  }

  DriverRecord committed(Instant now) {
    return new DriverRecord(
        job,
        host,
        pid,
        state,
        beganAt,
        writtenAt,
        now,
        restarts,
        failures,
        lastFailure,
        lastFailureAt);
  }

  DriverRecord failed(State next, String failure, Instant now) {
    return new DriverRecord(
        job, host, pid, next, beganAt, now, lastCommitAt, restarts, failures + 1, failure, now);
  }
}
