package io.tidemark.tags.kernel;

import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.MetricType.Kind;
import io.tidemark.tags.history.MetricValues;
import java.util.Arrays;
import java.util.List;

/**
 * What was seen of the values so far, and so what layout and packing have to hold: how large they
 * are, whether any was negative or NULL, and how many users there are.
 */
final class Demand {
  private static final int LIMB_BITS = 32;

  private final List<MetricType> types;
  private final Measures measures;
  private final int[] bits;
  private final int[] granted;
  private final boolean[] signed;
  private final boolean[] nullable;
  private long users;
  private int largestGroup = 1;

  Demand(List<MetricType> types, Measures measures) {
    this.types = types;
    this.measures = measures;
    this.bits = new int[types.size()];
    Arrays.fill(bits, 1);
    this.granted = bits.clone();
    this.signed = new boolean[types.size()];
    this.nullable = new boolean[types.size()];
  }

  /** A bucket's users come in. */
  void add(int bucketUsers, int largest) {
    users += bucketUsers;
    largestGroup = largest;
  }

  /** Takes a block's values in; whether they are more than there is room for. */
  boolean add(List<MetricValues> values) {
    boolean more = false;
    for (int metric = 0; metric < values.size(); metric++) {
      MetricValues own = values.get(metric);
      more |= !nullable[metric] && !own.nulls().isEmpty();
      nullable[metric] |= !own.nulls().isEmpty();
      if (own instanceof MetricValues.Whole whole) {
        long magnitudes = 0;
        long negative = 0;
        for (int i = 0; i < whole.count(); i++) {
          long value = whole.values()[i];
          magnitudes |= value ^ value >> Long.SIZE - 1;
          negative |= value;
        }
        int needed = Long.SIZE - Long.numberOfLeadingZeros(magnitudes);
        more |= needed > granted[metric] || negative < 0 && !signed[metric];
        bits[metric] = Math.max(bits[metric], needed);
        signed[metric] |= negative < 0;
      }
    }
    return more;
  }

  /** Whether a metric's sums may have left 64 bits, though they are kept in them. */
  boolean outgrows(Layout layout) {
    boolean outgrown = false;
    for (int metric = 0; metric < bits.length; metric++) {
      outgrown |= layout.width(metric) == 1 && outgrown(metric);
    }
    return outgrown;
  }

  /** A layout that holds what the one so far does, and all that was seen. */
  Layout layout(Layout before) {
    boolean[] widened = new boolean[bits.length];
    for (int metric = 0; metric < bits.length; metric++) {
      widened[metric] = outgrown(metric);
    }
    return before.with(widened, nullable, types, measures);
  }

  /** The packing of the fewest words; what room there is beyond is for values to come. */
  Packing packing(Layout layout) {
    int[] needed = new int[layout.size()];
    Arrays.fill(needed, 1);
    boolean[] negative = new boolean[layout.size()];
    boolean[] growing = new boolean[layout.size()];
    for (int metric = 0; metric < bits.length; metric++) {
      int first = layout.place(metric);
      int last = first + layout.width(metric) - 1;
      if (layout.width(metric) == 1) {
        needed[first] = bits[metric];
        negative[first] = signed[metric];
        growing[first] = true;
      } else if (types.get(metric).kind() != Kind.DOUBLE) {
        Arrays.fill(needed, first, last, LIMB_BITS);
        needed[last] = LIMB_BITS - 1;
        negative[last] = true;
      }
    }
    Packing packing = Packing.of(needed, negative, growing, largestGroup);
    for (int metric = 0; metric < bits.length; metric++) {
      granted[metric] = bits[metric] + packing.headroom();
    }
    return packing;
  }

  /** A user adds at most one value to a cell. */
  private boolean outgrown(int metric) {
    int usersBits = Long.SIZE - Long.numberOfLeadingZeros(users);
    return bits[metric] + usersBits >= Long.SIZE - 1;
  }
}
