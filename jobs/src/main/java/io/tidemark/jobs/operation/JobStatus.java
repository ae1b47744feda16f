package io.tidemark.jobs.operation;

import io.tidemark.jobs.run.LookupCounts;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a job stands. What does not apply to the job, or could not be told, is empty.
 *
 * @param job its name
 * @param activity whether it runs
 * @param driver what its newest driver said last
 * @param lagEvents messages of its topic, or rows of its input, that it has still to read
 * @param lag how long the oldest of them has been there; zero when there is none
 * @param freshness how long ago the oldest message came whose row its table does not hold yet,
 *     through all jobs above; zero when it holds all that there is
 * @param objective what that may be at most
 * @param lastCommit when it committed a micro-batch last, of those that its table still knows
 * @param state what it looks into for each micro-batch
 * @param deadLetters those of its topic, or of rows that it holds back
 * @param parked rows that wait for the key in a dimension
 * @param lookups of each lookup, by its name, how many rows found something lately
 * @param problems what could not be told, and why
 */
public record JobStatus(
    String job,
    Activity activity,
    Optional<DriverRecord> driver,
    Optional<Long> lagEvents,
    Optional<Duration> lag,
    Optional<Duration> freshness,
    Duration objective,
    Optional<Instant> lastCommit,
    Optional<State> state,
    Optional<DeadLetters> deadLetters,
    Optional<Parked> parked,
    SortedMap<String, LookupCounts> lookups,
    List<String> problems) {
  public JobStatus {
    lookups = Collections.unmodifiableSortedMap(new TreeMap<>(lookups));
    problems = List.copyOf(problems);
  }

  /** Whether a driver runs a job. */
  public enum Activity {
    /** A driver runs it. */
    RUNNING("running"),
    /** It failed, and its driver begins it again before long. */
    WAITING("restarts"),
    /** It failed, and was given up. */
    FAILED("failed"),
    /** Its driver ended without a word: it was killed, or its machine is gone. */
    GONE("driver gone"),
    /** Its last driver has ended. */
    STOPPED("stopped"),
    /** It has a table, and no driver has left a record. */
    UNKNOWN("not running"),
    /** It has never run. */
    NEVER("never ran");

    private final String shown;

    Activity(String shown) {
      this.shown = shown;
    }

    /** For a person. */
    public String shown() {
      return shown;
    }
  }

  /**
   * The days that may still get rows, of the tables in which a job looks for what was there before:
   * keys that it has, values that it has counted, rows that may get a partner.
   *
   * @param bytes size of their files
   * @param rows rows in these
   */
  public record State(long bytes, long rows) {
    static final State NONE = new State(0, 0);

    /** Both of two. */
    State and(State other) {
      return new State(bytes + other.bytes, rows + other.rows);
    }
  }

  /**
   * Dead letters of a job.
   *
   * @param today those that were received on the current business day
   * @param unrepaired all that are not repaired
   */
  public record DeadLetters(long today, long unrepaired) {}

  /**
   * Rows that wait.
   *
   * @param rows how many
   * @param oldest how long ago the broker received the first of them; zero when there is none
   */
  public record Parked(long rows, Duration oldest) {}

  /** Whether the table is less fresh than it has to be. */
  public boolean isStale() {
    return freshness.filter(age -> age.compareTo(objective) > 0).isPresent();
  }

  /** Whether somebody has to look: an objective is missed, or the job has failed. */
  public boolean needsAttention() {
    return isStale()
        || activity == Activity.FAILED
        || activity == Activity.WAITING
        || activity == Activity.GONE;
  }
}
