package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Values;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One declared metric.
 *
 * @param name column in the output
 * @param function what is computed
 * @param column column of the input it is computed over; {@code *} only for count
 * @param where columns of the input with the value, as text, that they have in the rows that count;
 *     empty where all rows do
 * @param time column of the input by which a row is in a window; {@code null} for the event time
 */
public record MetricSpec(
    String name, Function function, String column, SortedMap<String, String> where, String time) {
  public MetricSpec {
    where = Collections.unmodifiableSortedMap(new TreeMap<>(where));
  }

  /** A metric by event time. */
  public MetricSpec(
      String name, Function function, String column, SortedMap<String, String> where) {
    this(name, function, column, where, null);
  }

  /** A metric over all rows. */
  public MetricSpec(String name, Function function, String column) {
    this(name, function, column, new TreeMap<>());
  }

  /** What can be computed, in both modes the same. */
  public enum Function {
    COUNT,
    SUM,
    MIN,
    MAX,
    AVERAGE,
    DISTINCT,
    /** How many different values there are, estimated from a sketch of them. */
    APPROXIMATE_DISTINCT
  }

  /** How far from the truth it may be, in words; empty where it is exact. */
  public String error() {
    return error(function);
  }

  /** The same of any metric with a function. */
  static String error(Function function) {
    return function == Function.APPROXIMATE_DISTINCT
        ? "exact up to 4,096 values; of more within 3.2 % in 95 of 100 cases"
        : "";
  }

  /** What it is, in one line. */
  public String definition() {
    String computed =
        Values.text(function) + "(" + column + ")" + (time == null ? "" : " at " + time);
    return where.isEmpty()
        ? computed
        : computed
            + " where "
            + where.entrySet().stream()
                .map(each -> each.getKey() + " = " + each.getValue())
                .collect(Collectors.joining(" and "));
  }

  /** The columns of the input that it needs. */
  public List<String> columns() {
    return Stream.of(Stream.of(column), where.keySet().stream(), Stream.ofNullable(time))
        .flatMap(each -> each)
        .filter(each -> !each.equals("*"))
        .distinct()
        .toList();
  }

  /** Whether values are added up, which only numbers can be. */
  public boolean adds() {
    return function == Function.SUM || function == Function.AVERAGE;
  }

  /** The column by which a row is in a window. */
  public String timeOrEvent() {
    return time == null ? SystemColumns.EVENT_TIME : time;
  }

  /**
   * What is wrong with a metric whose time is none, with its remedy.
   *
   * @param type the column's type, as SQL writes it
   */
  public static String isNoTime(String type) {
    return "is of type " + type + ", which is no time; use a column of type timestamp";
  }

  /**
   * What is wrong with a metric that adds up what is no number, with its remedy.
   *
   * @param type the column's type, as SQL writes it
   */
  public static String doesNotAddUp(String type) {
    return "is of type "
        + type
        + ", which does not add up; use a numeric column, or count, min, max or distinct";
  }
}
