package io.tidemark.jobs.operation;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.MissingTableException;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.jobs.spec.JobSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;

/** Tables of jobs, each loaded once for all who are asked about. */
final class JobOutputs {
  private final Lakehouse lake;
  private final Map<TableName, Optional<Table>> tables = new HashMap<>();

  JobOutputs(Lakehouse lake) {
    this.lake = lake;
  }

  /** A table, or nothing before the first run of the job that writes it. */
  Optional<Table> table(TableName name) {
    return tables.computeIfAbsent(name, this::load);
  }

  /** What a job writes. */
  Optional<Table> of(JobSpec job) {
    return table(job.output());
  }

  /** How far a job has come. */
  Optional<Marker> marker(JobSpec job) {
    return of(job).flatMap(table -> TableState.of(table).marker(job.name()));
  }

  private Optional<Table> load(TableName name) {
    try {
      return Optional.of(lake.load(name));
    } catch (MissingTableException none) {
      return Optional.empty();
    }
  }
}
