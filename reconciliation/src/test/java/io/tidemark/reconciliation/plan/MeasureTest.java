package io.tidemark.reconciliation.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeasureTest {
  @ParameterizedTest
  @CsvSource({
    "0,      0,      0,     true",
    "0,      100,    0,     true",
    "1,      0,      0.99,  false",
    "1,      0,      1,     true",
    "5000,   0,      1,     true",
    "1,      100,    0.01,  true",
    "1.0001, 100,    0.01,  false",
    "1,      100,    0,     false",
    "0.3,    30,     0.01,  true",
    "1,      3,      0.3333333333333333, false",
    "1,      9007199254740993, 0, false",
    "200,    100,    1,     false",
    "200,    100,    2,     true"
  })
  void aBoundaryIsWithin(BigDecimal distance, BigDecimal magnitude, double tolerance, boolean ok) {
    Measure measure = new Measure(distance, magnitude, 10, distance.signum() == 0 ? 0 : 1, 0, 0);

    assertThat(measure.within(tolerance)).isEqualTo(ok);
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 0", "7, 0, 1", "1, 100, 0.01", "300, 100, 3", "1, 3, 0.3333333333333333"})
  void theShareIsOfTheBatch(BigDecimal distance, BigDecimal magnitude, double share) {
    assertThat(new Measure(distance, magnitude, 10, 1, 0, 0).share()).isEqualTo(share);
  }

  @Test
  void aDifferenceWithoutDistanceCountsAsItsShareOfKeys() {
    Measure measure = new Measure(BigDecimal.ZERO, BigDecimal.valueOf(1000), 50, 1, 1, 0);

    assertThat(measure.share()).isEqualTo(0.02);
    assertThat(measure.within(0.02)).isTrue();
    assertThat(measure.within(0.019)).isFalse();
    assertThat(measure.within(0)).isFalse();
  }

  @Test
  void oneBrokenKeyIsTheWholeTotal() {
    Measure measure =
        new Measure(BigDecimal.ONE, BigDecimal.valueOf(1_000_000), 1_000_000, 1, 0, 1);

    assertThat(measure.share()).isEqualTo(1);
    assertThat(measure.within(0.5)).isFalse();
  }

  @Test
  void noKeyAtAllIsEqual() {
    Measure nothing = new Measure(BigDecimal.ZERO, BigDecimal.ZERO, 0, 0, 0, 0);

    assertThat(nothing.share()).isZero();
    assertThat(nothing.within(0)).isTrue();
  }
}
