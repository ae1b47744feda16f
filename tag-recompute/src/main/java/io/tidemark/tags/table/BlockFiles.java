package io.tidemark.tags.table;

import io.tidemark.tags.codec.BlockDecoder;
import io.tidemark.tags.codec.CorruptStreamException;
import io.tidemark.tags.codec.StoredBlock;
import io.tidemark.tags.history.Block;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.Piece;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.data.Record;

/** Reads the blocks of data files, each of which is of one bucket and piece. */
public final class BlockFiles implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final List<String> BEFORE_METRICS =
      List.of(
          HistoryColumns.FIRST_USER,
          HistoryColumns.USERS,
          HistoryColumns.USER_DAYS,
          HistoryColumns.DAYS,
          HistoryColumns.REMOVED);

  private final String table;
  private final ArrayList<String> columns = new ArrayList<>(BEFORE_METRICS);
  private final ArrayList<MetricType> types;

  /**
   * A reader.
   *
   * @param table what messages call the table
   * @param metrics names of the metrics that are read
   * @param types their types, in the same order
   */
  public BlockFiles(String table, List<String> metrics, List<MetricType> types) {
    this.table = table;
    this.columns.addAll(metrics);
    this.types = new ArrayList<>(types);
  }

  /** The columns that rows of files have to have, in this order. */
  public List<String> columns() {
    return columns;
  }

  /** Number of the first user of a row's block. */
  public static int firstUser(Record row) {
    return row.get(0, Integer.class);
  }

  /** How many users a row's block covers, active or not. */
  public static int users(Record row) {
    return row.get(1, Integer.class);
  }

  /** A decoder of its own, for a block that is kept. */
  public BlockDecoder decoder() {
    return new BlockDecoder(types);
  }

  /**
   * The block of a row.
   *
   * @param decoder whose arrays the block is in until the next one is decoded
   * @param file where the row is from, for messages
   * @throws CorruptStreamException when a stream is not what it should be
   * @throws UnreadableFileException when the row is not that of a block
   */
  public Block block(int bucket, Piece piece, BlockDecoder decoder, String file, Record row) {
    try {
      byte[][] streams = new byte[types.size()][];
      for (int i = 0; i < streams.length; i++) {
        streams[i] = bytes(row, BEFORE_METRICS.size() + i);
      }
      return new StoredBlock(
              bucket,
              piece,
              firstUser(row),
              users(row),
              row.get(2, Integer.class),
              bytes(row, 3),
              streams,
              bytes(row, 4))
          .decode(decoder, types, table, file);
    } catch (CorruptStreamException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new UnreadableFileException(table, file, e);
    }
  }

  private static byte[] bytes(Record row, int column) {
    ByteBuffer buffer = row.get(column, ByteBuffer.class);
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
