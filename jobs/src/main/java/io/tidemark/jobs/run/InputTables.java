package io.tidemark.jobs.run;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.cut.InputPositions;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import java.util.List;
import java.util.function.Function;
import org.apache.iceberg.Table;

/** Reads from markers how far jobs behind ODS have read the tables they read. */
public final class InputTables {
  private InputTables() {}

  /**
   * How far a job has read its inputs.
   *
   * @param position the position of its marker
   * @param tables gives an input; asked only where a job has got more inputs than it had
   * @throws io.tidemark.catalog.commit.LostPositionException when it is the position of none of
   *     them
   */
  public static InputPositions positions(
      JobSpec job, String position, Function<TableName, Table> tables) {
    List<String> names = JobCatalog.inputsOf(job).stream().map(TableName::toString).toList();
    return InputPositions.parse(
        position,
        names,
        (name, snapshot) -> tables.apply(TableName.parse(name)).snapshot(snapshot) != null);
  }

  /** The same of a marker. */
  public static InputPositions positions(
      JobSpec job, Marker marker, Function<TableName, Table> tables) {
    return positions(job, marker.position(), tables);
  }
}
