package io.tidemark.tags.attribute.plan;

import io.tidemark.tags.attribute.plan.RunChoice.Refresh;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * By which results that could be brought forward are computed one way or the other.
 *
 * @param wished whether bringing them forward is wished for, whatever it costs
 * @param fullEvery after so many days they are verified
 * @param day the last day that is wanted
 * @param lastFull the last day of the oldest of the full results that they come from
 * @param cost what runs cost; nothing while too little was measured
 */
public record RunRules(
    boolean wished, int fullEvery, LocalDate day, LocalDate lastFull, Optional<RunCost> cost) {
  private boolean isDue() {
    return !wished && ChronoUnit.DAYS.between(lastFull, day) >= fullEvery;
  }

  /**
   * In full, when that is clear before the tags of then are read; else nothing.
   *
   * @param least what there is to do when nobody has changed tags
   */
  public Optional<RunChoice> early(RunCost.Work least) {
    if (wished || isDue()) {
      return Optional.empty();
    }
    if (cost.isEmpty()) {
      return Optional.of(RunChoice.full("no run of these sets has been measured yet"));
    }
    RunChoice best = RunChoice.quicker(cost.get(), least);
    return best.refresh() == Refresh.FULL
        ? Optional.of(RunChoice.full("even if nobody had changed tags: " + best.why()))
        : Optional.empty();
  }

  /** What is chosen when it is known what there is to do. */
  public RunChoice choose(RunCost.Work work) {
    if (isDue()) {
      return RunChoice.verified("the last full result is of " + lastFull);
    }
    return wished ? RunChoice.wished(work) : RunChoice.quicker(cost.orElseThrow(), work);
  }
}
