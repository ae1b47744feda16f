package io.tidemark.reconciliation.compare;

import io.tidemark.reconciliation.plan.Measure;
import io.tidemark.reconciliation.plan.MetricTotal;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * What comparing two sides has found. Keys that are equal count once per row: two equal rows of one
 * key on both sides are told from two keys nowhere, because nothing has to look for them.
 *
 * @param first what the pass over all rows has found
 * @param second what is true of the keys that differ
 * @param totals where the metrics' totals come from
 * @param differing the keys that differ; nothing when none does
 */
public record Compared(
    FirstPass first, SecondPass second, List<MetricTotal> totals, Optional<DifferingKeys> differing)
    implements AutoCloseable {
  /** Keys on either side. */
  public long keys() {
    return streamKeys() + second.keys() - second.inStream();
  }

  /** Keys that differ in any metric. */
  public long differingKeys() {
    return second.keys();
  }

  /** Rows of the first side. */
  public long leftRows() {
    return first.streamRows();
  }

  /** Rows of the second side. */
  public long rightRows() {
    return first.batchRows();
  }

  private long streamKeys() {
    return first.streamRows() - second.streamExtra();
  }

  private long batchKeys() {
    return first.batchRows() - second.batchExtra();
  }

  /** The stream's total of a metric; {@code null} when it has none. */
  public String streamTotal(int metric) {
    return switch (totals.get(metric).total()) {
      case VALUES -> first.streamTotal(metric);
      case ROWS -> "" + first.streamRows();
      case KEYS -> "" + streamKeys();
    };
  }

  /** The batch's total of a metric; {@code null} when it has none. */
  public String batchTotal(int metric) {
    return switch (totals.get(metric).total()) {
      case VALUES -> first.batchTotal(metric);
      case ROWS -> "" + first.batchRows();
      case KEYS -> "" + batchKeys();
    };
  }

  /** The batch's total minus the stream's over the keys that differ. */
  public BigDecimal net(int metric) {
    return second.net(metric);
  }

  /** How far the sides are apart in a metric. */
  public Measure measure(int metric) {
    BigDecimal magnitude =
        switch (totals.get(metric).magnitude()) {
          case VALUES -> first.magnitude(metric);
          case ROWS -> BigDecimal.valueOf(first.batchRows());
          case KEYS -> BigDecimal.valueOf(keys());
        };
    return new Measure(
        second.distance(metric),
        magnitude,
        keys(),
        second.differing(metric),
        second.silent(metric),
        second.broken(metric));
  }

  @Override
  public void close() {
    differing.ifPresent(DifferingKeys::close);
  }
}
