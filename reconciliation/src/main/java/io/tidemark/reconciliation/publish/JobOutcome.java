package io.tidemark.reconciliation.publish;

import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.PrintedCommands;
import java.time.LocalDate;
import java.util.List;

/**
 * What became of a job's day.
 *
 * @param job name of the job
 * @param status in a word
 * @param text in a sentence, without the job's name
 * @param next commands that bring it further, each on a line of its own; none where nothing is to
 *     be done
 */
public record JobOutcome(String job, Status status, String text, List<String> next) {
  /** What became of a day, and what that means to the scheduler. */
  public enum Status {
    /** The day was published or put back, now or before. */
    DONE(false, ExitCodes.OK),
    /** Nothing was to be done. */
    LEFT_OUT(false, ExitCodes.OK),
    /** It stands behind a job that was not published, or before one that was not put back. */
    BLOCKED(true, ExitCodes.OK),
    /** It is not ready, or has changed: trying again helps once the others have run. */
    NOT_READY(true, ExitCodes.FAILURE),
    /** It did not come to an end: a rerun goes on with it. */
    FAILED(true, ExitCodes.FAILURE),
    /** Trying again does not help. */
    REFUSED(true, ExitCodes.REFUSED),
    /** It differs by more than is tolerated. */
    OUTSIDE(true, ExitCodes.OUTSIDE_TOLERANCE),
    /**
     * It reads what a job writes that is not on main, and that this call is not about: another call
     * publishes that.
     */
    HELD_BACK(true, ExitCodes.FAILURE),
    /** The same, and that job differs by more than is tolerated. */
    BEHIND_OUTSIDE(true, ExitCodes.OUTSIDE_TOLERANCE);

    private final boolean blocks;
    private final int exitCode;

    Status(boolean blocks, int exitCode) {
      this.blocks = blocks;
      this.exitCode = exitCode;
    }

    boolean blocks() {
      return blocks;
    }
  }

  public JobOutcome {
    next = List.copyOf(next);
  }

  static JobOutcome of(String job, Status status, String text, String... next) {
    return new JobOutcome(job, status, text, List.of(next));
  }

  /** For people: the day, the job, what became of it, and the commands that bring it further. */
  public String line(LocalDate day, PrintedCommands commands) {
    String sign =
        switch (status) {
          case DONE -> "✓";
          case LEFT_OUT -> "·";
          default -> "✗";
        };
    StringBuilder line =
        new StringBuilder("%s %s  %-32s %s".formatted(sign, day, job, commands.in(text)));
    next.forEach(command -> line.append("%n      ".formatted()).append(commands.in(command)));
    return line.toString();
  }

  /**
   * Of several, what a person has to decide comes before what another run would bring. A failure
   * comes before both: only behind another run is it known what there is to decide.
   */
  public static int exitCode(List<JobOutcome> outcomes) {
    if (outcomes.stream().anyMatch(outcome -> outcome.status() == Status.FAILED)) {
      return ExitCodes.FAILURE;
    }
    return outcomes.stream().mapToInt(outcome -> outcome.status().exitCode).max().orElse(0);
  }
}
