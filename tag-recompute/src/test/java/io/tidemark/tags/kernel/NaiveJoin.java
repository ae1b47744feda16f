package io.tidemark.tags.kernel;

import io.tidemark.tags.history.MetricValues;
import io.tidemark.tags.history.UserDays;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The slow, obvious way: a row per user-day, joined with the user's groups, row by row. */
final class NaiveJoin {
  /** A user on a day; a value is a BigInteger, a Double or null. */
  record Row(String user, int day, List<Object> values) {}

  private final List<Row> rows = new ArrayList<>();

  void add(int bucket, UserDays days, List<MetricValues> values) {
    for (int user = 0; user < days.users(); user++) {
      for (int i = days.starts()[user]; i < days.starts()[user + 1]; i++) {
        List<Object> row = new ArrayList<>();
        for (MetricValues metric : values) {
          row.add(value(metric, i));
        }
        String name = bucket + "/" + (days.firstUser() + user);
        rows.add(new Row(name, days.firstDay() + days.days()[i], row));
      }
    }
  }

  private static Object value(MetricValues metric, int at) {
    if (metric.nulls().get(at)) {
      return null;
    }
    if (metric instanceof MetricValues.Doubles doubles) {
      return doubles.values()[at];
    }
    if (metric instanceof MetricValues.Whole whole) {
      return BigInteger.valueOf(whole.values()[at]);
    }
    MetricValues.Wide wide = (MetricValues.Wide) metric;
    return BigInteger.valueOf(wide.high()[at])
        .shiftLeft(Long.SIZE)
        .add(new BigInteger(Long.toUnsignedString(wide.low()[at])));
  }

  /** Rows of a group's users on a day, by group and day; days outside the window are left out. */
  Map<List<Integer>, List<Row>> joined(Map<String, Set<Integer>> groups, Window window) {
    Map<List<Integer>, List<Row>> joined = new HashMap<>();
    for (Row row : rows) {
      int day = row.day() - window.firstDay();
      if (day >= 0 && day < window.days()) {
        for (int group : groups.get(row.user())) {
          joined.computeIfAbsent(List.of(group, day), key -> new ArrayList<>()).add(row);
        }
      }
    }
    return joined;
  }

  static Set<String> users(Map<List<Integer>, List<Row>> joined, int group, int from, int to) {
    Set<String> users = new HashSet<>();
    for (int day = from; day <= to; day++) {
      joined.getOrDefault(List.of(group, day), List.of()).forEach(row -> users.add(row.user()));
    }
    return users;
  }
}
