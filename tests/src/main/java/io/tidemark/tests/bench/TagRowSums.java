package io.tidemark.tests.bench;

import io.tidemark.tags.attribute.RowSinks;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Adds rows of results up, as {@link TagQuestion#checksums} does in SQL.
 *
 * @param sets by place, the tags of the rows
 * @param firstDay the first of the days
 */
record TagRowSums(ArrayList<ArrayList<String>> sets, LocalDate firstDay)
    implements RowSinks<TagRowSums.Part> {
  /**
   * What some rows of a set come to.
   *
   * @param set its place
   * @param numbers how many they are; users and each metric, as they are and weighed; empty where
   *     there was no row
   */
  record Part(int set, ArrayList<Long> numbers) implements Serializable {}

  /** For the rows of a question's sets. */
  static TagRowSums of(List<List<String>> sets, LocalDate firstDay) {
    ArrayList<ArrayList<String>> copies = new ArrayList<>();
    sets.forEach(set -> copies.add(new ArrayList<>(set)));
    return new TagRowSums(copies, firstDay);
  }

  /** What all rows of each set come to. */
  static List<List<Long>> together(List<Part> parts, int sets) {
    List<List<Long>> sums = new ArrayList<>();
    for (int set = 0; set < sets; set++) {
      List<Long> all = new ArrayList<>();
      for (Part part : parts) {
        for (int i = 0; part.set() == set && i < part.numbers().size(); i++) {
          if (all.size() <= i) {
            all.add(0L);
          }
          all.set(i, all.get(i) + part.numbers().get(i));
        }
      }
      sums.add(all);
    }
    return sums;
  }

  @Override
  public Sink<Part> open(int set) {
    return new Sums(set, sets.get(set).size(), firstDay.toEpochDay());
  }

  private static final class Sums implements Sink<Part> {
    private final int set;
    private final int tags;
    private final long firstDay;
    private final Object[] lastTags;
    private long place;
    private long[] sums = new long[0];
    private long rows;

    Sums(int set, int tags, long firstDay) {
      this.set = set;
      this.tags = tags;
      this.firstDay = firstDay;
      this.lastTags = new Object[tags];
    }

    @Override
    public void take(Object[] row) {
      int measures = row.length - tags - 1;
      if (rows == 0) {
        sums = new long[2 * measures];
      }
      if (!Arrays.equals(row, 0, tags, lastTags, 0, tags)) {
        System.arraycopy(row, 0, lastTags, 0, tags);
        place = 0;
        for (int tag = 0; tag < tags; tag++) {
          place = place * 1000 + place((String) row[tag]);
        }
      }
      long weight = (((LocalDate) row[tags]).toEpochDay() - firstDay + 1) * place;
      for (int i = 0; i < measures; i++) {
        long number = number(row[tags + 1 + i]);
        sums[2 * i] += number;
        sums[2 * i + 1] += number * weight;
      }
      rows++;
    }

    private static long place(String tag) {
      return tag.equals(TagQuestion.NONE) ? 1 : Long.parseLong(tag.substring(1)) + 2;
    }

    private static long number(Object value) {
      return value instanceof BigDecimal decimal
          ? decimal.movePointRight(2).longValueExact()
          : (Long) value;
    }

    @Override
    public Part finish() {
      ArrayList<Long> numbers = new ArrayList<>();
      if (rows > 0) {
        numbers.add(rows);
        for (long sum : sums) {
          numbers.add(sum);
        }
      }
      return new Part(set, numbers);
    }

    @Override
    public void close() {
      // Nothing to give up.
    }
  }
}
