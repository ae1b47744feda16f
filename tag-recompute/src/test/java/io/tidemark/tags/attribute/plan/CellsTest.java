package io.tidemark.tags.attribute.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.tags.codec.RandomHistories;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.MetricType.Kind;
import io.tidemark.tags.history.MetricValues;
import io.tidemark.tags.history.UserDays;
import io.tidemark.tags.kernel.Aggregation;
import io.tidemark.tags.kernel.GroupTotals;
import io.tidemark.tags.kernel.Measures;
import io.tidemark.tags.kernel.UserGroups;
import io.tidemark.tags.kernel.Window;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Cells that go from task to task as bytes are those that one task alone would have added up. */
@Tag("any-zone")
class CellsTest {
  private static final int GROUPS = 7;
  private static final int USERS = 40;

  @Test
  void partsOfSeveralTasksAddUpToTheWhole() {
    for (int seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      List<MetricType> types = RandomHistories.TYPES;
      CellShape shape =
          new CellShape(new Window(1000, 60), types, new Measures(List.of(7, 30), List.of(1, 14)));
      Aggregation whole = aggregation(shape);
      List<Aggregation> parts = List.of(aggregation(shape), aggregation(shape), aggregation(shape));
      RandomHistories histories = new RandomHistories(seed);
      for (Aggregation part : parts) {
        int[] groups = random.ints(USERS, -1, GROUPS).toArray();
        UserDays days = histories.days(0, USERS, 995, 64);
        List<MetricValues> values = new ArrayList<>();
        types.forEach(type -> values.add(histories.values(type, days.count())));
        for (Aggregation each : List.of(part, whole)) {
          each.startBucket(List.of(UserGroups.single(GROUPS, groups)));
          each.add(days, values);
          each.endBucket();
        }
      }
      for (int first = 0; first < GROUPS; first += 3) {
        int size = Math.min(3, GROUPS - first);
        CellSums sums = new CellSums(shape, size);
        for (Aggregation part : parts) {
          byte[] cells = new CellEncoder(part.totals(0), shape).encode(first, size);
          if (cells.length > 0) {
            sums.add(cells);
          }
        }
        compare(shape, sums, first, size, whole.totals(0));
      }
    }
  }

  @Test
  void groupsWithoutAnybodyAreNoBytes() {
    CellShape shape =
        new CellShape(
            new Window(0, 10), List.of(MetricType.INTEGER), new Measures(List.of(7), List.of()));
    assertThat(new CellEncoder(aggregation(shape).totals(0), shape).encode(2, 3)).isEmpty();
  }

  @Test
  void aSumThatItsColumnDoesNotHoldIsRefused() {
    WideSums sums = new WideSums(1);
    sums.add(0, Long.MAX_VALUE);
    assertThat(sums.value(0, MetricType.INTEGER)).isEqualTo(Long.MAX_VALUE);
    sums.add(0, 1);
    assertThatThrownBy(() -> sums.value(0, MetricType.INTEGER))
        .hasMessage("a sum of 9223372036854775808 is more than bigint");
    assertThat(sums.value(0, MetricType.decimal(28, 2)))
        .isEqualTo(new BigDecimal("92233720368547758.08"));
    sums.add(0, -1);
    assertThat(sums.value(0, MetricType.INTEGER)).isEqualTo(Long.MAX_VALUE);
    assertThatThrownBy(() -> sums.value(0, MetricType.decimal(5, 2)))
        .hasMessageContaining("is more than decimal(5,2)");
  }

  @Test
  void passesCoverEveryGroupOnceWithinTheRoom() {
    CellShape shape =
        new CellShape(
            new Window(0, 730), List.of(MetricType.INTEGER), new Measures(List.of(), List.of()));
    List<Integer> sizes = List.of(5, 1000, 300, 89);
    long room = 100 * shape.bytesOfGroup();
    List<List<GroupRange>> passes = GroupRange.passes(sizes, shape, room);
    int[] next = new int[sizes.size()];
    for (List<GroupRange> pass : passes) {
      assertThat(pass.stream().mapToLong(GroupRange::size).sum() * shape.bytesOfGroup())
          .isLessThanOrEqualTo(room);
      for (GroupRange range : pass) {
        assertThat(range.first()).isEqualTo(next[range.set()]);
        assertThat(range.first() % shape.chunkGroups()).isZero();
        next[range.set()] += range.size();
      }
    }
    assertThat(next).containsExactly(5, 1000, 300, 89);
    assertThat(GroupRange.passes(sizes, shape, Long.MAX_VALUE)).hasSize(1);
    assertThat(GroupRange.passes(List.of(200), shape, 1)).hasSize(3);
  }

  @Test
  void everyChunkBelongsToThePartThatNamesIt() {
    CellShape shape =
        new CellShape(
            new Window(0, 730), List.of(MetricType.INTEGER), new Measures(List.of(), List.of()));
    List<Integer> sizes = List.of(5, 1000, 300, 89);
    ResultParts parts = ResultParts.of(sizes, shape, 200_000);
    assertThat(parts.parts()).hasSize(1 + 4 + 2 + 1);
    for (int set = 0; set < sizes.size(); set++) {
      for (int group = 0; group < sizes.get(set); group++) {
        int chunk = group / shape.chunkGroups();
        ResultParts.Part part = parts.parts().get(parts.partOf(set, chunk));
        assertThat(part.set()).isEqualTo(set);
        assertThat(chunk).isBetween(part.firstChunk(), part.firstChunk() + part.chunks() - 1);
      }
    }
  }

  private static Aggregation aggregation(CellShape shape) {
    return new Aggregation(shape.window(), shape.types(), shape.measures(), List.of(GROUPS));
  }

  private static void compare(
      CellShape shape, CellSums sums, int first, int size, GroupTotals whole) {
    for (int group = 0; group < size; group++) {
      for (int day = 0; day < shape.days(); day++) {
        int all = first + group;
        assertThat(sums.users(group, day)).isEqualTo(whole.users(all, day));
        for (int window = 0; window < 2; window++) {
          assertThat(sums.rolling(group, day, window))
              .isEqualTo(whole.rolling(window)[all * shape.days() + day]);
        }
        for (int distance = 0; distance < 2; distance++) {
          assertThat(sums.retained(group, day, distance))
              .isEqualTo(whole.retained(all, day, distance));
        }
        for (int metric = 0; metric < shape.types().size(); metric++) {
          compareSum(shape, sums, group, day, metric, whole, all);
        }
      }
    }
  }

  private static void compareSum(
      CellShape shape, CellSums sums, int group, int day, int metric, GroupTotals whole, int all) {
    if (whole.nulls(all, day, metric) == whole.users(all, day)) {
      assertThat(sums.sum(group, day, metric)).isNull();
    } else if (shape.types().get(metric).kind() == Kind.DOUBLE) {
      assertThat(sums.sum(group, day, metric)).isEqualTo(whole.doubleSum(all, day, metric));
    } else {
      MetricType type = shape.sumType(metric);
      BigDecimal expected = new BigDecimal(whole.sum(all, day, metric), type.scale());
      boolean fits =
          type.kind() == Kind.INTEGER
              ? expected.unscaledValue().bitLength() < Long.SIZE
              : expected.precision() <= type.precision();
      if (fits) {
        Object found = sums.sum(group, day, metric);
        assertThat(found instanceof Long number ? BigDecimal.valueOf(number) : found)
            .isEqualTo(expected);
      } else {
        assertThatThrownBy(() -> sums.sum(group, day, metric))
            .isInstanceOf(ArithmeticException.class)
            .hasMessageContaining("is more than " + type);
      }
    }
  }

  /** Sums by day of users who come one by one, in two halves, are those of all of them. */
  @Test
  void totalsByDayAreThoseOfAllUsers() {
    List<MetricType> types =
        List.of(MetricType.INTEGER, MetricType.decimal(38, 4), MetricType.DOUBLE);
    Random random = new Random(3);
    DayTotals whole = new DayTotals(types);
    DayTotals one = new DayTotals(types);
    DayTotals other = new DayTotals(types);
    for (int i = 0; i < 2000; i++) {
      int day = random.nextInt(300) - 150;
      long value = random.nextLong() >> random.nextInt(40);
      BigInteger wide = new BigInteger(120, random).subtract(BigInteger.ONE.shiftLeft(119));
      for (DayTotals totals : List.of(whole, random.nextBoolean() ? one : other)) {
        totals.addUser(day);
        if (value % 3 != 0) {
          totals.add(0, day, value % 1_000_000_007);
          totals.add(1, day, wide.shiftRight(10));
          totals.add(2, day, value / 7.0);
        }
      }
    }
    DayTotals both = new DayTotals(types).addAll(one).addAll(other);
    assertThat(both.days()).containsExactly(whole.days()).hasSizeGreaterThan(200);
    for (int day : whole.days()) {
      assertThat(both.users(day)).isEqualTo(whole.users(day));
      for (int metric = 0; metric < 3; metric++) {
        assertThat(both.sum(metric, day)).isEqualTo(whole.sum(metric, day));
      }
    }
  }
}
