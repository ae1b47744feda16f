package io.tidemark.tags.kernel;

import io.tidemark.tags.codec.BlockDecoder;
import io.tidemark.tags.codec.DaysCodec;
import io.tidemark.tags.codec.MetricCodec;
import io.tidemark.tags.codec.Place;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.MetricValues;
import io.tidemark.tags.history.UserDays;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Sizes of the streams and nanoseconds of one core for each user-day, of decoding and adding up.
 * Run by hand: {@code HistoryBench USERS ROUNDS}. It states which result would prove what: the
 * bytes beside the order-0 entropy of the same values, and checksums that all ways have to share.
 */
final class HistoryBench {
  private static final Place PLACE = new Place("bench", "memory", "all users");
  private static final int[] TAG_SIZES = {5, 8, 35, 300, 2000};
  private static final List<MetricType> TYPES =
      Collections.nCopies(SyntheticApp.METRICS, MetricType.INTEGER);
  private static final Measures NONE = new Measures(List.of(), List.of());

  private record Stored(byte[] days, List<byte[]> values) {}

  private final List<Stored> stored = new ArrayList<>();
  private final int users;
  private long userDays;

  private HistoryBench(int users) {
    this.users = users;
  }

  public static void main(String[] args) {
    int users = Integer.parseInt(args[0]);
    int rounds = Integer.parseInt(args[1]);
    HistoryBench bench = new HistoryBench(users);
    bench.store(new SyntheticApp(1).bucket(users, 4096, 128), "blocks of 4,096 users, 128 days");
    List<UserGroups> tags = bench.tags();
    for (int round = 0; round < rounds; round++) {
      System.out.printf("-- round %d%n", round + 1);
      bench.decode();
      bench.run("one tag of 35", tags.subList(2, 3), NONE);
      bench.run("one tag of 2,000", tags.subList(4, 5), NONE);
      bench.run("pair 35 x 300", List.of(tags.get(2).and(tags.get(3))), NONE);
      bench.run("five tags", tags, NONE);
      bench.run(
          "five tags, rolling 7 and 30, retention 1 and 7",
          tags,
          new Measures(List.of(7, 30), List.of(1, 7)));
    }
    for (int span : new int[] {1, 8}) {
      HistoryBench recent = new HistoryBench(users);
      recent.store(
          new SyntheticApp(1).bucket(users, UserDays.MAX_USERS, span),
          "blocks of all users, " + span + " days");
    }
  }

  private void store(SyntheticApp.Block[][] blocks, String shape) {
    long[] bytes = new long[SyntheticApp.METRICS + 1];
    List<Map<Long, Integer>> counts = new ArrayList<>();
    for (int i = 0; i <= SyntheticApp.METRICS; i++) {
      counts.add(new HashMap<>());
    }
    long began = cpu();
    for (SyntheticApp.Block[] epoch : blocks) {
      for (SyntheticApp.Block block : epoch) {
        byte[] days = DaysCodec.encode(block.days());
        List<byte[]> values = new ArrayList<>();
        bytes[0] += days.length;
        for (int metric = 0; metric < SyntheticApp.METRICS; metric++) {
          byte[] of =
              MetricCodec.encode(TYPES.get(metric), block.days(), block.values().get(metric));
          values.add(of);
          bytes[metric + 1] += of.length;
        }
        stored.add(new Stored(days, values));
        userDays += block.days().count();
      }
    }
    long encoding = cpu() - began;
    for (SyntheticApp.Block[] epoch : blocks) {
      for (SyntheticApp.Block block : epoch) {
        for (int metric = 0; metric < SyntheticApp.METRICS; metric++) {
          for (long value : ((MetricValues.Whole) block.values().get(metric)).values()) {
            counts.get(metric).merge(value, 1, Integer::sum);
          }
        }
      }
    }
    System.out.printf(
        "%s: %,d users, %,d user-days, encoding %.1f ns/ud%n",
        shape, users, userDays, (double) encoding / userDays);
    String[] names = {"days", "page views", "reading seconds", "ad views", "revenue"};
    long all = 0;
    for (int i = 0; i < bytes.length; i++) {
      all += bytes[i];
      System.out.printf(
          "  %-16s %.3f B/ud%s%n",
          names[i],
          (double) bytes[i] / userDays,
          i == 0 ? "" : " (entropy %.3f)".formatted(entropy(counts.get(i - 1)) / 8));
    }
    System.out.printf("  %-16s %.3f B/ud%n", "all", (double) all / userDays);
  }

  private static double entropy(Map<Long, Integer> counts) {
    double all = counts.values().stream().mapToInt(Integer::intValue).sum();
    return counts.values().stream()
        .mapToDouble(n -> -n / all * Math.log(n / all) / Math.log(2))
        .sum();
  }

  private List<UserGroups> tags() {
    Random random = new Random(2);
    List<UserGroups> tags = new ArrayList<>();
    for (int size : TAG_SIZES) {
      // Uneven, as tags are.
      int[] groups = new int[users];
      for (int user = 0; user < users; user++) {
        groups[user] = (int) (size * Math.pow(random.nextDouble(), 2.5));
      }
      tags.add(UserGroups.single(size, groups));
    }
    return tags;
  }

  private void decode() {
    long began = cpu();
    long sum = 0;
    BlockDecoder decoder = new BlockDecoder(TYPES);
    for (Stored block : stored) {
      sum += decoder.days(block.days(), PLACE).count();
      for (int metric = 0; metric < SyntheticApp.METRICS; metric++) {
        sum += decoder.values(metric, block.values().get(metric), PLACE).count();
      }
    }
    report("decoding", cpu() - began, sum);
  }

  private void run(String what, List<UserGroups> sets, Measures measures) {
    Aggregation aggregation =
        new Aggregation(
            new Window(0, SyntheticApp.DAYS),
            TYPES,
            measures,
            sets.stream().map(UserGroups::count).toList());
    long began = cpu();
    long adding = 0;
    aggregation.startBucket(sets);
    BlockDecoder decoder = new BlockDecoder(TYPES);
    for (Stored block : stored) {
      UserDays days = decoder.days(block.days(), PLACE);
      List<MetricValues> values = new ArrayList<>();
      for (int metric = 0; metric < SyntheticApp.METRICS; metric++) {
        values.add(decoder.values(metric, block.values().get(metric), PLACE));
      }
      long decoded = cpu();
      aggregation.add(days, values);
      adding += cpu() - decoded;
    }
    aggregation.endBucket();
    long nanos = cpu() - began;
    report(what, nanos, checksum(aggregation.totals(sets.size() - 1)));
    System.out.printf("%60s of it adding %.1f ns/ud%n", "", (double) adding / userDays);
  }

  private static long checksum(GroupTotals totals) {
    long sum = 0;
    for (int group = 0; group < totals.groups(); group++) {
      for (int day = 0; day < SyntheticApp.DAYS; day++) {
        sum += totals.users(group, day) + totals.sum(group, day, 1).longValue();
      }
    }
    return sum;
  }

  /** Nanoseconds that this thread has computed: other processes on the machine do not count. */
  private static long cpu() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private void report(String what, long nanos, long checksum) {
    System.out.printf(
        "%-50s %6.1f ns/ud  %,11.0f users/s  checksum %d%n",
        what, (double) nanos / userDays, users * 1e9 / nanos, checksum);
  }
}
