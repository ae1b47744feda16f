package io.tidemark.tags.build;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.tidemark.tags.history.Piece;
import io.tidemark.tags.table.HistoryColumns;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Column;

/** The condition that reads some pieces of some buckets, by partitions alone. */
final class PieceFilter {
  private PieceFilter() {}

  /** True for blocks of the pieces. */
  static Column of(Map<Integer, Set<Piece>> pieces) {
    Map<Piece, Set<Integer>> buckets =
        new TreeMap<>(Comparator.comparing(Piece::level).thenComparing(Piece::firstDay));
    pieces.forEach(
        (bucket, some) ->
            some.forEach(
                piece -> buckets.computeIfAbsent(piece, each -> new TreeSet<>()).add(bucket)));
    return buckets.entrySet().stream()
        .map(each -> of(each.getKey(), each.getValue()))
        .reduce(Column::or)
        .orElse(lit(false));
  }

  private static Column of(Piece piece, Set<Integer> buckets) {
    return col(HistoryColumns.LEVEL)
        .equalTo(piece.level().text())
        .and(col(HistoryColumns.FIRST_DAY).equalTo(lit(LocalDate.ofEpochDay(piece.firstDay()))))
        .and(col(HistoryColumns.BUCKET).isin(buckets.toArray()));
  }
}
