package io.tidemark.tags.kernel;

import io.tidemark.tags.history.MetricValues;
import io.tidemark.tags.history.UserDays;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/**
 * Users of a reading app over 730 days: half of them with five active days or fewer, 3 % there
 * nearly daily; page views, reading seconds, ad views and revenue in cents.
 */
final class SyntheticApp {
  static final int DAYS = 730;
  static final int METRICS = 4;

  /** One block: who was active when, and what they did. */
  record Block(UserDays days, List<MetricValues> values) {}

  private final Random random;

  SyntheticApp(long seed) {
    this.random = new Random(seed);
  }

  /** The blocks of a bucket, by epoch, then by users. */
  Block[][] bucket(int users, int blockUsers, int epochDays) {
    boolean[][] active = new boolean[users][];
    for (int user = 0; user < users; user++) {
      active[user] = activeDays();
    }
    int epochs = (DAYS + epochDays - 1) / epochDays;
    int blocks = (users + blockUsers - 1) / blockUsers;
    Block[][] all = new Block[epochs][blocks];
    for (int epoch = 0; epoch < epochs; epoch++) {
      for (int block = 0; block < blocks; block++) {
        int to = Math.min(users, (block + 1) * blockUsers);
        all[epoch][block] = block(active, block * blockUsers, to, epoch * epochDays, epochDays);
      }
    }
    return all;
  }

  private boolean[] activeDays() {
    boolean[] active = new boolean[DAYS];
    int kind = random.nextInt(100);
    if (kind < 50) {
      int first = random.nextInt(DAYS);
      for (int i = random.nextInt(5); i >= 0; i--) {
        active[Math.min(DAYS - 1, first + random.nextInt(1 + random.nextInt(60)))] = true;
      }
      return active;
    }
    int first = kind < 97 ? random.nextInt(DAYS) : random.nextInt(60);
    int last = kind < 97 ? first + random.nextInt(DAYS - first) : DAYS - 1;
    double share = kind < 97 ? 0.02 + 0.3 * random.nextDouble() : 0.85 + 0.15 * random.nextDouble();
    for (int day = first; day <= last; day++) {
      active[day] = random.nextDouble() < share;
    }
    active[first] = true;
    return active;
  }

  private Block block(boolean[][] active, int fromUser, int toUser, int fromDay, int span) {
    int[] starts = new int[toUser - fromUser + 1];
    int[] days = new int[(toUser - fromUser) * span];
    int count = 0;
    for (int user = fromUser; user < toUser; user++) {
      for (int day = fromDay; day < Math.min(DAYS, fromDay + span); day++) {
        if (active[user][day]) {
          days[count++] = day - fromDay;
        }
      }
      starts[user - fromUser + 1] = count;
    }
    long[][] metrics = new long[METRICS][count];
    for (int i = 0; i < count; i++) {
      int views = 1 + (int) (-6 * Math.log(1 - random.nextDouble()));
      int ads = 0;
      for (int view = 0; view < views; view++) {
        ads += random.nextInt(5) == 0 ? 1 : 0;
      }
      metrics[0][i] = views;
      metrics[1][i] = (long) (views * Math.exp(random.nextGaussian() * 0.8 + 2.7));
      metrics[2][i] = ads;
      metrics[3][i] = ads == 0 || random.nextInt(3) > 0 ? 0 : ads * (1L + random.nextInt(9));
    }
    List<MetricValues> values =
        Arrays.stream(metrics)
            .<MetricValues>map(each -> new MetricValues.Whole(each, new BitSet()))
            .toList();
    return new Block(
        new UserDays(fromUser, fromDay, span, starts, Arrays.copyOf(days, count)), values);
  }
}
