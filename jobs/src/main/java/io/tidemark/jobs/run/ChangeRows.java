package io.tidemark.jobs.run;

import io.tidemark.jobs.decode.Change;
import io.tidemark.jobs.decode.Decoded;
import io.tidemark.jobs.decode.Decoder;
import java.time.Instant;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Makes rows of a change log's messages: one for each change; one for a dead letter; and one with
 * neither operation nor reason for a message that is ignored, so that it is counted.
 */
final class ChangeRows implements FlatMapFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final Decoder decoder;
  private final int columns;
  private final int width;

  /**
   * @param columns number of declared columns, which come first; behind them the event time and the
   *     columns of changes
   * @param width columns of the rows, all of them
   */
  ChangeRows(Decoder decoder, int columns, int width) {
    this.decoder = decoder;
    this.columns = columns;
    this.width = width;
  }

  @Override
  public Iterator<Row> call(Row message) {
    Decoded decoded = decoder.decode(message.getAs(1), message.<Instant>getAs(5));
    if (decoded instanceof Decoded.Changes changes) {
      List<Change> rows = changes.rows();
      return IntStream.range(0, rows.size())
          .mapToObj(i -> row(message, rows.get(i), i, changes.eventTimes().get(i)))
          .iterator();
    }
    Object[] row = new Object[width];
    if (decoded instanceof Decoded.Rejected rejected) {
      IngestRows.letter(row, message, rejected);
    }
    IngestRows.place(row, message);
    return Collections.singleton(RowFactory.create(row)).iterator();
  }

  private Row row(Row message, Change change, int number, Instant eventTime) {
    Object[] row = new Object[width];
    System.arraycopy(change.values(), 0, row, 0, columns);
    int at = columns;
    row[at++] = eventTime;
    row[at++] = change.operation().text();
    row[at++] = change.position().segment();
    row[at++] = change.position().offset();
    row[at++] = change.position().row();
    row[at++] = number;
    row[at] = change.unchanged().isEmpty() ? null : String.join(",", change.unchanged());
    IngestRows.place(row, message);
    return RowFactory.create(row);
  }
}
