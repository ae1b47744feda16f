package io.tidemark.reconciliation.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Totals are what plain Java adds up, however the rows are spread over tasks. */
class ExactTotalTest {
  private static final int TASKS = 7;

  @Test
  void integersOfAnySize() {
    Random random = new Random(1);
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      values.add(
          switch (random.nextInt(5)) {
            case 0 -> Long.MIN_VALUE;
            case 1 -> Long.MAX_VALUE;
            case 2 -> -1L;
            case 3 -> null;
            default -> random.nextLong();
          });
    }
    ExactTotal total = new ExactTotal(0);
    for (List<Object> task : spread(values)) {
      ExactTotal part = new ExactTotal(0);
      task.forEach(value -> part.add(row(value)));
      total.add(part);
    }

    assertTotal(
        total,
        values.stream()
            .filter(Objects::nonNull)
            .map(value -> BigDecimal.valueOf((Long) value))
            .toList());
  }

  /** Up to 18 digits the engine keeps a decimal as a number of 64 bits, and above as an object. */
  @ParameterizedTest
  @ValueSource(ints = {9, 18, 19, 38})
  void decimalsOfAnyPrecision(int precision) {
    int scale = 4;
    DecimalType type = DataTypes.createDecimalType(precision, scale);
    BigInteger most = BigInteger.TEN.pow(precision).subtract(BigInteger.ONE);
    Random random = new Random(precision);
    List<BigDecimal> numbers = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      BigInteger size = random.nextInt(4) == 0 ? most : BigInteger.valueOf(random.nextInt(1000));
      numbers.add(new BigDecimal(random.nextBoolean() ? size : size.negate(), scale));
    }
    ExactTotal total = new ExactTotal(0, type);
    for (List<BigDecimal> task : spread(numbers)) {
      ExactTotal part = new ExactTotal(0, type);
      task.forEach(number -> part.add(row(Decimal.apply(number, precision, scale))));
      total.add(part);
    }

    assertTotal(total, numbers);
  }

  @Test
  void noValueHasNoTotal() {
    ExactTotal total = new ExactTotal(0);
    total.add(row(null));

    assertThat(total.value()).isEmpty();
    assertThat(total.magnitude()).isEqualByComparingTo("0");
  }

  private static void assertTotal(ExactTotal total, List<BigDecimal> numbers) {
    assertThat((BigDecimal) total.value().orElseThrow())
        .isEqualByComparingTo(numbers.stream().reduce(BigDecimal.ZERO, BigDecimal::add));
    assertThat(total.magnitude())
        .isEqualByComparingTo(
            numbers.stream().map(BigDecimal::abs).reduce(BigDecimal.ZERO, BigDecimal::add));
  }

  private static <T> List<List<T>> spread(List<T> values) {
    List<List<T>> tasks = new ArrayList<>();
    for (int i = 0; i < TASKS; i++) {
      tasks.add(new ArrayList<>());
    }
    for (int i = 0; i < values.size(); i++) {
      tasks.get(i % TASKS).add(values.get(i));
    }
    return tasks;
  }

  private static InternalRow row(Object value) {
    return new GenericInternalRow(new Object[] {value});
  }
}
