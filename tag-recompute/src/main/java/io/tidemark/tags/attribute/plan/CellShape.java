package io.tidemark.tags.attribute.plan;

import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.MetricType.Kind;
import io.tidemark.tags.kernel.FloatingSums;
import io.tidemark.tags.kernel.Measures;
import io.tidemark.tags.kernel.Window;
import java.io.Serializable;
import java.util.List;

/**
 * What is known of a group on a day: its active users, the sum of each metric, and what is counted
 * over several days.
 *
 * @param window the days
 * @param types of the metrics
 * @param sumTypes of their sums
 * @param measures what is counted over several days
 */
public record CellShape(
    Window window, List<MetricType> types, List<MetricType> sumTypes, Measures measures)
    implements Serializable {
  /** Bits of a number of users, of a value, and of a sum of 128 bits in four parts. */
  private static final int COUNT_BITS = 24;

  private static final int VALUE_BITS = 24;
  private static final int WIDE_BITS = 4 * (32 + COUNT_BITS);

  /** Words of a floating sum. */
  private static final int FLOATING_WORDS = FloatingSums.PARTS + 1;

  /** Groups whose cells travel together have about so many of them. */
  private static final int CHUNK_CELLS = 1 << 16;

  public CellShape {
    types = List.copyOf(types);
    sumTypes = List.copyOf(sumTypes);
  }

  /** Sums are of the types that SQL gives them. */
  public CellShape(Window window, List<MetricType> types, Measures measures) {
    this(window, types, types.stream().map(MetricType::ofSum).toList(), measures);
  }

  /** How many days there are. */
  public int days() {
    return window.days();
  }

  /** The type of a metric's sum. */
  public MetricType sumType(int metric) {
    return sumTypes.get(metric);
  }

  /** Whether sums of integers are declared to leave 64 bits. */
  private boolean isWidened(int metric) {
    return types.get(metric).kind() == Kind.INTEGER && sumType(metric).kind() == Kind.DECIMAL;
  }

  /** How many groups travel together. */
  public int chunkGroups() {
    return Math.max(1, CHUNK_CELLS / days());
  }

  /**
   * Bytes that adding up takes for a group, about: numbers are packed into words by how large they
   * turn out, and for a moment into the words before and after.
   */
  public long bytesOfGroup() {
    long counts = 1L + measures.retention().size() + 2L * measures.rolling().size();
    long bits = counts * COUNT_BITS;
    long apart = measures.rolling().size();
    for (int metric = 0; metric < types.size(); metric++) {
      if (types.get(metric).kind() == Kind.DOUBLE) {
        apart += FLOATING_WORDS;
      } else {
        bits +=
            types.get(metric).isWide() || isWidened(metric) ? WIDE_BITS : COUNT_BITS + VALUE_BITS;
      }
    }
    long words = bits / Long.SIZE + 1;
    return (words + words / 2 + apart) * Long.BYTES * days();
  }
}
