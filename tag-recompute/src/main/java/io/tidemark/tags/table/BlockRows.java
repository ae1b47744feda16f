package io.tidemark.tags.table;

import io.tidemark.tags.codec.StoredBlock;
import io.tidemark.tags.history.Piece;
import io.tidemark.tags.spec.HistorySpec;
import java.io.Serializable;
import java.time.LocalDate;
import org.apache.spark.sql.Row;

/**
 * Blocks of rows that Spark has read of their table, with the columns of {@link
 * HistoryColumns#blocks} and perhaps others, such as the file.
 */
public final class BlockRows implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String[] metrics;

  /** The blocks of a history. */
  public BlockRows(HistorySpec spec) {
    metrics = spec.metrics().keySet().toArray(String[]::new);
  }

  /** A row as a block. */
  public StoredBlock block(Row row) {
    byte[][] streams = new byte[metrics.length][];
    for (int i = 0; i < streams.length; i++) {
      streams[i] = row.getAs(metrics[i]);
    }
    return new StoredBlock(
        row.<Integer>getAs(HistoryColumns.BUCKET),
        piece(row),
        row.<Integer>getAs(HistoryColumns.FIRST_USER),
        row.<Integer>getAs(HistoryColumns.USERS),
        row.<Integer>getAs(HistoryColumns.USER_DAYS),
        row.getAs(HistoryColumns.DAYS),
        streams,
        row.getAs(HistoryColumns.REMOVED));
  }

  /** The piece that a row of blocks or of users is of. */
  public static Piece piece(Row row) {
    return new Piece(
        Piece.Level.of(row.getAs(HistoryColumns.LEVEL)),
        day(row.getAs(HistoryColumns.FIRST_DAY)),
        day(row.getAs(HistoryColumns.LAST_DAY)));
  }

  /** Days since 1970-01-01. */
  public static int day(LocalDate date) {
    return Math.toIntExact(date.toEpochDay());
  }
}
