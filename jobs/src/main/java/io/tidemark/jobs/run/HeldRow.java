package io.tidemark.jobs.run;

import io.tidemark.jobs.spec.LookupSpec;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.jobs.spec.UnknownKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/**
 * A row of a transform that is held back because a dimension does not have its key.
 *
 * @param day its business day
 * @param receivedAt when the broker received its message
 * @param unknownKeys what was not found: {@code content(id=17)}, several separated by semicolons
 */
public record HeldRow(
    LocalDate day,
    String topic,
    int partition,
    long offset,
    Instant receivedAt,
    String unknownKeys) {

  /**
   * The rows that a table holds back now. Files without any are not read, of the others a few
   * columns.
   *
   * @param which a condition on days or times that both a row and the one that takes it back meet
   */
  public static List<HeldRow> of(TransformSpec job, Table table, Expression which) {
    if (table.schema().findField(SystemColumns.UNKNOWN_KEYS) == null) {
      return List.of(); // Written by the job as it was before it held any back.
    }
    List<String> columns =
        new ArrayList<>(
            List.of(
                SystemColumns.DT,
                SystemColumns.TOPIC,
                SystemColumns.PARTITION,
                SystemColumns.OFFSET,
                SystemColumns.KAFKA_TIME,
                SystemColumns.UNKNOWN_KEYS));
    if (job.corrects()) {
      columns.addAll(List.of(SystemColumns.TAKES_BACK, SystemColumns.REVISION));
    }
    List<Record> written = new ArrayList<>();
    Set<List<Object>> takenBack = new HashSet<>();
    try (CloseableIterable<Record> rows =
        IcebergGenerics.read(table)
            .where(Expressions.and(which, Expressions.notNull(SystemColumns.UNKNOWN_KEYS)))
            .select(columns)
            .build()) {
      for (Record row : rows) {
        if (job.corrects() && Boolean.TRUE.equals(row.getField(SystemColumns.TAKES_BACK))) {
          takenBack.add(revision(row));
        } else {
          written.add(row);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read table " + table.name(), e);
    }
    return written.stream()
        .filter(row -> takenBack.isEmpty() || !takenBack.contains(revision(row)))
        .map(HeldRow::of)
        .toList();
  }

  private static HeldRow of(Record row) {
    return new HeldRow(
        (LocalDate) row.getField(SystemColumns.DT),
        (String) row.getField(SystemColumns.TOPIC),
        (Integer) row.getField(SystemColumns.PARTITION),
        (Long) row.getField(SystemColumns.OFFSET),
        ((OffsetDateTime) row.getField(SystemColumns.KAFKA_TIME)).toInstant(),
        (String) row.getField(SystemColumns.UNKNOWN_KEYS));
  }

  private static List<Object> revision(Record row) {
    Object revision = row.getField(SystemColumns.REVISION);
    return List.of(
        row.getField(SystemColumns.TOPIC),
        row.getField(SystemColumns.PARTITION),
        row.getField(SystemColumns.OFFSET),
        revision == null ? 0 : revision);
  }

  /** Whether the row may still come: every dimension that lacks its key is waited for. */
  public boolean waits(TransformSpec job, Instant now) {
    return job.lookups().stream().filter(this::lacks).allMatch(lookup -> waits(lookup, now));
  }

  private boolean lacks(LookupSpec lookup) {
    return lookup.holdsBack() && ("; " + unknownKeys).contains("; " + lookup.name() + "(");
  }

  private boolean waits(LookupSpec lookup, Instant now) {
    return lookup.unknown() == UnknownKey.PARK && !receivedAt.plus(lookup.lateness()).isBefore(now);
  }
}
