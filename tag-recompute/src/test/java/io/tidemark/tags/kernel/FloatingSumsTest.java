package io.tidemark.tags.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Floating sums are those of exact arithmetic, rounded once, however they come about. */
@Tag("any-zone")
class FloatingSumsTest {
  @Test
  void everyNumberIsItself() {
    Random random = new Random(1);
    List<Double> numbers =
        new ArrayList<>(
            List.of(
                0.0,
                1.0,
                -1.0,
                0.1,
                Double.MIN_VALUE,
                -Double.MIN_VALUE,
                Double.MIN_NORMAL,
                Math.nextDown(Double.MIN_NORMAL),
                Double.MAX_VALUE,
                -Double.MAX_VALUE,
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY));
    for (int exponent = -1074; exponent <= 1023; exponent++) {
      numbers.add(Math.scalb(1 + random.nextDouble(), exponent));
      numbers.add(-Math.scalb(2 - Math.ulp(1.0), exponent));
    }
    for (double number : numbers) {
      assertThat(Double.valueOf(sum(List.of(number)))).isEqualTo(Double.valueOf(number));
    }
    assertThat(sum(List.of(-0.0, -0.0))).isEqualTo(0.0);
  }

  @Test
  void theOrderAndThePartsDoNotMatter() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      List<Double> numbers = new ArrayList<>();
      int spread = 1 + random.nextInt(700);
      for (int i = random.nextInt(300); i >= 0; i--) {
        double number = Math.scalb(random.nextGaussian(), random.nextInt(2 * spread) - spread);
        numbers.add(number);
        if (random.nextInt(3) == 0) {
          // What cancels out leaves the places below it.
          numbers.add(-number);
        }
      }
      double whole = sum(numbers);
      Collections.shuffle(numbers, random);
      assertThat(sum(numbers)).as("seed %d", seed).isEqualTo(whole);
      FloatingSums parts = new FloatingSums(3);
      FloatingSums one = new FloatingSums(1);
      for (double number : numbers) {
        one.set(0, number);
        parts.add(random.nextInt(3), one, 0);
      }
      FloatingSums all = new FloatingSums(1);
      for (int part : List.of(2, 0, 1)) {
        all.add(0, parts, part);
      }
      assertThat(all.value(0)).as("seed %d", seed).isEqualTo(whole);
      assertThat(whole).as("seed %d", seed).isEqualTo(ofTop(numbers));
    }
  }

  /** Within 60 bits of the largest number, nothing is lost but by rounding in the end. */
  @Test
  void aSumIsTheNearestToTheExactOne() {
    Random random = new Random(2);
    for (int round = 0; round < 200; round++) {
      List<Double> numbers = new ArrayList<>();
      BigDecimal exact = BigDecimal.ZERO;
      int scale = random.nextInt(1900) - 1000;
      for (int i = 0; i < 1000; i++) {
        double number = Math.scalb(random.nextInt() / 1024.0, scale);
        numbers.add(number);
        exact = exact.add(new BigDecimal(number));
      }
      assertThat(sum(numbers)).isEqualTo(exact.doubleValue());
    }
  }

  @Test
  void whatIsNotFiniteStays() {
    double infinity = Double.POSITIVE_INFINITY;
    assertThat(sum(List.of(1.0, infinity, -5.0))).isEqualTo(infinity);
    assertThat(sum(List.of(-infinity, 1.0, -infinity))).isEqualTo(-infinity);
    assertThat(sum(List.of(infinity, 1.0, -infinity))).isNaN();
    assertThat(sum(List.of(Double.NaN, infinity, 1.0))).isNaN();
    assertThat(sum(List.of(Double.MAX_VALUE, Double.MAX_VALUE))).isEqualTo(infinity);
    assertThat(sum(List.of(Double.MAX_VALUE, Double.MAX_VALUE, -Double.MAX_VALUE)))
        .isEqualTo(Double.MAX_VALUE);
  }

  @Test
  void sumsThatGrowKeepWhatTheyHave() {
    FloatingSums sums = new FloatingSums(2);
    sums.set(0, 2.5);
    sums.set(1, -7);
    sums.grow(4, 1);
    FloatingSums others = new FloatingSums(2);
    others.set(0, 0.5);
    others.set(1, 8);
    sums.addAll(others, 2);
    assertThat(List.of(sums.value(0), sums.value(1), sums.value(2), sums.value(3)))
        .containsExactly(0.0, 2.5, -6.5, 8.0);
    sums.clear();
    assertThat(sums.value(1)).isZero();
  }

  private static double sum(List<Double> numbers) {
    FloatingSums sums = new FloatingSums(2);
    for (double number : numbers) {
      sums.set(0, number);
      sums.add(1, sums, 0);
    }
    return sums.value(1);
  }

  /** The sum of what each number has in three places of 30 bits, by exact arithmetic. */
  private static double ofTop(List<Double> numbers) {
    int top = numbers.stream().mapToInt(FloatingSumsTest::place).max().orElse(0);
    BigDecimal unit = power(30 * (top - 2) - 60 - 1074);
    BigDecimal sum = BigDecimal.ZERO;
    for (double number : numbers) {
      BigDecimal[] parts = new BigDecimal(number).divideAndRemainder(unit);
      sum = sum.add(parts[0].multiply(unit));
    }
    return sum.doubleValue();
  }

  private static int place(double number) {
    return number == 0
        ? 0
        : (Math.max(Math.getExponent(number), Double.MIN_EXPONENT) + 1022 + 52 + 60) / 30;
  }

  private static BigDecimal power(int exponent) {
    return exponent >= 0
        ? new BigDecimal(2).pow(exponent)
        : BigDecimal.ONE.divide(new BigDecimal(2).pow(-exponent));
  }
}
