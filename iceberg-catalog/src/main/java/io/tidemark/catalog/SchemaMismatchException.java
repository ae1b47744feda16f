package io.tidemark.catalog;

import io.tidemark.catalog.table.TableChange;
import java.util.List;
import java.util.stream.Collectors;

/** A table's columns are not those that its job declares, and a job does not make them so. */
public final class SchemaMismatchException extends RuntimeException implements UserError {
  private static final long serialVersionUID = 1L;

  private final TableName table;

  private SchemaMismatchException(TableName table, String message) {
    super(message);
    this.table = table;
  }

  /** When a job starts and its table is not ready for it. */
  static SchemaMismatchException before(TableName table, List<TableChange> missing) {
    return new SchemaMismatchException(
        table,
        missing.stream()
            .map(TableChange::text)
            .collect(
                Collectors.joining(
                    "; ",
                    "table " + table + " does not have the columns its job declares (missing: ",
                    ")")));
  }

  /** When a job runs and a column that it reads or writes is dropped. */
  static SchemaMismatchException dropped(TableName table, List<String> columns) {
    return new SchemaMismatchException(
        table,
        "table %s does not have the columns its job declares any more (dropped: %s)"
            .formatted(table, String.join(", ", columns)));
  }

  @Override
  public String nextStep() {
    return "./tidemark tables plan %1$s shows what is to be done, ./tidemark tables apply %1$s does it."
            .formatted(table)
        + " Or change the declaration back, or give the job another output.";
  }
}
