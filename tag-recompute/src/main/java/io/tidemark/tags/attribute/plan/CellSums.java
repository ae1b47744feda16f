package io.tidemark.tags.attribute.plan;

import io.tidemark.tags.history.MetricType.Kind;
import io.tidemark.tags.kernel.FloatingSums;
import java.math.BigDecimal;
import java.math.BigInteger;

/** Adds up what several tasks have found for the same groups. */
public final class CellSums {
  private final CellShape shape;
  private final int count;
  private final long[] users;
  private final long[][] rolling;
  private final long[][] retained;
  private final long[][] nulls;
  private final WideSums[] sums;
  private final FloatingSums[] floating;

  /** Sums of one task; null unless a metric is floating. */
  private FloatingSums own;

  /** Nothing added yet. */
  public CellSums(CellShape shape, int groups) {
    this.shape = shape;
    this.count = groups * shape.days();
    int metrics = shape.types().size();
    this.users = new long[count];
    this.rolling = new long[shape.measures().rolling().size()][count];
    this.retained = new long[shape.measures().retention().size()][count];
    this.nulls = new long[metrics][count];
    this.sums = new WideSums[metrics];
    this.floating = new FloatingSums[metrics];
    for (int metric = 0; metric < metrics; metric++) {
      if (shape.types().get(metric).kind() == Kind.DOUBLE) {
        floating[metric] = new FloatingSums(count);
      } else {
        sums[metric] = new WideSums(count);
      }
    }
  }

  /** Adds what {@link CellEncoder#encode} wrote. */
  public void add(byte[] cells) {
    CellBytes in = new CellBytes(cells);
    add(in, users);
    for (long[] each : rolling) {
      add(in, each);
    }
    for (int metric = 0; metric < shape.types().size(); metric++) {
      add(in, nulls[metric]);
      if (floating[metric] != null) {
        addFloating(in, floating[metric]);
      } else if (in.flag()) {
        in.read(count, sums[metric]::add);
      } else {
        WideSums wide = sums[metric];
        for (int word = 0; word < WideSums.WORDS; word++) {
          int own = word;
          in.read(count, (at, bits) -> wide.addWord(at, own, bits));
        }
      }
    }
    for (long[] each : retained) {
      add(in, each);
    }
  }

  /**
   * Adds what a result says of a group on a day.
   *
   * @param values users, the sum of each metric, users of each rolling window, users who came back,
   *     and for each metric the users with a value, from {@code from} on; no metric is floating
   */
  public void add(int group, int day, Object[] values, int from) {
    int at = group * shape.days() + day;
    int next = from;
    long active = number(values[next++]);
    users[at] += active;
    for (int metric = 0; metric < sums.length; metric++) {
      Object sum = values[next++];
      if (sum instanceof BigDecimal decimal) {
        BigInteger units = decimal.setScale(shape.sumType(metric).scale()).unscaledValue();
        if (units.bitLength() < Long.SIZE) {
          sums[metric].add(at, units.longValue());
        } else {
          sums[metric].add(at, units);
        }
      } else {
        sums[metric].add(at, number(sum));
      }
    }
    for (long[] each : rolling) {
      each[at] += number(values[next++]);
    }
    for (long[] each : retained) {
      each[at] += number(values[next++]);
    }
    for (long[] each : nulls) {
      each[at] += active - number(values[next++]);
    }
  }

  private static long number(Object value) {
    return value == null ? 0 : (Long) value;
  }

  /** All that was added, as {@link #add(byte[])} reads it; no metric is floating. */
  public byte[] toBytes() {
    CellBytes out = new CellBytes();
    out.write(users, 0, count);
    for (long[] each : rolling) {
      out.write(each, 0, count);
    }
    for (int metric = 0; metric < sums.length; metric++) {
      out.write(nulls[metric], 0, count);
      sums[metric].write(out);
    }
    for (long[] each : retained) {
      out.write(each, 0, count);
    }
    return out.toArray();
  }

  private void addFloating(CellBytes in, FloatingSums sums) {
    if (own == null) {
      own = new FloatingSums(count);
    }
    own.clear();
    in.read(count, (at, place) -> own.putPlace(at, (int) place));
    for (int part = 0; part < FloatingSums.PARTS; part++) {
      int each = part;
      in.read(count, (at, value) -> own.putPart(at, each, value));
    }
    sums.addAll(own, 0);
  }

  private void add(CellBytes in, long[] sums) {
    in.read(count, (at, number) -> sums[at] += number);
  }

  /** Whether a group's cell of a day is in the result: somebody counts in it. */
  public boolean isPresent(int group, int day) {
    int at = group * shape.days() + day;
    boolean present = users[at] != 0;
    for (int window = 0; !present && window < rolling.length; window++) {
      present = rolling[window][at] != 0;
    }
    return present;
  }

  /** Active users. */
  public long users(int group, int day) {
    return users[group * shape.days() + day];
  }

  /** Active users with a value of a metric. */
  public long valued(int group, int day, int metric) {
    int at = group * shape.days() + day;
    return users[at] - nulls[metric][at];
  }

  /** Users in a rolling window, by its place. */
  public long rolling(int group, int day, int window) {
    return rolling[window][group * shape.days() + day];
  }

  /** Users who came back, by the place of the distance. */
  public long retained(int group, int day, int distance) {
    return retained[distance][group * shape.days() + day];
  }

  /**
   * The sum of a metric: Long, BigDecimal or Double, or {@code null} where no user has a value.
   *
   * @throws ArithmeticException when it is more than {@link CellShape#sumType} holds
   */
  public Object sum(int group, int day, int metric) {
    int at = group * shape.days() + day;
    if (users[at] == nulls[metric][at]) {
      return null;
    }
    if (floating[metric] != null) {
      return floating[metric].value(at);
    }
    return sums[metric].value(at, shape.sumType(metric));
  }
}
