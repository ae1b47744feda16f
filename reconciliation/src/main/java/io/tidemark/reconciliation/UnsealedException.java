package io.tidemark.reconciliation;

import io.tidemark.catalog.UserError;
import io.tidemark.reconciliation.plan.Obstacle;
import java.util.List;

/** A day that has no cut was asked for: trying again does not help before it is sealed. */
public final class UnsealedException extends NotReadyException implements UserError {
  private static final long serialVersionUID = 1L;

  UnsealedException(List<Obstacle> obstacles) {
    super(obstacles);
  }

  @Override
  public String nextStep() {
    return obstacles().stream().filter(Obstacle::unsealed).findFirst().orElseThrow().remedy();
  }
}
