package io.tidemark.tags.spec;

import io.tidemark.catalog.TableName;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.PiecePlan;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A history of users, as declared in a file below {@code conf/tags}: which daily tables it is made
 * of, by which tags it is added up, and how it lies on disk.
 *
 * @param name unique, lower case with underscores
 * @param description what it holds; may be empty
 * @param owner who answers for it; may be empty
 * @param user the column by which inputs and tags know a user
 * @param userType its type
 * @param days how far back the history goes, the latest day included
 * @param inputs daily tables and the metrics taken from each, in order
 * @param tags where the users' tags are
 * @param sets dimension sets by name, each of one or more tags, in order
 * @param rolling lengths of rolling windows in days
 * @param retention distances of retention in days
 * @param sums types of sums by metric, of those whose sums may be more than their values' type
 * @param output what the tables begin with, in which layer
 * @param layout how it lies on disk
 * @param fullEvery days after which a result is added up in full again, and not brought forward
 *     from the one before; 0 where none ever is
 */
public record HistorySpec(
    String name,
    String description,
    String owner,
    String user,
    UserType userType,
    int days,
    Map<TableName, Map<String, MetricType>> inputs,
    TagTable tags,
    Map<String, List<String>> sets,
    List<Integer> rolling,
    List<Integer> retention,
    Map<String, MetricType> sums,
    TableName output,
    HistoryLayout layout,
    int fullEvery) {
  /** What users are known by. */
  public enum UserType {
    BIGINT,
    STRING
  }

  public HistorySpec {
    Map<TableName, Map<String, MetricType>> inputsCopy = new LinkedHashMap<>();
    inputs.forEach(
        (table, metrics) ->
            inputsCopy.put(table, Collections.unmodifiableMap(new LinkedHashMap<>(metrics))));
    inputs = Collections.unmodifiableMap(inputsCopy);
    Map<String, List<String>> setsCopy = new LinkedHashMap<>();
    sets.forEach((set, columns) -> setsCopy.put(set, List.copyOf(columns)));
    sets = Collections.unmodifiableMap(setsCopy);
    rolling = List.copyOf(rolling);
    retention = List.copyOf(retention);
    sums = Collections.unmodifiableMap(new LinkedHashMap<>(sums));
  }

  /** A history with sums of the types that SQL gives them, whose results are added up in full. */
  public HistorySpec(
      String name,
      String description,
      String owner,
      String user,
      UserType userType,
      int days,
      Map<TableName, Map<String, MetricType>> inputs,
      TagTable tags,
      Map<String, List<String>> sets,
      List<Integer> rolling,
      List<Integer> retention,
      TableName output,
      HistoryLayout layout) {
    this(
        name,
        description,
        owner,
        user,
        userType,
        days,
        inputs,
        tags,
        sets,
        rolling,
        retention,
        Map.of(),
        output,
        layout,
        0);
  }

  /** Whether results may be brought forward from those before. */
  public boolean isIncremental() {
    return fullEvery > 0;
  }

  /** All metrics in the order of the inputs. */
  public Map<String, MetricType> metrics() {
    Map<String, MetricType> all = new LinkedHashMap<>();
    inputs.values().forEach(all::putAll);
    return all;
  }

  /** The types of some metrics' sums, in their order. */
  public List<MetricType> sumTypes(Map<String, MetricType> metrics) {
    return metrics.entrySet().stream()
        .map(metric -> sums.getOrDefault(metric.getKey(), metric.getValue().ofSum()))
        .toList();
  }

  /** Which pieces the history consists of on a day. */
  public PiecePlan pieces() {
    return new PiecePlan(layout.buckets(), layout.weekDays(), layout.epochDays(), days);
  }

  /** One row per user and piece of the history, for everybody to read. */
  public TableName usersTable() {
    return output.withSuffix("_history_td");
  }

  /** One row per user, made of those. */
  public TableName view() {
    return output.withSuffix("_history_td_v");
  }

  /** The same in blocks of users, which recomputing reads. */
  public TableName blocksTable() {
    return output.withSuffix("_block_td");
  }

  /** Which number a user has within the bucket. */
  public TableName directoryTable() {
    return output.withSuffix("_directory_td");
  }

  /** What a dimension set's result is served from. */
  public TableName servingTable(String set) {
    return output.withSuffix("_" + set + "_1d");
  }
}
