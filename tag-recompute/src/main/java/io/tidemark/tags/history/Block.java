package io.tidemark.tags.history;

import java.util.List;
import java.util.Objects;

/**
 * Some users of a bucket over a piece: their days, the values of every metric, and, in a patch, the
 * users who have no row on its day any more.
 *
 * @param bucket the users' bucket
 * @param piece the stretch of days; {@code days} has the same first one
 * @param days who was active when
 * @param metrics a value a user-day for each metric of the history, in its order
 * @param removed of a patch, the user-days that the corrected piece has and that are none; {@code
 *     null} where there are none
 */
public record Block(
    int bucket, Piece piece, UserDays days, List<MetricValues> metrics, UserDays removed) {
  public Block {
    Objects.requireNonNull(piece, "piece");
    metrics = List.copyOf(metrics);
    for (MetricValues values : metrics) {
      if (values.count() != days.count()) {
        throw new IllegalArgumentException(
            "a block has " + values.count() + " values for " + days.count() + " user-days");
      }
    }
    if (days.firstDay() != piece.firstDay() || days.span() != piece.days()) {
      throw new IllegalArgumentException(
          "a block of piece %s has %d days from day %d on"
              .formatted(piece, days.span(), days.firstDay()));
    }
    if (removed != null && !piece.isPatch()) {
      throw new IllegalArgumentException("a block of piece " + piece + " takes users out");
    }
  }
}
