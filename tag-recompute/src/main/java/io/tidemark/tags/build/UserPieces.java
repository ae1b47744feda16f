package io.tidemark.tags.build;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.input_file_name;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.Piece;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tags.table.BlockRows;
import io.tidemark.tags.table.HistoryColumns;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Makes the rows of users, a row for each user and piece, of blocks and of the directory. */
final class UserPieces {
  private final Lakehouse lake;
  private final HistorySpec spec;

  UserPieces(Lakehouse lake, HistorySpec spec) {
    this.lake = lake;
    this.spec = spec;
  }

  /**
   * The rows of users, in the columns of their table and with the bucket; all rows of a piece in
   * one task, by user.
   *
   * @param blocks snapshot of the blocks
   * @param directory snapshot of the directory with their numbers
   * @param pieces by bucket, the pieces and patches that are wanted
   */
  Dataset<Row> of(long blocks, long directory, Map<Integer, Set<Piece>> pieces) {
    Dataset<Row> stored =
        lake.readAsOf(spec.blocksTable(), blocks)
            .where(PieceFilter.of(pieces))
            .withColumn(PieceUsers.FILE, input_file_name());
    Dataset<Row> numbers =
        lake.readAsOf(spec.directoryTable(), directory)
            .where(col(HistoryColumns.BUCKET).isin(pieces.keySet().toArray()));
    return BucketTasks.of(lake, spec)
        .gather(numbers.unionByName(stored, true))
        .sortWithinPartitions(
            col(HistoryColumns.BUCKET),
            // The users come before the blocks, and have no piece.
            col(HistoryColumns.LEVEL).asc_nulls_first(),
            col(HistoryColumns.FIRST_DAY))
        .mapPartitions(
            new PieceUsers(
                new BlockRows(spec),
                List.<MetricType>copyOf(spec.metrics().values()),
                spec.blocksTable().toString()),
            Encoders.row(columns()));
  }

  private StructType columns() {
    return HistoryColumns.users(spec).add(HistoryColumns.BUCKET, DataTypes.IntegerType);
  }
}
