package io.tidemark.tags.attribute.plan;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The values of one tag of the users of a bucket, as numbers of a list of the bucket's own: 0 for
 * no value, {@code n} for the {@code n}th of the list, {@link #NOBODY} for a user who is left out.
 *
 * @param values the list: String, Boolean, Integer, Long or LocalDate
 * @param starts by user, where their numbers begin, with one more entry than users; {@code null}
 *     where each user has one
 * @param ids the numbers
 */
public record TagIds(List<Object> values, int[] starts, int[] ids) implements Serializable {
  /** The number of a user who is in no group. */
  public static final int NOBODY = -1;

  /** How many users there are. */
  public int users() {
    return starts == null ? ids.length : starts.length - 1;
  }

  /** Collects the values of users, who come in any order. */
  public static final class Builder {
    private final Map<Object, Integer> known = new HashMap<>();
    private final List<Object> values = new ArrayList<>();
    private final int[] single;
    private final Map<Integer, int[]> several = new HashMap<>();
    private final boolean multiple;

    /**
     * Nobody has a value yet.
     *
     * @param users how many users there are
     * @param without the number of those for whom none comes: 0, or {@link #NOBODY}
     * @param multiple whether a user may have several
     */
    public Builder(int users, int without, boolean multiple) {
      this.single = new int[users];
      this.multiple = multiple;
      Arrays.fill(single, without);
    }

    /** Sets the value of a user; {@code null} for none. */
    public void set(int user, Object value) {
      single[user] = id(value);
    }

    /** Sets the values of a user; NULLs and repetitions among them count for nothing. */
    public void setAll(int user, Iterable<?> all) {
      Set<Integer> distinct = new HashSet<>();
      for (Object value : all) {
        if (value != null) {
          distinct.add(id(value));
        }
      }
      int[] ids = distinct.stream().mapToInt(Integer::intValue).sorted().toArray();
      single[user] = ids.length == 0 ? 0 : ids[0];
      if (ids.length > 1) {
        several.put(user, ids);
      }
    }

    private int id(Object value) {
      if (value == null) {
        return 0;
      }
      Integer id = known.get(value);
      if (id == null) {
        values.add(value);
        id = values.size();
        known.put(value, id);
      }
      return id;
    }

    /**
     * Sets the values of a user to those that one has elsewhere.
     *
     * @param numbers what the other's numbers are here, as {@link #numbers} gives them
     */
    public void set(int user, TagIds other, int otherUser, int[] numbers) {
      if (other.starts == null) {
        single[user] = numbers[other.ids[otherUser]];
        return;
      }
      int from = other.starts[otherUser];
      int to = other.starts[otherUser + 1];
      single[user] = from == to ? 0 : numbers[other.ids[from]];
      if (to - from > 1) {
        int[] own = new int[to - from];
        for (int i = from; i < to; i++) {
          own[i - from] = numbers[other.ids[i]];
        }
        Arrays.sort(own);
        single[user] = own[0];
        several.put(user, own);
      }
    }

    /** By number of another list, the number here. */
    public int[] numbers(TagIds other) {
      int[] numbers = new int[other.values.size() + 1];
      for (int i = 0; i < other.values.size(); i++) {
        numbers[i + 1] = id(other.values.get(i));
      }
      return numbers;
    }

    /** What came. */
    public TagIds build() {
      if (!multiple || several.isEmpty()) {
        return new TagIds(values, null, single);
      }
      int[] starts = new int[single.length + 1];
      for (int user = 0; user < single.length; user++) {
        int[] own = several.get(user);
        starts[user + 1] = Math.addExact(starts[user], own == null ? 1 : own.length);
      }
      int[] ids = new int[starts[single.length]];
      for (int user = 0; user < single.length; user++) {
        int[] own = several.get(user);
        if (own == null) {
          ids[starts[user]] = single[user];
        } else {
          System.arraycopy(own, 0, ids, starts[user], own.length);
        }
      }
      return new TagIds(values, starts, ids);
    }
  }
}
