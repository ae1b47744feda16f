package io.tidemark.jobs.alert;

import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/** Where incidents are kept, for everybody who checks alerts. */
public interface IncidentStore {
  /**
   * Changes incidents in one step: nobody else changes one between what is given to {@code plan}
   * and what it gives back.
   *
   * @param since what is over before this moment, and settled, is left alone
   * @param plan makes of the others the ones that are new or changed, by their ids; asked again
   *     when somebody else was first
   * @return the others, as they are now, and the new ones
   */
  List<Incident> change(Instant since, Function<List<Incident>, List<Incident>> plan);
}
