package io.tidemark.jobs.run;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.LostPositionException;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.config.Problem;
import io.tidemark.catalog.cut.InputPositions;
import io.tidemark.catalog.cut.InputRange;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.jobs.spec.TransformSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Table;

/**
 * Compares what is declared of jobs with the rows of their tables, where these are there: what a
 * job would be refused for when it starts, and no change of its table mends.
 */
public final class ExistingTables {
  private final Lakehouse lake;
  private final JobTables tables;

  /**
   * @param lake where the tables are
   * @param tables tells what is declared of them
   */
  public ExistingTables(Lakehouse lake, JobTables tables) {
    this.lake = lake;
    this.tables = tables;
  }

  /** Whether rows that are there bear on what may be declared of a job. */
  public static boolean bearOn(JobSpec job) {
    return job instanceof MirrorSpec || job instanceof TransformSpec;
  }

  /** What is wrong with jobs whose tables are there. Nothing is made. */
  public List<Problem> problems(List<JobSpec> jobs) {
    List<Problem> problems = new ArrayList<>();
    for (JobSpec job : jobs) {
      if (bearOn(job) && lake.exists(job.output())) {
        Table table = lake.load(job.output());
        problems.addAll(tables.refusals(job, table));
        if (job instanceof TransformSpec union && union.inputs().size() > 1) {
          problems.addAll(lostPlaces(union, table));
        }
      }
    }
    return problems;
  }

  /** An input keeps its place while it is not declared, as long as its table knows the place. */
  private List<Problem> lostPlaces(TransformSpec union, Table table) {
    Optional<Marker> marker = TableState.of(table).marker(union.name());
    if (marker.isEmpty()) {
      return List.of();
    }
    InputPositions read;
    try {
      read = InputTables.positions(union, marker.get(), lake::load);
    } catch (LostPositionException e) {
      return List.of(lost(union, "", e));
    }
    List<Problem> problems = new ArrayList<>();
    for (TableName input : union.tables()) {
      Long place = read.of(input.toString());
      if (place != null && lake.exists(input)) {
        try {
          InputRange.firstUnread(lake.load(input), place);
        } catch (LostPositionException e) {
          problems.add(lost(union, input.toString(), e));
        }
      }
    }
    return problems;
  }

  private static Problem lost(TransformSpec union, String input, LostPositionException e) {
    return new Problem(
        "job " + union.name(),
        "inputs",
        input,
        "cannot be read on from where it was: %s".formatted(e.getMessage()));
  }
}
