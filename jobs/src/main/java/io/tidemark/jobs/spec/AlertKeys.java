package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Durations;
import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Structures;
import io.tidemark.catalog.config.ValueType;
import io.tidemark.catalog.config.Values;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What an alert may be declared with, in a job's file and beside a metric of the registry. */
final class AlertKeys {
  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,15}(\\.\\d{1,9})?");
  private static final Pattern PERCENT = Pattern.compile("\\d{1,6}(\\.\\d{1,6})?%");

  private static final ValueType<BigDecimal> DECIMAL =
      Values.of(
          "number",
          text -> {
            KeyTexts.check(text, NUMBER.pattern(), "is not a number; write digits, as 100 or 0.5");
            return new BigDecimal(text);
          });
  private static final ValueType<BigDecimal> CHANGED_BY =
      Values.of(
          "percentage",
          text -> {
            KeyTexts.check(
                text, PERCENT.pattern(), "is not a percentage; write one with its sign, as 30%");
            return new BigDecimal(text.substring(0, text.length() - 1));
          });

  /** Nothing stands for what the job declares. */
  private static final ValueType<Optional<Duration>> AGE =
      Values.of(
          "duration, or declared",
          text ->
              text.equals("declared")
                  ? Optional.empty()
                  : Optional.of(Durations.parsePositive(text)));

  static final Key<String> METRIC =
      Key.optional(
          "metric",
          Values.IDENTIFIER,
          "The metric that is looked at, by the job's name of it; not with `freshness`.");
  static final Key<String> OF_JOB =
      Key.required(
          "job",
          Values.IDENTIFIER,
          "The aggregate whose windows are looked at: one that has the metric.");
  static final Key<BigDecimal> ABOVE =
      Key.optional("above", DECIMAL, "Told when the metric is more than this.");
  static final Key<BigDecimal> BELOW =
      Key.optional("below", DECIMAL, "Told when the metric is less than this.");

  static final Key<Duration> AGAINST =
      Key.withDefault(
          "against",
          Values.POSITIVE_DURATION,
          "7 days",
          "How many whole days earlier the same window is.");
  static final Key<BigDecimal> FALLS_BY =
      Key.optional(
          "falls-by", CHANGED_BY, "Told when the metric is less than it was by more than this.");
  static final Key<BigDecimal> RISES_BY =
      Key.optional(
          "rises-by", CHANGED_BY, "Told when the metric is more than it was by more than this.");
  static final Key<Section> CHANGE =
      new Key<>(
          "change",
          Structures.section(Keys.of(AGAINST, FALLS_BY, RISES_BY)),
          false,
          null,
          "",
          "Told when the metric is far from what it was in the same window of an earlier day. Where"
              + " there was nothing, there is nothing to tell.");
  static final Key<Optional<Duration>> FRESHNESS =
      Key.optional(
          "freshness",
          AGE,
          "Told when the oldest message whose row is not in the table, or not where a sink writes,"
              + " came longer ago; `declared` for the job's own `freshness`.");

  static final Key<Long> FOR =
      Key.withDefault(
          "for",
          Values.POSITIVE_LONG,
          "1",
          "In how many windows in a row the condition has to hold before it is told, and then not to"
              + " hold before it is over; 100 at most.");
  static final Key<Duration> SETTLE =
      Key.withDefault(
          "settle",
          Values.DURATION,
          "1 minute",
          "How long after its end a window is looked at first: about what events take to the"
              + " brokers.");
  static final Key<Map<String, List<String>>> ONLY =
      Key.map(
          "only",
          Structures.listOf(Values.TEXT),
          "Values of dimensions; each combination is looked at by itself, 1,000 at most. Of"
              + " dimensions that are not named all values count together.");
  static final Key<List<String>> TO =
      Key.required(
          "to",
          Structures.listOf(Values.TEXT),
          "Who is told: names below `alerts.receivers` of the environment.");
  static final Key<Duration> REMIND_AFTER =
      Key.optional(
          "remind-after",
          Values.POSITIVE_DURATION,
          "How long after it was told it is told again, while it goes on; never when left out.");

  /** Of a job or a sink. */
  static final Key<Map<String, Section>> ALERTS =
      Key.map(
          "alerts",
          Structures.section(
              Keys.of(
                  METRIC, ABOVE, BELOW, CHANGE, FRESHNESS, FOR, SETTLE, ONLY, TO, REMIND_AFTER)),
          "[Alerts](alerts.md) by name, each with exactly one of `above`, `below`, `change` and"
              + " `freshness`. No part of what the job computes.");

  /** Beside a metric of the registry. */
  static final Key<Map<String, Section>> OF_METRIC =
      Key.map(
          "alerts",
          Structures.section(
              Keys.of(OF_JOB, ABOVE, BELOW, CHANGE, FOR, SETTLE, ONLY, TO, REMIND_AFTER)),
          "[Alerts](alerts.md) by name, each with exactly one of `above`, `below` and `change`. No"
              + " part of the definition.");

  private AlertKeys() {}
}
