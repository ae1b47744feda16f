package io.tidemark.jobs.run;

import io.tidemark.catalog.KnownTable;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.cut.InputPositions;
import io.tidemark.catalog.cut.InputRange;
import io.tidemark.jobs.plan.MirrorSql;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Adds the changes of a micro-batch to a mirror. Nothing that came before is looked at: the newest
 * change is found when the table is read. Changes of sealed days count too, because a mirror shows
 * how things are, whenever that came to be known.
 */
final class MirrorStep implements HopStep {
  private final JobSession session;
  private final KnownTable input;
  private final MirrorSql sql;
  private final TableName name;

  MirrorStep(JobSession session, TableName name, KnownTable input, MirrorSql sql) {
    this.session = session;
    this.name = name;
    this.input = input;
    this.sql = sql;
  }

  @Override
  public Result rows(
      Map<TableName, InputRange> ranges, InputPositions before, InputPositions upTo) {
    InputRange range = ranges.get(name);
    Dataset<Row> changes = input.read(range);
    return new Result(session.overInput(sql.changes(), changes), range.rows(), 0, 0, 1);
  }
}
