package io.tidemark.tags.codec;

import io.tidemark.tags.history.Block;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.MetricValues;
import io.tidemark.tags.history.Piece;
import io.tidemark.tags.history.UserDays;
import java.util.ArrayList;
import java.util.List;

/**
 * A block as it lies in the table: a stream of days, one for each metric, and one of the users that
 * a patch takes out.
 *
 * @param bucket the users' bucket
 * @param piece the stretch of days
 * @param firstUser number of the first user within the bucket
 * @param users how many users it covers, active or not
 * @param userDays how many user-days it has
 * @param days stream of days
 * @param metrics streams of values in the order of the history's metrics; {@code null} for one that
 *     the history did not have when the block was written
 * @param removed stream of the user-days that are none; {@code null} for none
 */
public record StoredBlock(
    int bucket,
    Piece piece,
    int firstUser,
    int users,
    int userDays,
    byte[] days,
    byte[][] metrics,
    byte[] removed) {
  /** Writes the streams of a block. */
  public static StoredBlock encode(Block block, List<MetricType> types) {
    byte[][] metrics = new byte[types.size()][];
    for (int i = 0; i < metrics.length; i++) {
      metrics[i] = MetricCodec.encode(types.get(i), block.days(), block.metrics().get(i));
    }
    UserDays days = block.days();
    return new StoredBlock(
        block.bucket(),
        block.piece(),
        days.firstUser(),
        days.users(),
        days.count(),
        DaysCodec.encode(days),
        metrics,
        block.removed() == null ? null : DaysCodec.encode(block.removed()));
  }

  /**
   * Reads all streams. A metric without a stream is NULL throughout.
   *
   * @param types of the metrics, in the same order
   * @param table the table, for messages
   * @param file the data file, for messages
   * @throws CorruptStreamException when a stream is not what it should be
   */
  public Block decode(List<MetricType> types, String table, String file) {
    return decode(new BlockDecoder(types), types, table, file);
  }

  /**
   * The same into the arrays of a decoder: until the next block, the values are those of this one.
   */
  public Block decode(BlockDecoder decoder, List<MetricType> types, String table, String file) {
    Place place = place(table, file);
    UserDays active = checked(decoder.days(days, place), place);
    List<MetricValues> values = new ArrayList<>(types.size());
    for (int i = 0; i < types.size(); i++) {
      values.add(
          metrics[i] == null
              ? MetricValues.absent(types.get(i), active.count())
              : decoder.values(i, metrics[i], place));
    }
    return new Block(
        bucket, piece, active, values, removed == null ? null : DaysCodec.decode(removed, place));
  }

  /** Where it lies, as messages name it. */
  public Place place(String table, String file) {
    return new Place(
        table,
        file,
        "users %d to %d of bucket %d".formatted(firstUser, firstUser + users - 1, bucket));
  }

  /** The days, which have to be those that the columns beside them say. */
  private UserDays checked(UserDays active, Place place) {
    if (active.firstUser() != firstUser
        || active.users() != users
        || active.count() != userDays
        || active.firstDay() != piece.firstDay()
        || active.span() != piece.days()) {
      throw new CorruptStreamException(
          place,
          "the stream is of %d users from %d on, %d days from day %d on and %d user-days; the columns beside it say otherwise"
              .formatted(
                  active.users(),
                  active.firstUser(),
                  active.span(),
                  active.firstDay(),
                  active.count()));
    }
    return active;
  }
}
