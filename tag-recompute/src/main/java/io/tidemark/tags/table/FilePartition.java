package io.tidemark.tags.table;

import io.tidemark.tags.history.Piece.Level;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;

/**
 * What the partition of a data file says; its fields are in another order after some rebuilds.
 *
 * @param bucket the bucket of users; -1 where somebody partitioned the table otherwise
 * @param level kind of the piece; {@code null} in a table without pieces
 * @param firstDay first day of the piece, in days since 1970-01-01; 0 in a table without pieces
 */
public record FilePartition(int bucket, Level level, int firstDay) {
  /**
   * That of a file.
   *
   * @param spec the one that the file was written with
   */
  public static FilePartition of(PartitionSpec spec, DataFile file) {
    int bucket = -1;
    Level level = null;
    int firstDay = 0;
    List<PartitionField> fields = spec.fields();
    for (int i = 0; i < fields.size(); i++) {
      Object value = file.partition().get(i, Object.class);
      if (value != null) {
        switch (spec.schema().findColumnName(fields.get(i).sourceId())) {
          case HistoryColumns.LEVEL -> level = Level.of(value.toString());
          case HistoryColumns.FIRST_DAY -> firstDay = (Integer) value;
          case HistoryColumns.BUCKET, HistoryColumns.USER_ID -> bucket = (Integer) value;
          default -> {}
        }
      }
    }
    return new FilePartition(bucket, level, firstDay);
  }
}
