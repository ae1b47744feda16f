package io.tidemark.jobs.run;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.CutReach;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.InputRange;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.Table;

/**
 * Cuts of business days: where the roots of a job are cut, and whether its stream has read that
 * far.
 */
public final class Cuts {
  private final Lakehouse lake;
  private final JobCatalog jobs;

  public Cuts(Lakehouse lake, JobCatalog jobs) {
    this.lake = lake;
    this.jobs = jobs;
  }

  /**
   * The cut of a sealed day for a job: ODS table to snapshot.
   *
   * @throws NotSealedException when a root is not sealed
   */
  public Map<String, Long> cutOf(JobSpec job, LocalDate day) {
    return cutOf(roots(job, day), day);
  }

  /**
   * The cuts of sealed days for a job, in ranges of days that have one cut. However long the range
   * is, each root is looked at once.
   *
   * @throws NotSealedException when a root is not sealed for one of the days
   */
  public List<Map.Entry<Range, Map<String, Long>>> cutsOf(JobSpec job, Range days) {
    Map<TableName, Table> roots = roots(job, days.from());
    List<Map.Entry<Range, Map<String, Long>>> groups = new ArrayList<>();
    for (LocalDate day = days.from(); !day.isAfter(days.to()); day = day.plusDays(1)) {
      Map<String, Long> cut = cutOf(roots, day);
      int last = groups.size() - 1;
      if (last >= 0 && groups.get(last).getValue().equals(cut)) {
        groups.set(last, Map.entry(new Range(groups.get(last).getKey().from(), day), cut));
      } else {
        groups.add(Map.entry(new Range(day, day), cut));
      }
    }
    return groups;
  }

  /** The roots' tables; one that was never written has no sealed day either. */
  private Map<TableName, Table> roots(JobSpec job, LocalDate firstDay) {
    Map<TableName, Table> roots = new LinkedHashMap<>();
    for (IngestSpec root : jobs.roots(job)) {
      if (!lake.exists(root.output())) {
        throw new NotSealedException(root.output(), firstDay);
      }
      roots.put(root.output(), lake.load(root.output()));
    }
    return roots;
  }

  private static Map<String, Long> cutOf(Map<TableName, Table> roots, LocalDate day) {
    Map<String, Long> cut = new TreeMap<>();
    roots.forEach(
        (name, ods) ->
            cut.put(
                name.toString(),
                Seals.cutOf(ods, day).orElseThrow(() -> new NotSealedException(name, day))));
    return cut;
  }

  /**
   * Rows that a job's stream has still to read to hold everything up to the cut, 0 once it does.
   * Where an upstream job is behind, its backlog counts too. A micro-batch of an upstream job that
   * holds rows from before the cut and from behind it counts as a whole.
   */
  public long backlog(JobSpec job, Map<String, Long> cut) {
    long rows = 0;
    for (JobSpec upstream : jobs.inputs(job)) {
      rows += backlog(upstream, cut);
      rows += unread(job, upstream, cut);
    }
    return rows;
  }

  /** The part of a cut that bears on a job: that of its own roots. */
  Map<String, Long> ofRoots(JobSpec job, Map<String, Long> cut) {
    Map<String, Long> own = new TreeMap<>(cut);
    own.keySet().retainAll(jobs.roots(job).stream().map(root -> root.output().toString()).toList());
    return own;
  }

  private CutReach reach(JobSpec job, Map<String, Long> cut) {
    Map<String, Table> roots = new LinkedHashMap<>();
    for (IngestSpec root : jobs.roots(job)) {
      roots.put(root.output().toString(), lake.load(root.output()));
    }
    return new CutReach(roots, cut);
  }

  private long unread(JobSpec job, JobSpec upstream, Map<String, Long> cut) {
    Table input = lake.load(upstream.output());
    Optional<Long> end =
        upstream instanceof IngestSpec
            ? Optional.ofNullable(cut.get(upstream.output().toString()))
            : reach(upstream, cut).oldestHolding(input, upstream.name());
    Long position =
        TableState.of(lake.load(job.output()))
            .marker(job.name())
            .map(marker -> InputTables.positions(job, marker, lake::load))
            .map(read -> read.of(upstream.output().toString()))
            .orElse(null);
    return end.map(snapshot -> InputRange.rowsBetween(input, position, snapshot)).orElse(0L);
  }
}
