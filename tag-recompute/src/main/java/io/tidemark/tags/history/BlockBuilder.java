package io.tidemark.tags.history;

import java.util.Arrays;
import java.util.List;

/**
 * Gathers the user-days of a piece into blocks, by user and then by day, each block a range of
 * users. A block of which no user is active is not made.
 */
public final class BlockBuilder {
  /** Takes the blocks that are made. */
  @FunctionalInterface
  public interface Sink {
    /** The next block. */
    void accept(Block block);
  }

  private final int bucket;
  private final Piece piece;
  private final int usersOfBlock;
  private final Sink sink;
  private final MetricBuilder[] metrics;
  private final UserDaysBuilder active = new UserDaysBuilder();
  private final UserDaysBuilder removed = new UserDaysBuilder();
  private int lastUser = -1;

  /**
   * Starts with no user-day.
   *
   * @param blockUsers users of one block of an epoch; blocks of shorter pieces have as many as a
   *     block takes
   */
  public BlockBuilder(int bucket, Piece piece, List<MetricType> types, int blockUsers, Sink sink) {
    this.bucket = bucket;
    this.piece = piece;
    this.sink = sink;
    this.metrics = types.stream().map(MetricBuilder::new).toArray(MetricBuilder[]::new);
    // A user has no more user-days than the piece has days, so that no block has too many.
    int most =
        Integer.highestOneBit(Math.min(UserDays.MAX_USERS, UserDays.MAX_USER_DAYS / piece.days()));
    this.usersOfBlock = piece.level() == Piece.Level.EPOCH ? Math.min(most, blockUsers) : most;
  }

  /** Adds a user-day of another block. */
  public void add(int user, int day, Block from, int userDay) {
    turnTo(user);
    active.add(user, day - piece.firstDay());
    for (int i = 0; i < metrics.length; i++) {
      metrics[i].add(from.metrics().get(i), userDay);
    }
  }

  /**
   * Adds a user-day of a row.
   *
   * @param values of the metrics, in their order, from {@code from} on
   * @throws ArithmeticException when a metric's type does not hold its value
   */
  public void add(int user, int day, Object[] values, int from) {
    turnTo(user);
    active.add(user, day - piece.firstDay());
    for (int i = 0; i < metrics.length; i++) {
      metrics[i].add(values[from + i]);
    }
  }

  /** Fills metrics of the last user-day that are NULL from another row of it. */
  public void fill(Object[] values, int from) {
    for (int i = 0; i < metrics.length; i++) {
      if (values[from + i] != null) {
        metrics[i].removeLast();
        metrics[i].add(values[from + i]);
      }
    }
  }

  /** Adds a user-day that a patch takes out. */
  public void remove(int user, int day) {
    turnTo(user);
    removed.add(user, day - piece.firstDay());
  }

  private void turnTo(int user) {
    if (lastUser >= 0 && user / usersOfBlock != lastUser / usersOfBlock) {
      finish();
    }
    lastUser = user;
  }

  /** Makes the last block. */
  public void finish() {
    if (lastUser < 0) {
      return;
    }
    int first = lastUser - lastUser % usersOfBlock;
    int users = lastUser - first + 1;
    UserDays taken = removed.count == 0 ? null : removed.build(first, users);
    UserDays days = active.build(first, users);
    List<MetricValues> values = Arrays.stream(metrics).map(MetricBuilder::build).toList();
    lastUser = -1;
    sink.accept(new Block(bucket, piece, days, values, taken));
  }

  /** Gathers user-days. */
  private final class UserDaysBuilder {
    private int[] users = new int[16];
    private int[] days = new int[16];
    private int count;

    void add(int user, int day) {
      if (count == users.length) {
        users = Arrays.copyOf(users, 2 * count);
        days = Arrays.copyOf(days, 2 * count);
      }
      users[count] = user;
      days[count++] = day;
    }

    /** Those so far; the next ones start anew. */
    UserDays build(int firstUser, int number) {
      int[] starts = new int[number + 1];
      for (int i = 0; i < count; i++) {
        starts[users[i] - firstUser + 1]++;
      }
      for (int user = 0; user < number; user++) {
        starts[user + 1] += starts[user];
      }
      int[] all = Arrays.copyOf(days, count);
      count = 0;
      return new UserDays(firstUser, piece.firstDay(), piece.days(), starts, all);
    }
  }
}
