package io.tidemark.reconciliation.explain;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.run.BatchRecord;
import io.tidemark.jobs.run.CommitFacts;
import io.tidemark.jobs.run.DimensionVersions;
import io.tidemark.jobs.run.MetricVersions;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Lineage;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.reconciliation.plan.WrittenBy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/** What rows were made by: definitions of jobs, and versions of dimensions. */
final class Origins {
  private final Lakehouse lake;
  private final JobCatalog jobs;

  /** By which definitions, and with which dimensions, rows on {@code main} were made. */
  record Origin(List<WrittenBy> definitions, WrittenBy dimensions) {
    Origin {
      definitions = List.copyOf(definitions);
    }
  }

  Origins(Lakehouse lake, JobCatalog jobs) {
    this.lake = lake;
    this.jobs = jobs;
  }

  /**
   * The origin of rows that a job's stream wrote.
   *
   * @param main up to this snapshot
   * @param batch what they are compared with
   */
  Origin writtenBy(TransformSpec job, Optional<Long> main, BatchRecord batch) {
    return new Origin(definitions(job, main), dimensions(job, main, batch));
  }

  /**
   * The origin of rows that a batch made, which are as the batch of today's where it is unknown.
   */
  Origin madeBy(TransformSpec job, Optional<BatchRecord> then, BatchRecord today) {
    return then.map(
            made ->
                new Origin(
                    List.of(
                        WrittenBy.all(
                            Published.otherDefinition(
                                made.spec(), job, jobs, lake.environment().timeZone()))),
                    WrittenBy.all(
                        others(new DimensionVersions(new TreeMap<>(made.dimensions())), today))))
        .orElse(new Origin(List.of(WrittenBy.ALIKE), WrittenBy.ALIKE));
  }

  /** By which definitions the rows were written, of the job and of those between ODS and it. */
  private List<WrittenBy> definitions(TransformSpec job, Optional<Long> main) {
    List<WrittenBy> definitions = new ArrayList<>(List.of(definition(job, main)));
    for (JobSpec upstream : jobs.upstream(job)) {
      if (upstream instanceof TransformSpec) {
        Table table = lake.load(upstream.output());
        Optional<Long> head =
            Optional.ofNullable(table.currentSnapshot()).map(snapshot -> snapshot.snapshotId());
        definitions.add(definition(upstream, head));
      }
    }
    return definitions;
  }

  /** In which versions rows were looked up, where the batch looked them up in others. */
  private WrittenBy dimensions(TransformSpec job, Optional<Long> main, BatchRecord batch) {
    return by(job, main, commit -> others(DimensionVersions.of(commit.summary()), batch));
  }

  /**
   * What commits of a job say of rows. Receive orders of several topics do not compare, so where
   * there are several roots only what is the same of all rows is said.
   */
  private WrittenBy by(
      JobSpec job, Optional<Long> main, Function<Snapshot, Optional<String>> says) {
    Table table = lake.load(job.output());
    List<WrittenBy> found =
        jobs.roots(job).stream()
            .map(
                root ->
                    new Coverage(
                            table, job.name(), lake.load(root.output()), root.output().toString())
                        .by(main, says))
            .toList();
    if (found.size() == 1) {
      return found.get(0);
    }
    Set<String> said = new HashSet<>();
    found.forEach(each -> each.entries().forEach(entry -> said.add(entry.said())));
    boolean alike = said.size() == 1 && found.stream().noneMatch(WrittenBy::isAlike);
    return alike ? WrittenBy.all(Optional.of(said.iterator().next())) : WrittenBy.ALIKE;
  }

  private static Optional<String> others(DimensionVersions stream, BatchRecord batch) {
    return stream.snapshots().entrySet().stream()
        .filter(version -> !version.getValue().equals(batch.dimensions().get(version.getKey())))
        .map(
            version ->
                "%s at snapshot %d, and the batch at snapshot %s"
                    .formatted(
                        version.getKey(),
                        version.getValue(),
                        batch.dimensions().get(version.getKey())))
        .reduce((a, b) -> a + "; " + b);
  }

  /** By which definitions of one job, its own ones, the rows of its table were written. */
  WrittenBy definition(JobSpec job, Optional<Long> main) {
    String today = Lineage.ownOf(Lineage.hashOf(job, jobs, lake.environment().timeZone()));
    return by(
        job,
        main,
        commit ->
            CommitFacts.definition(commit)
                .map(Lineage::ownOf)
                .filter(then -> !then.equals(today))
                .map(
                    then ->
                        "definition %s of %s; today's is %s%s"
                            .formatted(
                                then,
                                job.name(),
                                today,
                                MetricVersions.of(commit.summary())
                                    .changedTo(MetricVersions.of(job)))));
  }
}
