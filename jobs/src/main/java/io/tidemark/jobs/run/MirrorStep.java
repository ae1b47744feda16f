package io.tidemark.jobs.run;

import io.tidemark.catalog.KnownTable;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.cut.InputRange;
import io.tidemark.jobs.plan.MirrorSql;
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

  MirrorStep(JobSession session, KnownTable input, MirrorSql sql) {
    this.session = session;
    this.input = input;
    this.sql = sql;
  }

  @Override
  public Result rows(Marker last, InputRange range) {
    Dataset<Row> changes = input.read(range);
    return new Result(session.overInput(sql.changes(), changes), range.rows(), 0, 0, 1);
  }
}
