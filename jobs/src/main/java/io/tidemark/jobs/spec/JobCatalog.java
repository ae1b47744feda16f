package io.tidemark.jobs.spec;
import io.tidemark.catalog.TableName;
import java.util.*;
public final class JobCatalog {
  private final List<JobSpec> jobs;
  public JobCatalog(List<JobSpec> jobs) { this.jobs = List.copyOf(jobs); }
  public List<JobSpec> jobs() { return jobs; }
  public JobSpec job(String name) { return jobs.stream().filter(j -> j.name().equals(name)).findFirst().orElseThrow(); }
  public Optional<JobSpec> writerOf(TableName t) { return jobs.stream().filter(j -> j.output().equals(t)).findFirst(); }
  public List<JobSpec> upstream(JobSpec j) {
    if (j instanceof TransformSpec t) return List.of(writerOf(t.input()).orElseThrow());
    if (j instanceof AggregateSpec t) return List.of(writerOf(t.input()).orElseThrow());
    return List.of();
  }
  public List<IngestSpec> roots(JobSpec j) {
    if (j instanceof IngestSpec i) return List.of(i);
    List<IngestSpec> r = new ArrayList<>();
    upstream(j).forEach(u -> r.addAll(roots(u)));
    return r;
  }
}
