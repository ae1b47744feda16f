package io.tidemark.tags.spec;

import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Suggestions;
import io.tidemark.catalog.table.TableSpec;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * Checks tags against the table they are in, where a file below {@code conf/tables} declares its
 * columns. Those of other tables are known to the engine alone.
 */
final class TagTableCheck {
  private final Section file;
  private final Section tags;
  private final TableSpec table;

  private TagTableCheck(Section file, Section tags, TableSpec table) {
    this.file = file;
    this.tags = tags;
    this.table = table;
  }

  static void check(Section file, TableSpec table) {
    Section tags = file.get(HistoryKeys.TAGS);
    TagTableCheck check = new TagTableCheck(file, tags, table);
    check.user();
    String day = tags.get(HistoryKeys.TAG_DAY);
    if (day != null && !day.isEmpty()) {
      check.day(day);
    }
    Map<String, Section> columns = tags.get(HistoryKeys.TAG_COLUMNS);
    if (columns != null) {
      columns.forEach(check::tag);
    }
  }

  private void user() {
    String user = file.get(HistoryKeys.USER);
    HistorySpec.UserType type = file.get(HistoryKeys.USER_TYPE);
    TableSpec.Column column = table.columns().get(user);
    if (user == null || type == null) {
      return;
    }
    if (column == null) {
      tags.refuse(
          HistoryKeys.TAG_TABLE,
          "has no column " + user + ", by which users are known" + declared());
    } else if (!column.type().equals(type.name().toLowerCase(Locale.ROOT))) {
      tags.refuse(
          HistoryKeys.TAG_TABLE,
          "has the column "
              + user
              + " as "
              + column.type()
              + ", and users are known by a "
              + type.name().toLowerCase(Locale.ROOT)
              + "; make 'user-type' and the table agree"
              + declared());
    }
  }

  private void day(String day) {
    TableSpec.Column column = table.columns().get(day);
    if (column == null) {
      tags.refuse(HistoryKeys.TAG_DAY, missing(day));
    } else if (!column.type().equals("date")) {
      tags.refuse(HistoryKeys.TAG_DAY, "is of type " + column.type() + ", no date" + declared());
    }
  }

  private void tag(String name, Section tag) {
    TableSpec.Column column = table.columns().get(name);
    Key<Map<String, Section>> key = HistoryKeys.TAG_COLUMNS;
    if (column == null) {
      tags.refuse(key, name, "", missing(name));
      return;
    }
    if (tag.get(HistoryKeys.TAG_COLUMN_TYPE) == null || tag.get(HistoryKeys.MULTIPLE) == null) {
      return;
    }
    String one = tag.get(HistoryKeys.TAG_COLUMN_TYPE).sql();
    String expected = tag.get(HistoryKeys.MULTIPLE) ? "array<" + one + ">" : one;
    String found = column.type().replace(" ", "");
    if (!found.equals(expected)) {
      tags.refuse(
          key,
          name,
          expected,
          "is " + found + " in " + table.table() + "; " + remedy(found) + declared());
    }
  }

  private static String remedy(String found) {
    return found.startsWith("array<")
        ? "write { type: " + found.substring(6, found.length() - 1) + ", multiple: true }"
        : "write " + found;
  }

  private String missing(String column) {
    return "is no column of "
        + table.table()
        + "; "
        + Suggestions.didYouMean(
            column,
            table.columns().keySet(),
            "the columns are " + String.join(", ", new TreeSet<>(table.columns().keySet())))
        + declared();
  }

  private String declared() {
    return " (" + table.file() + ")";
  }
}
