package io.tidemark.jobs.run;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;

/**
 * What keys of a dimension were found to have, also that they have nothing: those that were asked
 * for last, of one version.
 */
final class KeptKeys {
  private final Map<List<Object>, Optional<Row>> found;

  /**
   * @param most keys that are kept, at most
   */
  KeptKeys(long most) {
    this.found =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<List<Object>, Optional<Row>> eldest) {
            return size() > most;
          }
        };
  }

  /** A key as it is compared: an int is a bigint, whichever side has it. */
  static List<Object> key(Row row, int columns) {
    List<Object> key = new ArrayList<>(columns);
    for (int i = 0; i < columns; i++) {
      key.add(row.get(i) instanceof Integer number ? (Object) number.longValue() : row.get(i));
    }
    return key;
  }

  /** What a key has; {@code null} where that is not kept. */
  Optional<Row> get(List<Object> key) {
    return found.get(key);
  }

  /**
   * Keeps what was looked up.
   *
   * @param asked keys that were looked up
   * @param rows what those of them have that are there
   */
  void put(Collection<List<Object>> asked, Map<List<Object>, Row> rows) {
    asked.forEach(key -> found.put(key, Optional.ofNullable(rows.get(key))));
  }
}
