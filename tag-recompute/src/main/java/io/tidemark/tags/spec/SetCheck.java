package io.tidemark.tags.spec;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Suggestions;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.UserDays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks what is added up: tags, dimension sets, windows. */
final class SetCheck {
  private static final int MAX_RETENTION = 63;

  private SetCheck() {}

  static void check(Section file) {
    Section tags = file.get(HistoryKeys.TAGS);
    Map<String, Section> columns = tags == null ? null : tags.get(HistoryKeys.TAG_COLUMNS);
    Map<String, List<String>> sets = file.get(HistoryKeys.SETS);
    if (columns != null) {
      if (columns.isEmpty()) {
        tags.refuse(HistoryKeys.TAG_COLUMNS, "is empty; write 'tag: type' lines below it");
      }
      columns.keySet().forEach(column -> checkTag(file, tags, column));
    }
    if (sets != null && sets.isEmpty()) {
      file.refuse(HistoryKeys.SETS, "is empty; write 'name: [tag]' lines below it");
    }
    if (sets != null && columns != null) {
      checkSets(file, sets, columns.keySet());
    }
    Integer days = file.get(HistoryKeys.DAYS);
    if (days != null && days > UserDays.MAX_SPAN) {
      file.refuse(
          HistoryKeys.DAYS, "is more than a history holds; write up to " + UserDays.MAX_SPAN);
    }
    checkLengths(file, HistoryKeys.ROLLING, days == null ? Integer.MAX_VALUE : days);
    checkLengths(file, HistoryKeys.RETENTION, MAX_RETENTION);
    checkCounted(file, HistoryKeys.ROLLING, "users_%dd");
    checkCounted(file, HistoryKeys.RETENTION, "retained_%dd");
  }

  /** What is counted over several days is a column of the result, as tags and metrics are. */
  private static void checkCounted(Section file, Key<List<Integer>> key, String column) {
    List<Integer> lengths = file.get(key);
    Section tags = file.get(HistoryKeys.TAGS);
    Map<String, Section> columns = tags == null ? null : tags.get(HistoryKeys.TAG_COLUMNS);
    Map<String, Map<String, MetricType>> inputs = file.get(HistoryKeys.INPUTS);
    for (int length : lengths == null ? List.<Integer>of() : lengths) {
      String name = column.formatted(length);
      if (columns != null && columns.containsKey(name)
          || inputs != null && inputs.values().stream().anyMatch(each -> each.containsKey(name))) {
        file.refuse(
            key,
            "",
            Integer.toString(length),
            "gives results a column "
                + name
                + ", which a tag or metric is called, too; rename that");
      }
    }
  }

  private static void checkTag(Section file, Section tags, String column) {
    Map<String, Map<String, MetricType>> inputs = file.get(HistoryKeys.INPUTS);
    if (!TableName.isIdentifier(column)) {
      tags.refuse(
          HistoryKeys.TAG_COLUMNS,
          column,
          "",
          "is not a name; use lower-case letters, digits and underscores");
    } else if (InputCheck.RESERVED.contains(column)
        || column.equals(file.get(HistoryKeys.USER))
        || inputs != null && inputs.values().stream().anyMatch(each -> each.containsKey(column))) {
      tags.refuse(
          HistoryKeys.TAG_COLUMNS,
          column,
          "",
          "is a column that a result has anyway, a metric or the user; it cannot be a tag, too");
    }
  }

  private static void checkSets(Section file, Map<String, List<String>> sets, Set<String> tags) {
    Map<Set<String>, String> seen = new HashMap<>();
    sets.forEach(
        (name, columns) -> {
          if (!TableName.isIdentifier(name)) {
            refuse(file, name, "is not a name; use lower-case letters, digits and underscores");
          }
          if (columns.isEmpty()) {
            refuse(file, name, "has no tag; write the tags it is made of");
          }
          if (new HashSet<>(columns).size() < columns.size()) {
            refuse(file, name, "names a tag twice; name each once");
          }
          for (String column : columns) {
            if (!tags.contains(column)) {
              refuse(
                  file,
                  name,
                  "has '"
                      + column
                      + "', which is no tag; "
                      + Suggestions.didYouMean(
                          column, tags, "the tags are " + String.join(", ", tags)));
            }
          }
          String other = seen.putIfAbsent(Set.copyOf(new HashSet<>(columns)), name);
          if (other != null) {
            refuse(file, name, "has the tags of set " + other + "; keep one of them");
          }
        });
  }

  private static void checkLengths(Section file, Key<List<Integer>> key, int most) {
    List<Integer> lengths = file.get(key);
    if (lengths == null) {
      return;
    }
    if (new HashSet<>(lengths).size() < lengths.size()) {
      file.refuse(key, "names a number of days twice; name each once");
    }
    for (int i = 0; i < lengths.size(); i++) {
      if (lengths.get(i) > most) {
        file.refuse(
            key,
            "",
            lengths.get(i).toString(),
            "is more days than can be counted; write up to " + most);
      }
    }
  }

  private static void refuse(Section file, String set, String remedy) {
    file.refuse(HistoryKeys.SETS, set, "", remedy);
  }
}
