package io.tidemark.tags.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.tags.codec.RandomHistories;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.MetricType.Kind;
import io.tidemark.tags.history.MetricValues;
import io.tidemark.tags.history.UserDays;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-zone")
class AggregationTest {
  private static final Measures MEASURES = new Measures(List.of(7, 30), List.of(1, 7, 63));

  /** Random buckets of random blocks, each cell of every set held to the naive join. */
  @Test
  void everyCellEqualsTheNaiveJoin() {
    for (int seed = 0; seed < 25; seed++) {
      Random random = new Random(seed);
      List<MetricType> types =
          IntStream.range(0, random.nextInt(6))
              .mapToObj(
                  i -> RandomHistories.TYPES.get(random.nextInt(RandomHistories.TYPES.size())))
              .toList();
      // The window ends, and begins, within a block.
      Window window = new Window(1000 + random.nextInt(10), 100 + random.nextInt(20));
      List<Integer> sizes = List.of(4, 3, 12, 1);
      Aggregation aggregation = new Aggregation(window, types, MEASURES, sizes);
      NaiveJoin naive = new NaiveJoin();
      List<Map<String, Set<Integer>>> members =
          IntStream.range(0, 4)
              .<Map<String, Set<Integer>>>mapToObj(set -> new HashMap<>())
              .toList();
      for (int bucket = 0; bucket < 2; bucket++) {
        UserGroups single = single(random, 30, 4);
        UserGroups several = several(random, 30, 3);
        List<UserGroups> sets =
            List.of(single, several, single.and(several), UserGroups.everybody(30));
        remember(bucket, sets, members);
        aggregation.startBucket(sets);
        RandomHistories histories = new RandomHistories(seed * 31L + bucket);
        for (int epoch = 0; epoch < 3; epoch++) {
          for (int firstUser = 0; firstUser < 30; firstUser += 15) {
            UserDays days = histories.days(firstUser, 15, 990 + epoch * 50, 50);
            List<MetricValues> values = new ArrayList<>();
            types.forEach(type -> values.add(histories.values(type, days.count())));
            aggregation.add(days, values);
            naive.add(bucket, days, values);
          }
        }
        aggregation.endBucket();
      }
      for (int set = 0; set < sizes.size(); set++) {
        compare(
            seed,
            types,
            MEASURES,
            window,
            naive.joined(members.get(set), window),
            aggregation.totals(set));
      }
    }
  }

  @Test
  void sumsBeyondSixtyFourBitsAreExact() {
    UserDays days = new UserDays(0, 0, 1, new int[] {0, 1, 2, 3}, new int[3]);
    Aggregation aggregation =
        new Aggregation(new Window(0, 1), List.of(MetricType.INTEGER), MEASURES, List.of(1));
    BigInteger expected = BigInteger.ZERO;
    for (long value : new long[] {1, Long.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE, -5}) {
      aggregation.startBucket(List.of(UserGroups.everybody(3)));
      aggregation.add(
          days, List.of(new MetricValues.Whole(new long[] {value, value, 0}, new BitSet())));
      aggregation.endBucket();
      expected = expected.add(BigInteger.valueOf(value).shiftLeft(1));
      assertThat(aggregation.totals(0).sum(0, 0, 0)).isEqualTo(expected);
    }
    assertThat(aggregation.totals(0).users(0, 0)).isEqualTo(15);
  }

  /** Six metrics of twelve bits share two words, which hold 32 users: less than two buckets. */
  @Test
  void moreUsersThanTheWordsHoldAreFolded() {
    checkManyBuckets(6, new Measures(List.of(), List.of()), bucket -> 0, bucket -> 4096);
  }

  /** Values that grow, and turn negative, have the cells packed anew. */
  @Test
  void largerValuesThanBeforeArePackedAnew() {
    checkManyBuckets(
        3,
        MEASURES,
        bucket -> bucket < 10 ? 0 : -1L << Math.min(20, bucket),
        bucket -> 1L << Math.min(45, 2 * bucket));
  }

  private static void checkManyBuckets(
      int metrics, Measures measures, IntToLongFunction lowest, IntToLongFunction above) {
    List<MetricType> types = Collections.nCopies(metrics, MetricType.INTEGER);
    Window window = new Window(0, 40);
    Aggregation aggregation = new Aggregation(window, types, measures, List.of(3, 1));
    NaiveJoin naive = new NaiveJoin();
    List<Map<String, Set<Integer>>> members = List.of(new HashMap<>(), new HashMap<>());
    Random random = new Random(11);
    for (int bucket = 0; bucket < 25; bucket++) {
      List<UserGroups> sets = List.of(single(random, 30, 3), UserGroups.everybody(30));
      remember(bucket, sets, members);
      aggregation.startBucket(sets);
      for (int epoch = 0; epoch < 2; epoch++) {
        UserDays days = new RandomHistories(100L * bucket + epoch).days(0, 30, epoch * 20, 20);
        List<MetricValues> values = new ArrayList<>();
        for (int metric = 0; metric < metrics; metric++) {
          values.add(
              new MetricValues.Whole(
                  random
                      .longs(days.count(), lowest.applyAsLong(bucket), above.applyAsLong(bucket))
                      .toArray(),
                  new BitSet()));
        }
        aggregation.add(days, values);
        naive.add(bucket, days, values);
      }
      aggregation.endBucket();
    }
    for (int set = 0; set < 2; set++) {
      compare(
          11,
          types,
          measures,
          window,
          naive.joined(members.get(set), window),
          aggregation.totals(set));
    }
  }

  /** A set of many groups, a range of them after the other, is the whole set. */
  @Test
  void rangesOfGroupsMakeUpTheWhole() {
    Random random = new Random(5);
    UserGroups groups = several(random, 40, 10);
    UserDays days = new RandomHistories(5).days(0, 40, 0, 64);
    MetricValues values = new RandomHistories(6).values(MetricType.INTEGER, days.count());
    GroupTotals whole = totals(groups, days, values);
    for (int first = 0; first < 10; first += 4) {
      int size = Math.min(4, 10 - first);
      GroupTotals part = totals(groups.range(first, size), days, values);
      for (int group = 0; group < size; group++) {
        for (int day = 0; day < 64; day++) {
          assertThat(part.users(group, day)).isEqualTo(whole.users(first + group, day));
          assertThat(part.sum(group, day, 0)).isEqualTo(whole.sum(first + group, day, 0));
          assertThat(part.rolling(0)[group * 64 + day])
              .isEqualTo(whole.rolling(0)[(first + group) * 64 + day]);
        }
      }
    }
  }

  @Test
  void aUserDayIsNotCountedTwice() {
    Aggregation aggregation = new Aggregation(new Window(0, 20), List.of(), MEASURES, List.of(1));
    aggregation.startBucket(List.of(UserGroups.everybody(1)));
    aggregation.add(new UserDays(0, 8, 8, new int[] {0, 1}, new int[] {3}), List.of());
    UserDays again = new UserDays(0, 11, 1, new int[] {0, 1}, new int[] {0});
    assertThatThrownBy(() -> aggregation.add(again, List.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("user 0 of the bucket has day 11 behind day 11; two blocks overlap");
  }

  @Test
  void whatCannotBeAddedUpIsRefused() {
    Aggregation aggregation =
        new Aggregation(new Window(0, 20), List.of(MetricType.INTEGER), MEASURES, List.of(2));
    assertThatThrownBy(() -> aggregation.startBucket(List.of(UserGroups.everybody(1))))
        .hasMessage("dimension set 0 has 1 groups of 1 users, not 2 of 1");
    aggregation.startBucket(List.of(UserGroups.single(2, new int[] {1})));
    UserDays two = new UserDays(0, 0, 1, new int[] {0, 1, 1}, new int[] {0});
    assertThatThrownBy(() -> aggregation.add(two, List.of())).hasMessage("0 metrics, not 1");
    MetricValues one = new MetricValues.Whole(new long[1], new BitSet());
    assertThatThrownBy(() -> aggregation.add(two, List.of(one)))
        .hasMessage("users up to 1 in a bucket of 1");
    assertThatThrownBy(() -> UserGroups.single(2, new int[] {2}))
        .hasMessage("group 2 is none of 2");
    assertThatThrownBy(() -> UserGroups.several(2, new int[] {0, 2}, new int[] {1, 1}))
        .hasMessage("user 0 is in a group twice");
    assertThatThrownBy(
            () -> new Aggregation(new Window(0, 730), List.of(), MEASURES, List.of(300 * 20_000)))
        .hasMessageContaining("compute a range of groups");
    assertThatThrownBy(() -> new Measures(List.of(), List.of(64)))
        .hasMessage("a retention of 64 days; write 1 to 63");
  }

  private static GroupTotals totals(UserGroups groups, UserDays days, MetricValues values) {
    Aggregation aggregation =
        new Aggregation(
            new Window(0, 64), List.of(MetricType.INTEGER), MEASURES, List.of(groups.count()));
    aggregation.startBucket(List.of(groups));
    aggregation.add(days, List.of(values));
    aggregation.endBucket();
    return aggregation.totals(0);
  }

  private static void compare(
      int seed,
      List<MetricType> types,
      Measures measures,
      Window window,
      Map<List<Integer>, List<NaiveJoin.Row>> joined,
      GroupTotals totals) {
    List<long[]> rolling =
        IntStream.range(0, measures.rolling().size()).mapToObj(totals::rolling).toList();
    for (int group = 0; group < totals.groups(); group++) {
      for (int day = 0; day < window.days(); day++) {
        String where = "seed " + seed + ", group " + group + ", day " + day;
        List<NaiveJoin.Row> rows = joined.getOrDefault(List.of(group, day), List.of());
        assertThat(totals.users(group, day)).as(where).isEqualTo(rows.size());
        for (int metric = 0; metric < types.size(); metric++) {
          compare(where, types.get(metric), metric, rows, totals, group, day);
        }
        for (int k = 0; k < measures.rolling().size(); k++) {
          int from = day - measures.rolling().get(k) + 1;
          assertThat(rolling.get(k)[group * window.days() + day])
              .as(where)
              .isEqualTo(NaiveJoin.users(joined, group, from, day).size());
        }
        for (int k = 0; k < measures.retention().size(); k++) {
          int later = day + measures.retention().get(k);
          Set<String> back = NaiveJoin.users(joined, group, day, day);
          back.retainAll(NaiveJoin.users(joined, group, later, later));
          assertThat(totals.retained(group, day, k)).as(where).isEqualTo(back.size());
        }
      }
    }
  }

  private static void compare(
      String where,
      MetricType type,
      int metric,
      List<NaiveJoin.Row> rows,
      GroupTotals totals,
      int group,
      int day) {
    List<Object> values =
        rows.stream().map(row -> row.values().get(metric)).filter(Objects::nonNull).toList();
    assertThat(totals.nulls(group, day, metric)).as(where).isEqualTo(rows.size() - values.size());
    if (type.kind() != Kind.DOUBLE) {
      assertThat(totals.sum(group, day, metric))
          .as(where)
          .isEqualTo(
              values.stream().map(BigInteger.class::cast).reduce(BigInteger.ZERO, BigInteger::add));
      return;
    }
    List<Double> doubles = values.stream().map(Double.class::cast).toList();
    Double found = totals.doubleSum(group, day, metric);
    if (doubles.stream().allMatch(Double::isFinite)) {
      BigDecimal exact =
          doubles.stream().map(BigDecimal::new).reduce(BigDecimal.ZERO, BigDecimal::add);
      double rounded = exact.doubleValue();
      if (Double.isInfinite(rounded)) {
        assertThat(found).as(where).isEqualTo(rounded);
      } else {
        double largest = doubles.stream().mapToDouble(Math::abs).max().orElse(0);
        double cutOff = doubles.size() * Math.scalb(largest, -60);
        assertThat(new BigDecimal(found).subtract(exact).abs())
            .as(where)
            .isLessThanOrEqualTo(new BigDecimal(Math.ulp(rounded) + cutOff));
      }
    } else {
      assertThat(found)
          .as(where)
          .isEqualTo(
              doubles.stream().filter(each -> !Double.isFinite(each)).reduce(0.0, Double::sum));
    }
  }

  private static UserGroups single(Random random, int users, int count) {
    return UserGroups.single(count, random.ints(users, 0, count).toArray());
  }

  private static UserGroups several(Random random, int users, int count) {
    int[] starts = new int[users + 1];
    List<Integer> groups = new ArrayList<>();
    for (int user = 0; user < users; user++) {
      Set<Integer> own = new HashSet<>();
      IntStream.range(0, random.nextInt(4)).forEach(i -> own.add(random.nextInt(count)));
      groups.addAll(own);
      starts[user + 1] = groups.size();
    }
    return UserGroups.several(count, starts, groups.stream().mapToInt(Integer::intValue).toArray());
  }

  private static void remember(
      int bucket, List<UserGroups> sets, List<Map<String, Set<Integer>>> members) {
    for (int set = 0; set < sets.size(); set++) {
      UserGroups groups = sets.get(set);
      for (int user = 0; user < groups.users(); user++) {
        Set<Integer> own = new HashSet<>();
        for (int at = groups.from(user); at < groups.to(user); at++) {
          own.add(groups.group(at));
        }
        members.get(set).put(bucket + "/" + user, own);
      }
    }
  }
}
