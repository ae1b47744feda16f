package io.tidemark.tags.attribute.plan;

import io.tidemark.jobs.spec.ColumnType;
import io.tidemark.tags.history.MetricType;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the result of a dimension set looks like: the tags, the day, the active users, the sum of
 * each metric, the users of each rolling window and those who came back.
 *
 * @param set the set's name
 * @param tags its tags, with the type of a value
 * @param metrics names of the metrics
 * @param cells what is known of a group on a day
 * @param valued whether the users with a value of each metric are in it: without them nobody could
 *     tell whether a sum of 0 becomes NULL when some of its users leave the group
 */
public record ResultShape(
    String set, Map<String, ColumnType> tags, List<String> metrics, CellShape cells, boolean valued)
    implements Serializable {
  /** The business day. */
  public static final String DAY = "dt";

  /** Users who were active on the day. */
  public static final String USERS = "users";

  public ResultShape {
    tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
    metrics = List.copyOf(metrics);
  }

  /** Users with a value of a metric. */
  public static String valued(String metric) {
    return metric + "_users";
  }

  /** Users of a rolling window of so many days. */
  public static String rolling(int days) {
    return "users_" + days + "d";
  }

  /** Users who came back after so many days. */
  public static String retained(int days) {
    return "retained_" + days + "d";
  }

  /** The columns with their types as Spark SQL spells them, in order. */
  public Map<String, String> columns() {
    Map<String, String> columns = new LinkedHashMap<>();
    tags.forEach((tag, type) -> columns.put(tag, type.sql()));
    columns.put(DAY, "date");
    columns.put(USERS, "bigint");
    for (int metric = 0; metric < metrics.size(); metric++) {
      columns.put(metrics.get(metric), cells.sumType(metric).toString());
    }
    for (int days : cells.measures().rolling()) {
      columns.put(rolling(days), "bigint");
    }
    for (int days : cells.measures().retention()) {
      columns.put(retained(days), "bigint");
    }
    if (valued) {
      metrics.forEach(metric -> columns.put(valued(metric), "bigint"));
    }
    return columns;
  }

  /** What rows are sorted by. */
  public List<String> order() {
    List<String> order = new ArrayList<>(tags.keySet());
    order.add(DAY);
    return order;
  }

  /** A text that is another one for another result: columns, days and types. */
  public String definition() {
    StringBuilder text = new StringBuilder(columns().toString());
    text.append(' ').append(cells.days());
    for (MetricType type : cells.types()) {
      text.append(' ').append(type);
    }
    return text.toString();
  }
}
