package io.tidemark.tags.build;

import io.tidemark.tags.history.LongNumbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Which numbers the users of a bucket have. Users are all numbers, or all texts. */
final class BucketUsers {
  /**
   * Somebody who got a number.
   *
   * @param id a {@code Long} or a {@code String}
   */
  record Numbered(int number, Object id) {}

  private final LongNumbers byNumber = new LongNumbers();
  private final Map<String, Integer> byText = new HashMap<>();
  private final BitSet known = new BitSet();
  private long[] numbers = new long[16];
  private String[] texts = new String[16];
  private final List<Numbered> given = new ArrayList<>();

  /** Notes who has a number. */
  void put(int number, Object id) {
    known.set(number);
    if (id instanceof Long user) {
      if (number >= numbers.length) {
        numbers = Arrays.copyOf(numbers, Math.max(number + 1, 2 * numbers.length));
      }
      numbers[number] = user;
      byNumber.put(user, number);
    } else {
      if (number >= texts.length) {
        texts = Arrays.copyOf(texts, Math.max(number + 1, 2 * texts.length));
      }
      texts[number] = (String) id;
      byText.put((String) id, number);
    }
  }

  /** A user's number; -1 for somebody who has none. */
  int number(Object id) {
    return id instanceof Long user ? byNumber.get(user) : byText.getOrDefault((String) id, -1);
  }

  /** Who has a number; {@code null} for one that nobody has. */
  Object id(int number) {
    if (!known.get(number)) {
      return null;
    }
    return byText.isEmpty() ? (Object) numbers[number] : texts[number];
  }

  /** Gives the next numbers, in the order of their ids, to users who have none. */
  void give(Collection<?> users) {
    for (Object id : new TreeSet<>(users)) {
      Numbered user = new Numbered(known.length(), id);
      put(user.number(), id);
      given.add(user);
    }
  }

  /** Those who got one, in the order of their numbers. */
  List<Numbered> given() {
    return given;
  }
}
