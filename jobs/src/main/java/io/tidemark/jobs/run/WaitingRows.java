package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.DayRanges;
import io.tidemark.jobs.plan.LookupSql;
import io.tidemark.jobs.plan.TransformSql;
import io.tidemark.jobs.spec.LookupSpec;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.jobs.spec.TransformSpec;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.util.SnapshotUtil;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The rows of a transform that wait until a dimension has their key. The table holds them, marked;
 * they are looked up again in each new version of a dimension. Rows of sealed days are the batch's.
 */
final class WaitingRows {
  private final JobSession session;
  private final TransformSpec spec;
  private final TransformSql sql;
  private final List<TableName> roots;

  /** The versions that all rows of the table have been looked up in; null before it is asked. */
  private DimensionVersions lookedUp;

  /**
   * @param roots the ODS tables that the rows come from: a day is sealed when all have it sealed
   */
  WaitingRows(JobSession session, TransformSpec spec, List<TableName> roots) {
    this.session = session;
    this.spec = spec;
    this.sql = new TransformSql(spec);
    this.roots = List.copyOf(roots);
  }

  /**
   * Rows to look up again.
   *
   * @param rows they, with the columns of the table
   * @param from the first of their business days
   */
  record Due(Dataset<Row> rows, LocalDate from) {}

  /**
   * What is to be looked up again in these versions of the dimensions; nothing where no row waits
   * for one that changed.
   *
   * @param written reads the table
   */
  Optional<Due> due(DimensionVersions versions, Supplier<Dataset<Row>> written) {
    if (lookedUp == null && spec.lookups().stream().anyMatch(LookupSpec::waits)) {
      lookedUp = inTheTable();
    }
    Optional<Column> changed =
        spec.lookups().stream()
            .filter(lookup -> changed(lookup, versions))
            .map(lookup -> waitsFor(lookup, versions))
            .reduce(Column::or);
    if (changed.isEmpty()) {
      return Optional.empty();
    }
    Dataset<Row> held =
        written
            .get()
            .where(col(SystemColumns.UNKNOWN_KEYS).isNotNull().and(not(sealed())))
            .where(changed.get());
    Dataset<Row> rows = session.standing(sql, held);
    Row facts = rows.agg(count(lit(1)), min(col(SystemColumns.DT))).head();
    return facts.getLong(0) == 0 ? Optional.empty() : Optional.of(new Due(rows, facts.getAs(1)));
  }

  /** All rows of the table have been looked up in these versions. */
  void lookedUp(DimensionVersions versions) {
    lookedUp = versions;
  }

  /** What the last micro-batch says that looked something up, of whichever driver. */
  private DimensionVersions inTheTable() {
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(session.lake().load(spec.output()))) {
      DimensionVersions versions = DimensionVersions.of(snapshot.summary());
      if (!versions.snapshots().isEmpty()) {
        return versions;
      }
    }
    return DimensionVersions.NONE;
  }

  private boolean changed(LookupSpec lookup, DimensionVersions versions) {
    Long version = lookup.waits() ? version(lookup, versions) : null;
    return version != null
        && version != DimensionVersions.WITHOUT_ROWS
        && !version.equals(version(lookup, lookedUp));
  }

  private static Long version(LookupSpec lookup, DimensionVersions versions) {
    return versions.snapshots().get(lookup.table().toString());
  }

  /** Rows wait as long as declared, by the time at which the dimension's version was written. */
  private Column waitsFor(LookupSpec lookup, DimensionVersions versions) {
    Instant arrived =
        Instant.ofEpochMilli(
            session
                .lake()
                .load(lookup.table())
                .snapshot(version(lookup, versions))
                .timestampMillis());
    return expr(new LookupSql(lookup).isUnknown())
        .and(col(SystemColumns.KAFKA_TIME).geq(lit(arrived.minus(lookup.lateness()))));
  }

  private Column sealed() {
    DayRanges days =
        roots.stream()
            .map(root -> TableState.of(session.lake().load(root)).sealedDays())
            .reduce(DayRanges::and)
            .orElseThrow();
    return expr(days.toSqlCondition(SystemColumns.DT));
  }
}
