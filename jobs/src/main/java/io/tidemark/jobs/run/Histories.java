package io.tidemark.jobs.run;

import io.tidemark.catalog.KnownTable;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.InputPositions;
import io.tidemark.catalog.cut.InputRange;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.plan.MirrorSql;
import io.tidemark.jobs.spec.MirrorSpec;
import java.time.LocalDate;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The histories that a transform's stream looks up in, read as far as its position says. */
final class Histories {
  private final JobSession session;
  private final Map<TableName, MirrorSpec> jobs;
  private final Map<TableName, KnownTable> tables;
  private final Function<MirrorSpec, MirrorSql> sql;

  /**
   * @param jobs the jobs that write them, by table
   * @param tables at least those tables
   */
  Histories(
      JobSession session,
      Map<TableName, MirrorSpec> jobs,
      Map<TableName, KnownTable> tables,
      Function<MirrorSpec, MirrorSql> sql) {
    this.session = session;
    this.jobs = Map.copyOf(jobs);
    this.tables = Map.copyOf(tables);
    this.sql = sql;
  }

  /** Of a transform that looks up in none. */
  static Histories none(JobSession session) {
    return new Histories(
        session,
        Map.of(),
        Map.of(),
        job -> {
          throw new IllegalStateException(job.name() + " is not looked up in");
        });
  }

  /** Whether a table is one of them. */
  boolean contains(TableName table) {
    return jobs.containsKey(table);
  }

  /** All versions that are known at a position. */
  Dataset<Row> versions(TableName history, InputPositions upTo) {
    Long position = upTo.of(history.toString());
    KnownTable table = tables.get(history);
    return session.versions(
        sql.apply(jobs.get(history)),
        "history_" + history.toString().replace('.', '_'),
        position == null ? table.empty() : table.readAsOf(position));
  }

  /**
   * The days that no change of a range bears on: they were sealed before the first of them was
   * received, so that the batch of their cut does not know it.
   *
   * @param from no earlier day is looked at
   */
  Set<LocalDate> sealedBefore(TableName history, InputRange range, LocalDate from) {
    Set<LocalDate> days = new TreeSet<>();
    if (range.from() == null) {
      return days;
    }
    MirrorSpec job = jobs.get(history);
    Table ods = session.lake().load(job.input());
    Long read =
        TableState.asOf(session.lake().load(history), range.from())
            .marker(job.name())
            .map(marker -> InputTables.positions(job, marker, session.lake()::load))
            .map(position -> position.of(job.input().toString()))
            .orElse(null);
    for (Range closed : TableState.of(ods).sealedDays().ranges()) {
      LocalDate first = closed.from().isBefore(from) ? from : closed.from();
      for (LocalDate day = first; !day.isAfter(closed.to()); day = day.plusDays(1)) {
        if (Seals.cutOf(ods, day)
            .filter(cut -> InputRange.rowsBetween(ods, read, cut) == 0)
            .isPresent()) {
          days.add(day);
        }
      }
    }
    return days;
  }
}
