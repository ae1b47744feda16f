package io.tidemark.reconciliation.plan;

import io.tidemark.reconciliation.plan.CauseMetric.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Checks that the parts of the causes of a metric add up to its difference, which is computed
 * without them. What they leave over is unexplained, never hidden; only the last digits of doubles,
 * which are lost whenever they are added up, go to the largest part.
 */
public final class Balance {
  private Balance() {}

  /**
   * The parts, adding up.
   *
   * @param metric the metric
   * @param parts its parts, at most one for each cause
   * @param difference what they have to add up to
   */
  public static List<CausePart> of(
      CauseMetric metric, List<CausePart> parts, BigDecimal difference) {
    BigDecimal sum = parts.stream().map(CausePart::part).reduce(BigDecimal.ZERO, BigDecimal::add);
    BigDecimal rest = difference.subtract(sum);
    if (rest.signum() == 0) {
      return parts;
    }
    Optional<CausePart> taker =
        isRounding(metric, parts, difference, rest)
            ? parts.stream().max(Comparator.comparing(part -> part.part().abs()))
            : parts.stream().filter(part -> part.cause() == Cause.UNEXPLAINED).findFirst();
    List<CausePart> balanced = new ArrayList<>(parts);
    taker.ifPresent(balanced::remove);
    CausePart before =
        taker.orElse(new CausePart(metric.name(), Cause.UNEXPLAINED, 0, BigDecimal.ZERO));
    balanced.add(
        new CausePart(metric.name(), before.cause(), before.keys(), before.part().add(rest)));
    balanced.sort(Comparator.comparing(CausePart::cause));
    return balanced;
  }

  private static boolean isRounding(
      CauseMetric metric, List<CausePart> parts, BigDecimal difference, BigDecimal rest) {
    BigDecimal size =
        parts.stream().map(part -> part.part().abs()).reduce(difference.abs(), BigDecimal::add);
    BigDecimal lost = size.multiply(BigDecimal.valueOf(MetricColumn.NEARLY_EQUAL));
    return metric.kind() == Kind.FLOATING && rest.abs().compareTo(lost) <= 0;
  }
}
