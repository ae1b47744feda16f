package io.tidemark.reconciliation;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.reconciliation.plan.Pin;
import io.tidemark.reconciliation.plan.RecordedRun;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Comparisons that were written down, and what would be compared today. */
public final class RecordedRuns {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String TOLERANCES = "tolerances";

  private final Lakehouse lake;
  private final JobCatalog jobs;

  public RecordedRuns(Lakehouse lake, JobCatalog jobs) {
    this.lake = lake;
    this.jobs = jobs;
  }

  /**
   * What would be compared today.
   *
   * @throws UnsealedException when the day has no cut
   * @throws NotReadyException when the stream or the batch has not come as far
   */
  public Pin today(JobSpec job, LocalDate day) {
    Pinning pinning = new Pinning(lake, jobs);
    Optional<Pin> pin = pinning.pin(job, day);
    pinning.check();
    return pin.orElseThrow();
  }

  /** The comparison of a day, of which there is one per job; nothing when it was never compared. */
  public Optional<RecordedRun> find(JobSpec job, LocalDate day) {
    if (!lake.exists(ResultTables.RUNS)) {
      return Optional.empty();
    }
    Dataset<Row> runs = lake.spark().table(lake.identifier(ResultTables.RUNS));
    // Tables that nothing was compared into since tolerances are written down.
    if (!List.of(runs.columns()).contains(TOLERANCES)) {
      runs = runs.withColumn(TOLERANCES, lit(null).cast("string"));
    }
    List<Row> rows =
        runs.where(col(SystemColumns.DT).equalTo(lit(day)))
            .where(col(ResultRows.JOB).equalTo(job.name()))
            .select(
                "run_id",
                "within",
                "main_snapshot",
                "offline_snapshot",
                "cut",
                "definition",
                TOLERANCES)
            .collectAsList();
    return rows.stream().findFirst().map(RecordedRuns::run);
  }

  private static RecordedRun run(Row row) {
    return new RecordedRun(
        row.getString(0),
        row.getBoolean(1),
        row.getString(6),
        row.isNullAt(2) ? null : row.getLong(2),
        row.getLong(3),
        cut(row.getString(4)),
        row.getString(5));
  }

  private static Map<String, Long> cut(String json) {
    try {
      return JSON.readValue(json, new TypeReference<Map<String, Long>>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a recorded cut cannot be read: " + json, e);
    }
  }
}
