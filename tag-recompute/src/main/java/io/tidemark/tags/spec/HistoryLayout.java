package io.tidemark.tags.spec;

/**
 * How a history lies on disk. Days are closed into weeks and those into epochs, each bucket of
 * users on days of its own, so that the work of a day is a small share of all.
 *
 * @param buckets how many parts the users are divided into, a power of two
 * @param weekDays days of a piece that closes day pieces, a power of two
 * @param epochDays days of a piece that closes those, a power of two
 * @param blockUsers users of one block of an epoch
 */
public record HistoryLayout(int buckets, int weekDays, int epochDays, int blockUsers) {
  static final int MAX_BUCKETS = 1 << 16;
  static final int MAX_EPOCH = 1 << 10;
  static final int MAX_BLOCK = 1 << 16;

  public HistoryLayout {
    check("buckets", buckets, MAX_BUCKETS);
    check("week-days", weekDays, MAX_EPOCH);
    check("epoch-days", epochDays, MAX_EPOCH);
    check("block-users", blockUsers, MAX_BLOCK);
    if (weekDays > epochDays) {
      throw new IllegalArgumentException(
          "has week-days "
              + weekDays
              + " and epoch-days "
              + epochDays
              + "; a week is a part of an epoch, so write fewer");
    }
  }

  private static void check(String key, int value, int most) {
    if (value < 1 || value > most || Integer.bitCount(value) != 1) {
      throw new IllegalArgumentException(
          "has " + key + " " + value + "; write a power of two from 1 to " + most);
    }
  }
}
