package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Section;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads which messages of its topic a job takes. */
final class SplitReader {
  private static final Set<ColumnType.Base> TELLING =
      Set.of(ColumnType.Base.STRING, ColumnType.Base.INT, ColumnType.Base.BIGINT);
  private static final String WHOLE_NUMBER = "0|-?[1-9]\\d{0,18}";

  private final Section job;
  private final Map<String, ColumnSpec> columns;

  private SplitReader(Section job, Map<String, ColumnSpec> columns) {
    this.job = job;
    this.columns = columns;
  }

  /**
   * The job's part; {@code null} after a problem.
   *
   * @param columns the declared columns; {@code null} for one with a problem
   * @param payload what the messages are; {@code null} after a problem
   */
  static SplitSpec read(Section job, Map<String, ColumnSpec> columns, PayloadSpec payload) {
    return new SplitReader(job, columns).read(payload);
  }

  private SplitSpec read(PayloadSpec payload) {
    Section split = job.get(SplitKeys.SPLIT);
    List<String> route = job.get(SplitKeys.ROUTE);
    if (split == null || route == null) {
      return null;
    }
    String by = split.get(SplitKeys.BY);
    if (by == null) {
      return job.has(SplitKeys.SPLIT) ? withoutColumn(split) : withoutSplit();
    }
    if (payload != null && payload.isChangeLog()) {
      job.refuse(
          SplitKeys.SPLIT,
          "goes with plain messages; of a change log, each job takes one table's changes by"
              + " 'payload: { table: ... }'");
    }
    ColumnSpec column = columns.get(by);
    if (!columns.containsKey(by)) {
      split.refuse(
          SplitKeys.BY,
          "is not a declared column; " + ColumnNames.didYouMean(by, List.copyOf(columns.keySet())));
    } else if (column != null && !TELLING.contains(column.type().base())) {
      split.refuse(
          SplitKeys.BY,
          "is of type " + column.type().sql() + "; name a column of type string, int or bigint");
    }
    checkRoute(route, column);
    return split.sound() && job.sound()
        ? new SplitSpec(by, route, split.get(SplitKeys.OTHERWISE))
        : null;
  }

  private static SplitSpec withoutColumn(Section split) {
    if (split.sound()) {
      split.refuse(SplitKeys.BY, "is missing; name the column that tells where a message belongs");
    }
    return null;
  }

  private SplitSpec withoutSplit() {
    if (job.has(SplitKeys.ROUTE)) {
      job.refuse(
          SplitKeys.ROUTE,
          "goes with 'split'; extend the job that splits the topic, or write 'split: { by: COLUMN"
              + " }'");
      return null;
    }
    return SplitSpec.NONE;
  }

  private void checkRoute(List<String> route, ColumnSpec column) {
    if (job.has(SplitKeys.ROUTE) && route.isEmpty()) {
      job.refuse(SplitKeys.ROUTE, "is empty; list the values whose messages the job takes");
    }
    ColumnNames.firstRepeated(route)
        .ifPresent(
            value -> job.refuse(SplitKeys.ROUTE, "", value, "is listed twice; list it once"));
    if (column != null && column.type().base() != ColumnType.Base.STRING) {
      route.stream()
          .filter(value -> !value.matches(WHOLE_NUMBER))
          .forEach(
              value ->
                  job.refuse(
                      SplitKeys.ROUTE,
                      "",
                      value,
                      "is no value of column "
                          + column.name()
                          + "; write a whole number without leading zeros"));
    }
  }
}
