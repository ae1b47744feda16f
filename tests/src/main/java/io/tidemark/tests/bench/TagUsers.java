package io.tidemark.tests.bench;

import java.io.Serializable;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * The users of a reading app, and what each did on each day: half of them have five active days or
 * fewer, 3 % are there nearly daily. A user-day follows from the seed, the user and the day alone,
 * so any part of it can be made by itself.
 *
 * @param count how many there are
 * @param days how many days the app has been there
 * @param seed the same seed makes the same users
 */
record TagUsers(long count, int days, long seed) implements Serializable {
  private static final int FEW_DAYS = 5;
  private static final int SPREAD = 60;
  private static final double MEAN_VIEWS = 6;
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final double UNIT = 0x1p-53;

  /** Identities are no plain counter, but grow with the users, as sign-ups do. */
  static final String ID = "(id * 37 + (id * 31 + id DIV 7) % 37)";

  private static long id(long user) {
    return user * 37 + (user * 31 + user / 7) % 37;
  }

  /**
   * The rows of some days, by user, then by day: user, page views, reading seconds, ad views,
   * revenue in cents, the day.
   */
  Iterator<Row> rows(int firstDay, int lastDay) {
    return new Rows(firstDay, lastDay);
  }

  private final class Rows implements Iterator<Row> {
    private final int firstDay;
    private final int lastDay;
    private long user = -1;
    private User current;
    private int day;
    private Row next;

    Rows(int firstDay, int lastDay) {
      this.firstDay = firstDay;
      this.lastDay = lastDay;
      this.day = lastDay;
      advance();
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public Row next() {
      if (next == null) {
        throw new NoSuchElementException();
      }
      Row row = next;
      advance();
      return row;
    }

    private void advance() {
      next = null;
      while (next == null && (day < lastDay || user + 1 < count)) {
        if (day < lastDay) {
          day++;
        } else {
          user++;
          current = new User(user);
          day = Math.max(firstDay, current.first);
        }
        if (day <= Math.min(lastDay, current.last)) {
          next = current.isActive(day) ? current.row(day) : null;
        } else {
          day = lastDay;
        }
      }
    }
  }

  /** One of them. */
  private final class User {
    private final long id;
    private final long own;
    private final int first;
    private final int last;
    private final double share;

    User(long user) {
      this.id = id(user);
      this.own = mix(seed + user * GOLDEN);
      SplittableRandom random = new SplittableRandom(own);
      int kind = random.nextInt(100);
      if (kind < 50) {
        // On some of so many days that five are expected at most.
        first = random.nextInt(days);
        int wanted = random.nextInt(FEW_DAYS);
        last = Math.min(days - 1, first + random.nextInt(SPREAD));
        share = wanted / (double) SPREAD;
      } else if (kind < 97) {
        first = random.nextInt(days);
        last = first + random.nextInt(days - first);
        share = 0.02 + 0.3 * random.nextDouble();
      } else {
        first = random.nextInt(Math.min(SPREAD, days));
        last = days - 1;
        share = 0.85 + 0.15 * random.nextDouble();
      }
    }

    boolean isActive(int day) {
      return day == first || (mix(own ^ day * GOLDEN) >>> 11) * UNIT < share;
    }

    Row row(int day) {
      SplittableRandom random = new SplittableRandom(own + day);
      int views = 1 + (int) (-MEAN_VIEWS * Math.log(1 - random.nextDouble()));
      long seconds = (long) (views * Math.exp(random.nextGaussian() * 0.8 + 2.7));
      long ads = 0;
      for (int view = 0; view < views; view++) {
        ads += random.nextInt(5) == 0 ? 1 : 0;
      }
      long cents = ads == 0 || random.nextInt(3) > 0 ? 0 : ads * (1L + random.nextInt(9));
      return RowFactory.create(id, (long) views, seconds, ads, cents, day);
    }
  }

  private static long mix(long value) {
    long mixed = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
    return mixed ^ mixed >>> 31;
  }
}
