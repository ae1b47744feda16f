package io.tidemark.jobs.run;

import io.tidemark.catalog.UserError;
import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.spec.IngestSpec;

/** A job was declared anew while of one micro-batch the dead letters are there, and no rows. */
public final class ChangedDeclarationException extends RuntimeException implements UserError {
  private static final long serialVersionUID = 1L;

  ChangedDeclarationException(IngestSpec job, KafkaOffsets rows, KafkaOffsets letters) {
    super(
        "the declaration of job %s changed in the middle of a micro-batch: table %s has everything up to %s, but %s up to %s by the old declaration. Messages in between would be in both tables or in none"
            .formatted(
                job.name(), job.output(), rows.toJson(), job.deadLetters(), letters.toJson()));
  }

  @Override
  public String nextStep() {
    return "Run the job once as it was declared (--mode catchup), then change it. If its table was dropped to read everything anew, drop the dead letters too.";
  }
}
