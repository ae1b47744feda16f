package io.tidemark.reconciliation.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.reconciliation.plan.CauseMetric.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BalanceTest {
  private static final CauseMetric EXACT = new CauseMetric("pv", Kind.EXACT, 0);
  private static final CauseMetric FLOATING = new CauseMetric("price", Kind.FLOATING, 0);

  @Test
  void partsThatAddUpAreLeftAlone() {
    List<CausePart> parts = List.of(part(Cause.LATE, "3"), part(Cause.DOUBLED, "-1"));

    assertThat(Balance.of(EXACT, parts, new BigDecimal("2.0"))).isEqualTo(parts);
  }

  @Test
  void whatIsLeftOverIsUnexplained() {
    assertThat(Balance.of(EXACT, List.of(part(Cause.LATE, "3")), new BigDecimal("5")))
        .containsExactly(
            part(Cause.LATE, "3"), new CausePart("pv", Cause.UNEXPLAINED, 0, new BigDecimal("2")));
    assertThat(Balance.of(EXACT, List.of(part(Cause.UNEXPLAINED, "3")), new BigDecimal("5")))
        .containsExactly(part(Cause.UNEXPLAINED, "5"));
  }

  @Test
  void lastDigitsOfDoublesGoToTheLargestPart() {
    List<CausePart> parts =
        Balance.of(
            FLOATING,
            List.of(part(Cause.LATE, "1000000"), part(Cause.LOST, "1")),
            new BigDecimal("1000001.0000001"));

    assertThat(parts).extracting(CausePart::cause).containsExactly(Cause.LATE, Cause.LOST);
    assertThat(parts.get(0).part()).isEqualByComparingTo("1000000.0000001");
  }

  @Test
  void doublesThatAreReallyApartAreUnexplained() {
    assertThat(Balance.of(FLOATING, List.of(part(Cause.LATE, "1")), new BigDecimal("1.001")))
        .extracting(CausePart::cause)
        .containsExactly(Cause.LATE, Cause.UNEXPLAINED);
  }

  @Test
  void anyPartsAddUpToAnyDifference() {
    Random random = new Random(17);
    for (int i = 0; i < 2000; i++) {
      List<CausePart> parts = new ArrayList<>();
      for (Cause cause : Cause.values()) {
        if (random.nextBoolean()) {
          parts.add(part(cause, "" + random.nextInt(1000) * Math.pow(10, random.nextInt(15))));
        }
      }
      BigDecimal difference = BigDecimal.valueOf(random.nextLong(), random.nextInt(12));
      BigDecimal sum =
          Balance.of(random.nextBoolean() ? EXACT : FLOATING, parts, difference).stream()
              .map(CausePart::part)
              .reduce(BigDecimal.ZERO, BigDecimal::add);
      assertThat(sum).isEqualByComparingTo(difference);
    }
  }

  private static CausePart part(Cause cause, String part) {
    return new CausePart("pv", cause, 1, new BigDecimal(part));
  }
}
