package io.tidemark.tags.attribute.plan;

import io.tidemark.jobs.plan.Sql;
import io.tidemark.jobs.spec.ColumnType;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.MetricType.Kind;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The result of a dimension set as an analyst would ask for it: a row per user-day, joined with the
 * user's tags and grouped. Slow and obvious; what is computed otherwise is held to it.
 *
 * @param shape what the result looks like
 * @param multiple those of the tags of which a user has several values, in an array
 * @param onlyTagged whether users without a row of tags are left out
 */
public record SetSql(ResultShape shape, Set<String> multiple, boolean onlyTagged) {
  /** The view of user-days: {@code user_id}, {@code dt} and the metrics. */
  public static final String USER_DAYS = "user_days";

  /** The view of tags: {@code user_id} and the tags. */
  public static final String TAGS = "tags";

  /** The user. */
  public static final String USER = "user_id";

  public SetSql {
    multiple = Set.copyOf(multiple);
  }

  /** The query over the two views; rows come in no order. */
  public String text() {
    List<String> parts = new ArrayList<>();
    parts.add(sums());
    shape.cells().measures().rolling().forEach(days -> parts.add(rolling(days)));
    shape.cells().measures().retention().forEach(days -> parts.add(retained(days)));
    List<String> values = shape.columns().keySet().stream().skip(shape.order().size()).toList();
    String columns = values.stream().map(this::value).collect(Collectors.joining(", "));
    return """
        WITH member AS (
          %s
        ), active AS (
          SELECT %s, d.*
          FROM %s AS d %s JOIN member AS m ON d.user_id = m.user_id
        )
        SELECT %s, %s
        FROM (
          %s
        )
        GROUP BY %s"""
        .formatted(
            member(),
            shape.tags().entrySet().stream().map(SetSql::shown).collect(Collectors.joining(", ")),
            USER_DAYS,
            onlyTagged ? "INNER" : "LEFT",
            Sql.names(shape.order()),
            columns,
            String.join("\n  UNION ALL\n  ", parts),
            Sql.names(shape.order()));
  }

  private String value(String name) {
    String quoted = Sql.name(name);
    if (shape.metrics().contains(name)) {
      return "max(%1$s) AS %1$s".formatted(quoted);
    }
    for (int days : shape.cells().measures().retention()) {
      if (name.equals(ResultShape.retained(days))) {
        return "CASE WHEN date_add(dt, %d) <= DATE'%s' THEN coalesce(max(%3$s), 0) END AS %3$s"
            .formatted(days, LocalDate.ofEpochDay(lastDay()), quoted);
      }
    }
    return "coalesce(max(%1$s), 0) AS %1$s".formatted(quoted);
  }

  /** A row for each user and combination of their values. */
  private String member() {
    StringBuilder text = new StringBuilder("SELECT user_id");
    StringBuilder views = new StringBuilder();
    for (String tag : shape.tags().keySet()) {
      if (multiple.contains(tag)) {
        text.append(", value_of_").append(tag).append(" AS ").append(Sql.name(tag));
        views.append(
            " LATERAL VIEW OUTER explode(array_distinct(filter(%s, v -> v IS NOT NULL))) each_%2$s AS value_of_%2$s"
                .formatted(Sql.name(tag), tag));
      } else {
        text.append(", ").append(Sql.name(tag));
      }
    }
    return text.append(" FROM ").append(TAGS).append(views).toString();
  }

  private static String shown(Map.Entry<String, ColumnType> tag) {
    Object none = Dictionary.none(tag.getValue());
    return none == null
        ? "m." + Sql.name(tag.getKey())
        : "coalesce(m.%1$s, %2$s) AS %1$s"
            .formatted(Sql.name(tag.getKey()), Sql.text(none.toString()));
  }

  private String sums() {
    List<String> values = new ArrayList<>(List.of("count(*) AS users"));
    for (int metric = 0; metric < shape.metrics().size(); metric++) {
      String name = Sql.name(shape.metrics().get(metric));
      values.add(sum(name, shape.cells().types().get(metric), shape.cells().sumType(metric)));
    }
    for (int metric = 0; shape.valued() && metric < shape.metrics().size(); metric++) {
      String name = shape.metrics().get(metric);
      values.add("count(%s) AS %s".formatted(Sql.name(name), Sql.name(ResultShape.valued(name))));
    }
    return part(Set.of(), String.join(", ", values), "active");
  }

  private static String sum(String name, MetricType type, MetricType sum) {
    if (type.kind() == Kind.DOUBLE) {
      return "sum(%1$s) AS %1$s".formatted(name);
    }
    // A sum of bigint would be refused, or wrap around, on its way to a total that fits.
    return "CAST(sum(CAST(%1$s AS decimal(38,%2$d))) AS %3$s) AS %1$s"
        .formatted(name, type.scale(), sum);
  }

  private String rolling(int days) {
    String last = LocalDate.ofEpochDay(lastDay()).toString();
    String from =
        "(SELECT %s, user_id, explode(sequence(dt, least(date_add(dt, %d), DATE'%s'))) AS dt FROM active)"
            .formatted(Sql.names(shape.tags().keySet()), days - 1, last)
            .replace("SELECT , ", "SELECT ");
    String name = ResultShape.rolling(days);
    return part(Set.of(name), "count(DISTINCT user_id) AS " + name, from);
  }

  private String retained(int days) {
    String from =
        "active AS a JOIN (SELECT user_id AS back, dt AS back_on FROM %s) ON user_id = back AND back_on = date_add(dt, %d)"
            .formatted(USER_DAYS, days);
    String name = ResultShape.retained(days);
    return part(Set.of(name), "count(*) AS " + name, from);
  }

  private long lastDay() {
    return shape.cells().window().firstDay() + (long) shape.cells().days() - 1;
  }

  /** One of the queries that are united: its own columns, and NULL for those of the others. */
  private String part(Set<String> own, String values, String from) {
    Set<String> ofDay = new HashSet<>(shape.metrics());
    ofDay.add(ResultShape.USERS);
    shape.metrics().forEach(metric -> ofDay.add(ResultShape.valued(metric)));
    List<String> columns = new ArrayList<>();
    shape.columns().entrySet().stream()
        .skip(shape.order().size())
        .forEach(
            column -> {
              boolean mine =
                  own.isEmpty() ? ofDay.contains(column.getKey()) : own.contains(column.getKey());
              columns.add(
                  mine
                      ? Sql.name(column.getKey())
                      : "CAST(NULL AS %s) AS %s"
                          .formatted(column.getValue(), Sql.name(column.getKey())));
            });
    return "SELECT %1$s, %2$s FROM (SELECT %1$s, %3$s FROM %4$s GROUP BY %1$s)"
        .formatted(Sql.names(shape.order()), String.join(", ", columns), values, from);
  }
}
