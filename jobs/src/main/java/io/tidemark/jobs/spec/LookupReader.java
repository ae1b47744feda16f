package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes the lookups of a transform's file. */
final class LookupReader {
  /** What {@code source.*} begins with. */
  private static final String SOURCE = "source";

  private LookupReader() {}

  /** The lookups; {@code null} after a problem. */
  static List<LookupSpec> read(Section job) {
    Map<String, Section> declared = job.get(LookupKeys.LOOKUP);
    if (declared == null) {
      return null;
    }
    List<LookupSpec> lookups = new ArrayList<>();
    declared.forEach(
        (name, section) -> {
          checkName(name, section);
          lookups.add(section.build(() -> lookup(name, section)));
        });
    return lookups.contains(null) ? null : lookups;
  }

  private static void checkName(String name, Section section) {
    if (!TableName.isIdentifier(name)) {
      section.refuse("is not a name; use lower-case letters, digits and underscores");
    } else if (name.equals(SOURCE) || SystemColumns.contains(name)) {
      section.refuse("has the name of what every row has already; choose another name");
    }
  }

  private static LookupSpec lookup(String name, Section section) {
    Map<String, String> key = section.get(LookupKeys.KEY);
    Map<String, ColumnType> columns = section.get(LookupKeys.COLUMNS);
    if (key.isEmpty()) {
      throw new IllegalArgumentException(
          "has an empty key; write 'key: { COLUMN OF THE DIMENSION: COLUMN OF THE INPUT }'");
    }
    if (columns.isEmpty()) {
      throw new IllegalArgumentException(
          "has no columns; write 'columns: { NAME: TYPE }' for those that the SQL uses");
    }
    boolean asOf = section.has(LookupKeys.AS_OF);
    UnknownKey unknown = section.get(LookupKeys.UNKNOWN);
    boolean late = asOf || unknown == UnknownKey.PARK;
    if (!late && section.has(LookupKeys.LATENESS)) {
      section.refuse(
          LookupKeys.LATENESS,
          "goes with 'as-of: event-time' or 'unknown: park'; a row that found what was there keeps"
              + " it: remove it");
    }
    return new LookupSpec(
        name,
        section.get(LookupKeys.TABLE),
        key,
        columns,
        asOf,
        late ? section.get(LookupKeys.LATENESS) : null,
        unknown,
        section.get(LookupKeys.CACHE_ROWS));
  }
}
