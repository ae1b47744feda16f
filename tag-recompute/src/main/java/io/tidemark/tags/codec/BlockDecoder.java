package io.tidemark.tags.codec;

import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.MetricValues;
import io.tidemark.tags.history.UserDays;
import java.util.List;

/**
 * Decodes block after block into the same arrays. What it returned is overwritten by the next
 * block, and the arrays behind it are longer than the block: its counts say how much is in them.
 * Not for several threads.
 */
public final class BlockDecoder {
  private final List<MetricType> types;
  private final Reused reused = new Reused();
  private UserDays days;

  /**
   * @param types of the metrics
   */
  public BlockDecoder(List<MetricType> types) {
    this.types = List.copyOf(types);
  }

  /**
   * Begins a block, with its stream of days.
   *
   * @param place where the bytes come from, for messages
   * @throws CorruptStreamException when they are not such a stream
   */
  public UserDays days(byte[] bytes, Place place) {
    days = DaysCodec.decode(bytes, place, reused);
    return days;
  }

  /**
   * Reads the values of a metric of that block.
   *
   * @param metric its place among the types
   * @param place where the bytes come from, for messages
   * @throws CorruptStreamException when they are not such a stream, or that of other users
   */
  public MetricValues values(int metric, byte[] bytes, Place place) {
    return MetricCodec.decode(bytes, types.get(metric), days, place, reused, metric);
  }
}
