package io.tidemark.jobs.spec;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The jobs that share a topic, so that each of its messages belongs to one of them.
 *
 * @param rest the job that has what no route takes; by it the split is called
 * @param routes the others, in the order of their names
 */
public record Split(IngestSpec rest, List<IngestSpec> routes) {
  public Split {
    routes = List.copyOf(routes);
  }

  /** The jobs of a split among others, checked before. */
  static Split of(List<IngestSpec> jobs) {
    return new Split(
        jobs.stream().filter(job -> !job.split().isRoute()).findFirst().orElseThrow(),
        jobs.stream()
            .filter(job -> job.split().isRoute())
            .sorted(Comparator.comparing(IngestSpec::name))
            .toList());
  }

  /** All jobs, the routes first. */
  public List<IngestSpec> jobs() {
    List<IngestSpec> all = new ArrayList<>(routes);
    all.add(rest);
    return List.copyOf(all);
  }

  /** The column that tells where a message belongs; every job declares it alike. */
  public ColumnSpec by() {
    return rest.columns().stream()
        .filter(column -> column.name().equals(rest.split().by()))
        .findFirst()
        .orElseThrow();
  }
}
