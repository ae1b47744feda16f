package io.tidemark.tags.codec;

import io.tidemark.tags.history.UserDays;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The stream that says on which days each user was active. Users of few days have them listed, the
 * others have a bit for each day of the span.
 */
public final class DaysCodec {
  /** Days of the span for each active one, up to which a user's days are bits. */
  private static final int MAPPED = 16;

  /** Up to which a reader takes bits: what bounds how many there can be. */
  private static final int MOST_MAPPED = 32;

  // Arrays that are used again, by number.
  private static final int ABSENT = 1;
  private static final int LISTED = 2;
  private static final int FIRSTS = 3;
  private static final int GAPS = 4;
  private static final int STARTS = 0;
  private static final int DAYS = 1;
  private static final int MAPS = 2;

  private static final String MORE_DAYS = "the users have more days than the stream";
  private static final String LATE_DAY = "a day is behind the last one";

  private static final VarHandle LITTLE_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private DaysCodec() {}

  /** Writes the days of a range of users. */
  public static byte[] encode(UserDays days) {
    int[] starts = days.starts();
    int mapped = 0;
    for (int user = 0; user < days.users(); user++) {
      mapped += isMapped(starts[user + 1] - starts[user], days.span()) ? 1 : 0;
    }
    int width = days.span() + 7 >>> 3;
    byte[] maps = new byte[mapped * width];
    long[] absent = new long[days.users()];
    long[] listed = new long[days.users()];
    long[] firsts = new long[days.users()];
    long[] gaps = new long[days.count()];
    int active = 0;
    int first = 0;
    int gap = 0;
    int map = 0;
    int next = 0;
    for (int user = 0; user < days.users(); user++) {
      int from = starts[user];
      int to = starts[user + 1];
      if (from == to) {
        continue;
      }
      absent[active] = user - next;
      next = user + 1;
      if (isMapped(to - from, days.span())) {
        listed[active++] = 0;
        for (int i = from; i < to; i++) {
          maps[map + (days.days()[i] >>> 3)] |= (byte) (1 << (days.days()[i] & 7));
        }
        map += width;
      } else {
        listed[active++] = to - from;
        firsts[first++] = days.days()[from];
        for (int i = from + 1; i < to; i++) {
          gaps[gap++] = days.days()[i] - days.days()[i - 1] - 1L;
        }
      }
    }
    Output out = Head.write(Head.DAYS);
    out.zigzag(days.firstDay()).varint(days.firstUser()).varint(days.count());
    out.varint(days.span()).varint(days.users()).varint(active);
    Numbers.write(out, absent, active);
    Numbers.write(out, listed, active);
    Numbers.write(out, firsts, first);
    Numbers.write(out, gaps, gap);
    Sections.write(out, maps, maps.length);
    return out.sealed();
  }

  private static boolean isMapped(int days, int span) {
    return days > 0 && days * MAPPED >= span;
  }

  /**
   * Reads the days of a range of users.
   *
   * @param place where the bytes come from, for messages
   * @throws CorruptStreamException when they are not such a stream
   */
  public static UserDays decode(byte[] bytes, Place place) {
    return decode(bytes, place, new Reused());
  }

  static UserDays decode(byte[] bytes, Place place, Reused reused) {
    Input in = Head.open(bytes, Head.DAYS, "days", place);
    long firstDay = in.zigzag();
    in.check(firstDay == (int) firstDay, "the first day is " + firstDay);
    int firstUser = in.varint(Integer.MAX_VALUE, "the first user");
    int count = in.varint(UserDays.MAX_USER_DAYS, "the number of user-days");
    int span = in.varint(UserDays.MAX_SPAN, "the number of days");
    in.check(span > 0, "the number of days is 0");
    int users = in.varint(UserDays.MAX_USERS, "the number of users");
    int active = in.varint(Math.min(users, count), "the number of active users");
    long[] absent = Numbers.read(in, active, reused, ABSENT);
    long[] listed = Numbers.read(in, active, reused, LISTED);
    check(in, absent, active, UserDays.MAX_USERS, "a user is behind the last one");
    check(in, listed, active, UserDays.MAX_USER_DAYS, MORE_DAYS);
    int mapped = 0;
    long listedDays = 0;
    for (int i = 0; i < active; i++) {
      mapped += listed[i] == 0 ? 1 : 0;
      listedDays += listed[i];
    }
    int fewest = (span + MOST_MAPPED - 1) / MOST_MAPPED;
    in.check(listedDays + (long) mapped * fewest <= count, MORE_DAYS);
    int lists = active - mapped;
    long[] firsts = Numbers.read(in, lists, reused, FIRSTS);
    long[] gaps = Numbers.read(in, (int) listedDays - lists, reused, GAPS);
    check(in, firsts, lists, UserDays.MAX_SPAN, LATE_DAY);
    check(in, gaps, (int) listedDays - lists, UserDays.MAX_SPAN, LATE_DAY);
    byte[] maps = Sections.read(in, mapped * (span + 7 >>> 3), reused, MAPS);
    in.finish();
    Days days = new Days(in, span, count, reused.ints(DAYS, count));
    int[] starts = reused.ints(STARTS, users + 1);
    int user = 0;
    int list = 0;
    int map = 0;
    for (int i = 0; i < active; i++) {
      int skipped = (int) absent[i];
      in.check(skipped < users - user, "a user is behind the last one");
      Arrays.fill(starts, user, user + skipped + 1, days.count);
      user += skipped + 1;
      if (listed[i] == 0) {
        days.map(maps, map, fewest);
        map += span + 7 >>> 3;
      } else {
        days.list((int) listed[i], firsts[list++], gaps);
      }
    }
    in.check(days.count == count, "the users have fewer days than the stream");
    Arrays.fill(starts, user, users + 1, count);
    try {
      return new UserDays(firstUser, (int) firstDay, span, users, starts, days.days);
    } catch (IllegalArgumentException e) {
      throw in.corrupt(e.getMessage());
    }
  }

  /** Numbers below twice the limit can be added up; that each is below it shows in the sums. */
  private static void check(Input in, long[] numbers, int count, int limit, String what) {
    long together = 0;
    for (int i = 0; i < count; i++) {
      together |= numbers[i];
    }
    in.check(together >= 0 && together < 2L * limit, what);
  }

  /** The days of users, one after the other. */
  private static final class Days {
    private final Input in;
    private final int span;
    private final int most;
    private final int[] days;
    private int count;
    private int gap;

    Days(Input in, int span, int most, int[] days) {
      this.in = in;
      this.span = span;
      this.most = most;
      this.days = days;
    }

    /** Adds so many days of a user: the first, and the next by what lies between. */
    void list(int size, long first, long[] gaps) {
      int from = count;
      in.check(size <= most - from, MORE_DAYS);
      int to = from + size;
      int behind = from + 1 - gap;
      long day = first;
      days[from] = (int) day;
      for (int i = from + 1; i < to; i++) {
        day += gaps[i - behind] + 1;
        days[i] = (int) day;
      }
      in.check(day < span, LATE_DAY);
      gap += size - 1;
      count = to;
    }

    /** Adds the days of a user whose bits are set. */
    void map(byte[] maps, int at, int fewest) {
      int from = count;
      int to = from;
      for (int first = 0; first < span; first += Long.SIZE) {
        long bits = bits(maps, at + (first >>> 3), Math.min(Long.SIZE, span - first) + 7 >>> 3);
        in.check(Long.bitCount(bits) <= most - to, MORE_DAYS);
        while (bits != 0) {
          days[to++] = first + Long.numberOfTrailingZeros(bits);
          bits &= bits - 1;
        }
      }
      in.check(to - from >= fewest, "a user has fewer days than bits are for");
      in.check(days[to - 1] < span, LATE_DAY);
      count = to;
    }

    private static long bits(byte[] maps, int at, int octets) {
      if (octets == Long.BYTES) {
        return (long) LITTLE_ENDIAN.get(maps, at);
      }
      long bits = 0;
      for (int i = 0; i < octets; i++) {
        bits |= (maps[at + i] & 0xFFL) << 8 * i;
      }
      return bits;
    }
  }
}
