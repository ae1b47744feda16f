package io.tidemark.compaction.record;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.table.DeclaredTable;
import io.tidemark.compaction.record.MaintenanceRun.Kind;
import io.tidemark.jobs.spec.SystemColumns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.UncheckedSQLException;

/**
 * The table {@code ops.maintenance_run}: a row per step of a run of maintenance, and one for the
 * run. A run is one commit, and is there once, however often it is written. It is written by this
 * process: a job of the engine would take the cores of the stream beside which tables are
 * maintained.
 */
public final class MaintenanceTable {
  /** The table. */
  public static final TableName TABLE = TableName.parse("ops.maintenance_run");

  private static final int MAX_ATTEMPTS = 5;

  private final Lakehouse lake;

  /** A table that need not exist yet. */
  public MaintenanceTable(Lakehouse lake) {
    this.lake = lake;
  }

  /**
   * Writes a run down whose work is done, whether it can be written or not.
   *
   * @return what kept it from being written, for people and without secrets; the verb then fails
   */
  public Optional<String> note(MaintenanceRun run) {
    try {
      append(run);
      return Optional.empty();
    } catch (Exception e) {
      // Also what is checked in Scala, and so not declared.
      return Optional.of(
          "run %s is done, and not recorded in %s: %s"
              .formatted(run.id(), TABLE, MaintenanceStep.failure(e)));
    }
  }

  /**
   * Writes a run down, unless it is there already, with what it has made up for of the day. One in
   * the driver of a stream that did nothing is none: there are hundreds a day.
   *
   * @throws RuntimeException whatever the catalog or the storage has to say
   */
  public void append(MaintenanceRun run) {
    LocalDate day = LocalDate.ofInstant(run.began(), lake.environment().timeZone());
    append(lake.ensure(declared()), day, run);
  }

  static DeclaredTable declared() {
    return DeclaredTable.ofDays(TABLE, MaintenanceRows.SCHEMA, Map.of())
        .described(
            "What maintenance of tables was planned, done, gained and spent.",
            "",
            List.of(MaintenanceRows.RUN_ID, MaintenanceRows.TABLE_NAME, "partition", "action"));
  }

  /** The same of a table that is there. */
  static void append(Table table, LocalDate day, MaintenanceRun run) {
    DataFile file = null;
    for (int attempt = 1; ; attempt++) {
      table.refresh();
      if (has(table, day, run.id())) {
        return;
      }
      if (file == null) {
        MaintenanceRun whole = run.with(OpenSteps.closedBy(table, day, run));
        if (run.kind() == Kind.INLINE && whole.steps().isEmpty()) {
          return;
        }
        file = MaintenanceRows.write(table, day, whole);
      }
      try {
        table.newAppend().appendFile(file).commit();
        return;
      } catch (CommitFailedException e) {
        CatalogUtil.deleteFiles(table.io(), List.of(file.location()), "record");
        throw e;
      } catch (CommitStateUnknownException | UncheckedSQLException e) {
        // It may have landed, so the file stays, and the table is asked.
        if (attempt == MAX_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static boolean has(Table table, LocalDate day, String run) {
    try (CloseableIterable<Record> rows =
        IcebergGenerics.read(table)
            .where(
                Expressions.and(
                    Expressions.equal(SystemColumns.DT, day.toString()),
                    Expressions.equal(MaintenanceRows.RUN_ID, run)))
            .select(MaintenanceRows.RUN_ID)
            .build()) {
      return rows.iterator().hasNext();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
