package io.tidemark.reconciliation;

import io.tidemark.reconciliation.plan.Obstacle;
import java.util.List;
import java.util.stream.Collectors;

/** Days or jobs that cannot be compared yet; trying again helps once the others have run. */
public class NotReadyException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient List<Obstacle> obstacles;

  NotReadyException(List<Obstacle> obstacles) {
    super(
        obstacles.stream()
            .map(obstacle -> "  " + obstacle)
            .collect(Collectors.joining("\n", "not everything is ready to be compared\n", "")));
    this.obstacles = List.copyOf(obstacles);
  }

  /** All of them, of every job and day. */
  public List<Obstacle> obstacles() {
    return obstacles;
  }
}
