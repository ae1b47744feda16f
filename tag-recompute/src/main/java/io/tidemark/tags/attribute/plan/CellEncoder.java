package io.tidemark.tags.attribute.plan;

import io.tidemark.tags.history.MetricType.Kind;
import io.tidemark.tags.kernel.FloatingSums;
import io.tidemark.tags.kernel.GroupTotals;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;

/** Writes what one task has added up for a dimension set, some groups at a time. */
public final class CellEncoder {
  private final GroupTotals totals;
  private final CellShape shape;
  private final CellPart part;
  private final List<long[]> rolling = new ArrayList<>();
  private long[] column = new long[0];

  /** All that was added up. */
  public CellEncoder(GroupTotals totals, CellShape shape) {
    this(totals, shape, CellPart.WHOLE);
  }

  /** A part of it; floating sums can only be written as they are. */
  public CellEncoder(GroupTotals totals, CellShape shape, CellPart part) {
    this.totals = totals;
    this.shape = shape;
    this.part = part;
    for (int window = 0; window < shape.measures().rolling().size(); window++) {
      rolling.add(totals.rolling(window));
    }
  }

  /** The cells of {@code size} groups from {@code first} on; empty when there is nobody in them. */
  public byte[] encode(int first, int size) {
    int days = shape.days();
    int count = size * days;
    if (column.length < count) {
      column = new long[count];
    }
    CellBytes out = new CellBytes();
    totals.users(first, size, column);
    boolean any = put(out, column, 0, count);
    for (long[] users : rolling) {
      any |= put(out, users, first * days, count);
    }
    if (!any) {
      return new byte[0];
    }
    for (int metric = 0; metric < shape.types().size(); metric++) {
      totals.nulls(metric, first, size, column);
      put(out, column, 0, count);
      encode(out, metric, first, size);
    }
    for (int distance = 0; distance < shape.measures().retention().size(); distance++) {
      int place = distance;
      write(
          out,
          count,
          cell -> part.of(cell % days, totals.retained(first + cell / days, cell % days, place)));
    }
    return out.toArray();
  }

  private void encode(CellBytes out, int metric, int first, int size) {
    int days = shape.days();
    int count = size * days;
    if (shape.types().get(metric).kind() == Kind.DOUBLE) {
      totals.places(metric, first, size, column);
      out.write(column, 0, count);
      for (int part = 0; part < FloatingSums.PARTS; part++) {
        totals.parts(metric, part, first, size, column);
        out.write(column, 0, count);
      }
      return;
    }
    out.flag(totals.isNarrow(metric));
    if (totals.isNarrow(metric)) {
      totals.narrowSums(metric, first, size, column);
      put(out, column, 0, count);
    } else {
      for (int word = 0; word < WideSums.WORDS; word++) {
        int own = word;
        write(
            out,
            count,
            cell ->
                WideSums.word(
                    part.of(cell % days, totals.sum(first + cell / days, cell % days, metric)),
                    own));
      }
    }
  }

  /** Writes the part of a column, which is narrowed down to it. */
  private boolean put(CellBytes out, long[] numbers, int from, int count) {
    if (part != CellPart.WHOLE) {
      for (int cell = 0; cell < count; cell++) {
        numbers[from + cell] = part.of(cell % shape.days(), numbers[from + cell]);
      }
    }
    return out.write(numbers, from, count);
  }

  private void write(CellBytes out, int count, IntToLongFunction numbers) {
    for (int cell = 0; cell < count; cell++) {
      column[cell] = numbers.applyAsLong(cell);
    }
    out.write(column, 0, count);
  }
}
