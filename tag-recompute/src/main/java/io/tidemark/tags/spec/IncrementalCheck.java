package io.tidemark.tags.spec;

import io.tidemark.catalog.config.Section;
import io.tidemark.tags.history.MetricType;
import java.util.LinkedHashMap;
import java.util.Map;

/** Checks whether results can be brought forward from those before. */
final class IncrementalCheck {
  private IncrementalCheck() {}

  /** The days after which one is added up in full again; 0 where all are. */
  static int fullEvery(Section file) {
    Section section = file.get(HistoryKeys.INCREMENTAL);
    Integer days = section == null ? null : section.get(HistoryKeys.FULL_EVERY);
    return days == null ? 0 : days;
  }

  static void check(Section file) {
    Map<String, Map<String, MetricType>> inputs = file.get(HistoryKeys.INPUTS);
    if (fullEvery(file) == 0 || inputs == null) {
      return;
    }
    Map<String, MetricType> metrics = new LinkedHashMap<>();
    inputs.values().forEach(metrics::putAll);
    Section tags = file.get(HistoryKeys.TAGS);
    Map<String, Section> columns = tags == null ? null : tags.get(HistoryKeys.TAG_COLUMNS);
    metrics.forEach(
        (name, type) -> {
          if (type.kind() == MetricType.Kind.DOUBLE) {
            file.refuse(
                HistoryKeys.INCREMENTAL,
                "",
                name + ": " + type,
                "has sums that are served rounded, so that nothing can be taken away from them"
                    + " exactly; declare the metric as a decimal, or leave 'incremental' out");
          }
          String users = name + "_users";
          if (metrics.containsKey(users) || columns != null && columns.containsKey(users)) {
            file.refuse(
                HistoryKeys.INCREMENTAL,
                "",
                name,
                "gives results a column "
                    + users
                    + ", which a tag or metric is called, too; rename that");
          }
        });
  }
}
