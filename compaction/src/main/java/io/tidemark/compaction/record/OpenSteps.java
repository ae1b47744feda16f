package io.tidemark.compaction.record;

import io.tidemark.compaction.record.MaintenanceRun.Kind;
import io.tidemark.compaction.record.MaintenanceStep.Done;
import io.tidemark.compaction.record.MaintenanceStep.Gained;
import io.tidemark.compaction.record.MaintenanceStep.Outcome;
import io.tidemark.compaction.record.MaintenanceStep.Planned;
import io.tidemark.jobs.spec.SystemColumns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Steps of a day of which the last try failed or was left. A run that had nothing to do for one any
 * more has no step of its own that would say so.
 */
final class OpenSteps {
  private static final String KIND = "kind";
  private static final String PARTITION = "partition";
  private static final String ACTION = "action";
  private static final String STARTED_AT = "started_at";
  private static final String OUTCOME = "outcome";

  private OpenSteps() {}

  /** What is tried again under the same name. */
  private record What(boolean vacuum, String table, String partition, String action) {
    static What of(Record row) {
      return new What(
          Kind.VACUUM.text().equals(text(row, KIND)),
          text(row, MaintenanceRows.TABLE_NAME),
          text(row, PARTITION),
          text(row, ACTION));
    }

    static What of(Kind kind, MaintenanceStep step) {
      return new What(kind == Kind.VACUUM, step.table(), step.partition(), step.action());
    }
  }

  private record Try(Instant at, String outcome) {
    Try laterOf(Try other) {
      return other.at.isBefore(at) ? this : other;
    }
  }

  /**
   * Those that a run has made up for: it came later, looked at the table, and has no step of them.
   * A vacuum takes each of its steps; of a compaction those count that are of a table as a whole.
   */
  static List<MaintenanceStep> closedBy(Table table, LocalDate day, MaintenanceRun run) {
    if (run.looked().isEmpty()) {
      return List.of();
    }
    Map<What, Try> last = last(table, day);
    run.steps().forEach(step -> last.remove(What.of(run.kind(), step)));
    return last.entrySet().stream()
        .filter(each -> isClosed(each.getKey(), each.getValue(), run))
        .map(each -> nothingToDo(each.getKey(), run.began()))
        .toList();
  }

  private static boolean isClosed(What what, Try last, MaintenanceRun run) {
    boolean vacuum = run.kind() == Kind.VACUUM;
    // What is left beside a stream is no step: it may still be so.
    boolean open =
        Outcome.FAILED.text().equals(last.outcome)
            || Outcome.LEFT.text().equals(last.outcome) && run.kind() != Kind.INLINE;
    return open
        && last.at.isBefore(run.began())
        && run.looked().contains(what.table)
        && what.vacuum == vacuum
        && (vacuum || what.partition.isEmpty() && what.action.isEmpty());
  }

  private static MaintenanceStep nothingToDo(What what, Instant at) {
    return new MaintenanceStep(
        what.table,
        what.partition,
        what.action,
        at,
        0,
        "",
        Planned.NOTHING,
        Done.NOTHING,
        Gained.NOTHING,
        Outcome.DONE,
        "");
  }

  private static Map<What, Try> last(Table table, LocalDate day) {
    Map<What, Try> last = new HashMap<>();
    try (CloseableIterable<Record> rows =
        IcebergGenerics.read(table)
            .where(Expressions.equal(SystemColumns.DT, day.toString()))
            .select(
                SystemColumns.DT,
                KIND,
                MaintenanceRows.TABLE_NAME,
                PARTITION,
                ACTION,
                STARTED_AT,
                OUTCOME)
            .build()) {
      for (Record row : rows) {
        Instant at = ((OffsetDateTime) row.getField(STARTED_AT)).toInstant();
        last.merge(What.of(row), new Try(at, text(row, OUTCOME)), Try::laterOf);
      }
      return last;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Record row, String column) {
    Object value = row.getField(column);
    return value == null ? "" : value.toString();
  }
}
