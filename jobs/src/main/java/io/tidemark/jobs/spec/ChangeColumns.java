package io.tidemark.jobs.spec;

import static io.tidemark.jobs.spec.ColumnType.Base.BIGINT;
import static io.tidemark.jobs.spec.ColumnType.Base.INT;
import static io.tidemark.jobs.spec.ColumnType.Base.STRING;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Columns that the ODS table of a change log has besides {@link SystemColumns}. */
public final class ChangeColumns {
  /** What was done to the row: insert, update, delete or snapshot. */
  public static final String OPERATION = "change_op";

  /** Coarsest part of the position in the database's log: the binlog file's number, say. */
  public static final String SEGMENT = "log_segment";

  /** Where in the segment: binlog offset, or a PostgreSQL LSN. */
  public static final String OFFSET = "log_offset";

  /** Which row of the event at that offset. */
  public static final String ROW = "log_row";

  /** Number of the change in its message, from 0. */
  public static final String NUMBER = "change_number";

  /**
   * Columns that the change left as they were and did not carry, separated by commas; NULL when it
   * carried the whole row.
   */
  public static final String UNCHANGED = "unchanged_columns";

  /** Only in a mirror: by a hash of the key; what the table is partitioned by. */
  public static final String BUCKET = "key_bucket";

  /** Only in the view of a mirror with soft deletes. */
  public static final String IS_DELETED = "is_deleted";

  /** Only in the view of a history: from when on the version was valid, that time included. */
  public static final String VALID_FROM = "valid_from";

  /** Only in the view of a history: until when, that time not included; NULL while it is valid. */
  public static final String VALID_TO = "valid_to";

  /** Those of ODS with their types, in table order. */
  public static final Map<String, ColumnType> TYPES = types();

  /** All names that a declared column of a change log cannot have. */
  static final Set<String> TAKEN =
      Set.of(OPERATION, SEGMENT, OFFSET, ROW, NUMBER, UNCHANGED, BUCKET, IS_DELETED);

  private ChangeColumns() {}

  private static Map<String, ColumnType> types() {
    Map<String, ColumnType> types = new LinkedHashMap<>();
    types.put(OPERATION, new ColumnType(STRING, 0, 0));
    types.put(SEGMENT, new ColumnType(BIGINT, 0, 0));
    types.put(OFFSET, new ColumnType(BIGINT, 0, 0));
    types.put(ROW, new ColumnType(BIGINT, 0, 0));
    types.put(NUMBER, new ColumnType(INT, 0, 0));
    types.put(UNCHANGED, new ColumnType(STRING, 0, 0));
    return Collections.unmodifiableMap(types);
  }
}
