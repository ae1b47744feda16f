package io.tidemark.jobs.plan;

import io.tidemark.jobs.spec.LookupSpec;
import io.tidemark.jobs.spec.SystemColumns;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What changes of histories make of rows that a transform has written: those that bear on one are
 * made again, and where they come out otherwise the old row is taken back.
 */
public final class CorrectionSql {
  /** The first time that a change bears on. */
  public static final String FROM = "from__";

  private static final String KEY = "key__";

  private CorrectionSql() {}

  /** The view of {@link #changedKeys}. */
  public static String changed(LookupSpec lookup) {
    return "changed_" + lookup.name();
  }

  /**
   * Of changes, the view {@code changes}, the keys, each with the earliest time that one of them
   * bears on: when it was committed, or how far it may reach back from when it was received.
   */
  public static String changedKeys(LookupSpec lookup) {
    List<String> keys = new ArrayList<>();
    int number = 0;
    for (String column : lookup.key().keySet()) {
      keys.add(Sql.name(column) + " AS " + KEY + number++);
    }
    return """
        SELECT %s, MIN(GREATEST(%s, %s - INTERVAL '%d' SECOND)) AS %s FROM changes GROUP BY %s"""
        .formatted(
            String.join(", ", keys),
            SystemColumns.EVENT_TIME,
            SystemColumns.KAFKA_TIME,
            lookup.lateness().toSeconds(),
            FROM,
            Sql.names(lookup.key().keySet()));
  }

  /**
   * The rows of the view {@code raw} that a change bears on.
   *
   * @param lookups those that have changes, each with the days that these do not bear on: they are
   *     sealed, and the changes are behind their cut
   * @param waiting whether it also bears on those whose places are in the view {@code waiting}
   */
  public static String affected(
      Map<LookupSpec, ? extends Collection<LocalDate>> lookups, boolean waiting) {
    List<String> any = new ArrayList<>();
    if (waiting) {
      any.add("EXISTS (SELECT 1 FROM waiting WHERE %s)".formatted(samePlace("raw", "waiting")));
    }
    lookups.forEach(
        (lookup, closed) -> {
          List<String> conditions = new ArrayList<>();
          int number = 0;
          for (String column : lookup.key().values()) {
            conditions.add("raw.%s = c.%s%d".formatted(Sql.name(column), KEY, number++));
          }
          conditions.add("raw.%s >= c.%s".formatted(SystemColumns.EVENT_TIME, FROM));
          if (!closed.isEmpty()) {
            conditions.add(
                closed.stream()
                    .map(day -> "DATE '" + day + "'")
                    .collect(
                        Collectors.joining(", ", "raw." + SystemColumns.DT + " NOT IN (", ")")));
          }
          any.add(
              "EXISTS (SELECT 1 FROM %s c WHERE %s)"
                  .formatted(changed(lookup), String.join(" AND ", conditions)));
        });
    return "SELECT * FROM raw WHERE " + String.join(" OR ", any);
  }

  /**
   * The rows of the view {@code made}, made again, that are otherwise in the view {@code standing},
   * what readers see of the table.
   *
   * @param columns the columns that are compared; those of a map cannot be
   */
  public static String writtenAnew(Collection<String> columns) {
    return """
        SELECT made.*, COALESCE(standing.%1$s, 0) + 1 AS %1$s FROM made JOIN standing ON %2$s
        WHERE NOT (%3$s)"""
        .formatted(
            SystemColumns.REVISION,
            samePlace("made", "standing"),
            columns.stream()
                .map(column -> "made.%1$s <=> standing.%1$s".formatted(Sql.name(column)))
                .collect(Collectors.joining(" AND ")));
  }

  /** The rows of {@code standing} in whose place the view {@code anew} has others. */
  public static String takenBack() {
    return "SELECT standing.* FROM standing LEFT SEMI JOIN anew ON "
        + samePlace("standing", "anew");
  }

  /** The rows of the view {@code standing} that are not in the view {@code replaced}. */
  public static String notReplaced() {
    return "SELECT standing.* FROM standing LEFT ANTI JOIN replaced ON "
        + samePlace("standing", "replaced");
  }

  private static String samePlace(String left, String right) {
    List<String> place =
        List.of(
            SystemColumns.DT, SystemColumns.TOPIC, SystemColumns.PARTITION, SystemColumns.OFFSET);
    return place.stream()
        .map(column -> "%1$s.%3$s = %2$s.%3$s".formatted(left, right, Sql.name(column)))
        .collect(Collectors.joining(" AND "));
  }
}
