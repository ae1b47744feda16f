package io.tidemark.jobs.operation;

import io.tidemark.catalog.cut.DayRanges;
import io.tidemark.catalog.table.PartitionTerm;
import io.tidemark.jobs.operation.JobStatus.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/** How large the days of a table are that are not sealed, from its metadata alone. */
final class OpenDays {
  private OpenDays() {}

  static State of(Table table, DayRanges sealed) {
    long bytes = 0;
    long rows = 0;
    try (CloseableIterable<FileScanTask> files =
        table.newScan().filter(notIn(sealed)).planFiles()) {
      for (FileScanTask task : files) {
        bytes += task.file().fileSizeInBytes();
        rows += task.file().recordCount();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the manifests of " + table.name(), e);
    }
    return new State(bytes, rows);
  }

  private static Expression notIn(DayRanges sealed) {
    String day = PartitionTerm.DT.column();
    Expression open = Expressions.alwaysTrue();
    for (DayRanges.Range range : sealed.ranges()) {
      open =
          Expressions.and(
              open,
              Expressions.or(
                  Expressions.lessThan(day, range.from().toString()),
                  Expressions.greaterThan(day, range.to().toString())));
    }
    return open;
  }
}
