package io.tidemark.jobs.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.LostPositionException;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.Split;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.Table;

/**
 * Which job takes which values of a split, as it was when the split last ran: a property of the
 * table of the split's own job.
 *
 * @param by the column that tells, as it is read
 * @param routes jobs to what they take
 */
record SplitRoutes(String by, SortedMap<String, Route> routes) {
  private static final String PROPERTY = "tidemark.split-routes";
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  /**
   * One route.
   *
   * @param table the job's table
   * @param values what it takes
   */
  record Route(String table, List<String> values) {
    TableName tableName() {
      return TableName.parse(table);
    }
  }

  static SplitRoutes of(Split split) {
    SortedMap<String, Route> routes = new TreeMap<>();
    for (IngestSpec job : split.routes()) {
      List<String> values = job.split().route().stream().sorted().toList();
      routes.put(job.name(), new Route(job.output().toString(), values));
    }
    return new SplitRoutes(shown(split.by()), routes);
  }

  /** All that the value depends on: read from elsewhere, a message is another route's. */
  private static String shown(ColumnSpec by) {
    return "%s %s from %s %s".formatted(by.name(), by.type().sql(), by.from(), by.path());
  }

  /** What is written down in a table; nothing when its job never split its topic. */
  static Optional<SplitRoutes> in(Table ods) {
    return Optional.ofNullable(ods.properties().get(PROPERTY)).map(SplitRoutes::parse);
  }

  void writeTo(Table ods) {
    try {
      ods.updateProperties().set(PROPERTY, JSON.writeValueAsString(this)).commit();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("routes cannot be written", e);
    }
  }

  /** Forgets them: the topic is no longer split. */
  static void removeFrom(Table ods) {
    ods.updateProperties().remove(PROPERTY).commit();
  }

  private static SplitRoutes parse(String json) {
    try {
      return JSON.readValue(json, SplitRoutes.class);
    } catch (JsonProcessingException e) {
      throw new LostPositionException("the routes in a table cannot be read: " + json, e);
    }
  }
}
