package io.tidemark.tests.bench;

import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.util.ArrayList;
import java.util.List;

/**
 * The declared jobs as a catch-up, one after the other: Kafka to ODS with dead letters, ODS to DWD
 * with duplicates dropped, DWD to DWS with exact distincts. All three tables are there afterwards.
 */
record TidemarkSide(LocalLakehouse house) implements Side {
  private static final String AGGREGATE = "dws_reading_content_1min";

  @Override
  public String name() {
    return "Tidemark";
  }

  @Override
  public void prepare() {
    house.tables().ensure(aggregate());
  }

  @Override
  public List<Stage> stages() {
    return jobs().stream()
        .map(job -> new Stage(job.output().layer(), () -> house.catchUp(List.of(job))))
        .toList();
  }

  /** The aggregate and what it is made from, upstream first. */
  private List<JobSpec> jobs() {
    List<JobSpec> jobs = new ArrayList<>();
    for (List<JobSpec> next = List.of((JobSpec) aggregate());
        !next.isEmpty();
        next = house.jobs().inputs(next.get(0))) {
      jobs.add(0, next.get(0));
    }
    return jobs;
  }

  /** The last of the jobs. */
  AggregateSpec aggregate() {
    return (AggregateSpec) house.jobs().job(AGGREGATE);
  }

  /** The first of the jobs' tables. */
  JobSpec ingest() {
    return jobs().get(0);
  }
}
