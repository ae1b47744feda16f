package io.tidemark.tags.attribute.plan;

import io.tidemark.jobs.spec.ColumnType;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a tag's groups stand for: its values in ascending order, the users without one among them.
 * Those are the text {@value #NONE} where values are texts, so that a filter finds them as any
 * other, and NULL, which comes first, elsewhere. A user whose value is that text is one of them.
 */
public final class Dictionary implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Users without a value, where values are texts. */
  public static final String NONE = "(none)";

  private final ArrayList<Object> values;
  private final int none;
  private transient Map<Object, Integer> places;

  private Dictionary(ArrayList<Object> values, int none) {
    this.values = values;
    this.none = none;
  }

  /** The dictionary of the values that were found. */
  public static Dictionary of(ColumnType type, Collection<Object> found) {
    Object none = none(type);
    Set<Object> distinct = new LinkedHashSet<>(found);
    distinct.add(none);
    ArrayList<Object> values = new ArrayList<>(distinct);
    values.sort(Comparator.nullsFirst(Dictionary::compare));
    return new Dictionary(values, values.indexOf(none));
  }

  /** How users without a value are shown. */
  public static Object none(ColumnType type) {
    return type.base() == ColumnType.Base.STRING ? NONE : null;
  }

  /** As tables sort: texts by their bytes. */
  private static int compare(Object one, Object other) {
    if (one instanceof String text) {
      return Arrays.compareUnsigned(
          text.getBytes(StandardCharsets.UTF_8), ((String) other).getBytes(StandardCharsets.UTF_8));
    }
    return compareAlike(one, other);
  }

  @SuppressWarnings("unchecked")
  private static int compareAlike(Object one, Object other) {
    return ((Comparable<Object>) one).compareTo(other);
  }

  /** How many groups there are. */
  public int size() {
    return values.size();
  }

  /** What a group stands for: String, Boolean, Integer, Long or LocalDate, or NULL. */
  public Object value(int group) {
    return values.get(group);
  }

  /** The group that a value of a result stands for; -1 when it is none. */
  public int group(Object value) {
    return places().getOrDefault(value, -1);
  }

  /** By number in a bucket's list, counted from 1, the group; at 0 that of no value. */
  int[] groups(List<Object> list) {
    Map<Object, Integer> known = places();
    int[] groups = new int[list.size() + 1];
    groups[0] = none;
    for (int i = 0; i < list.size(); i++) {
      groups[i + 1] = known.get(list.get(i));
    }
    return groups;
  }

  private synchronized Map<Object, Integer> places() {
    if (places == null) {
      Map<Object, Integer> all = new HashMap<>();
      for (int i = 0; i < values.size(); i++) {
        all.put(values.get(i), i);
      }
      places = all;
    }
    return places;
  }
}
