package io.tidemark.tags.spec;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Structures;
import io.tidemark.catalog.config.ValueType;
import io.tidemark.catalog.config.Values;
import io.tidemark.jobs.spec.ColumnType;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.spec.HistorySpec.UserType;
import java.util.List;
import java.util.Map;

/** The keys that may stand in a file below {@code conf/tags}. */
public final class HistoryKeys {
  private static final ValueType<TableName> TABLE = Values.of("layer.table", TableName::parse);
  private static final ValueType<MetricType> METRIC_TYPE =
      Values.of("bigint, double or decimal(p,s)", HistoryKeys::metricType);
  private static final ValueType<ColumnType> TAG_TYPE =
      Values.of("string, boolean, int, bigint or date", HistoryKeys::tagType);
  private static final ValueType<Integer> WHOLE =
      Values.of(
          "whole number from 1",
          text -> {
            if (!text.matches("[1-9]\\d{0,8}")) {
              throw new IllegalArgumentException(
                  "'" + text + "' is not a whole number from 1; write digits only, such as 30");
            }
            return Integer.valueOf(text);
          });

  private static final ValueType<Integer> COUNT =
      Values.of(
          "whole number",
          text -> {
            if (!text.matches("\\d{1,9}")) {
              throw new IllegalArgumentException(
                  "'" + text + "' is not a whole number; write digits only, such as 7");
            }
            return Integer.valueOf(text);
          });

  static final Key<String> NAME =
      Key.required("history", Values.IDENTIFIER, "The history's name, in one word.");
  static final Key<String> DESCRIPTION =
      Key.withDefault("description", Values.ANY_TEXT, "", "What it holds.");
  static final Key<String> OWNER =
      Key.withDefault("owner", Values.ANY_TEXT, "", "Who answers for it.");
  static final Key<String> USER =
      Key.withDefault(
          "user",
          Values.IDENTIFIER,
          "user_id",
          "The column by which inputs and tag table know a user.");
  static final Key<UserType> USER_TYPE =
      Key.withDefault("user-type", Values.oneOf(UserType.class), "string", "Its type.");
  static final Key<Integer> DAYS =
      Key.withDefault(
          "days", WHOLE, "730", "How many days the history holds, the latest included.");
  static final Key<Map<String, Map<String, MetricType>>> INPUTS =
      Key.required(
          "inputs",
          Structures.mapOf(Structures.mapOf(METRIC_TYPE)),
          "Tables of published days, with a row per user and day, and the metrics taken from each"
              + " with their types.");

  static final Key<TableName> TAG_TABLE =
      Key.required("table", TABLE, "The Iceberg table that says which tags users have.");
  static final Key<String> TAG_DAY =
      Key.withDefault(
          "day",
          Values.ANY_TEXT,
          "",
          "Its column with the day that a row is of; without it the table holds the latest tags, and"
              + " its snapshots those of other days.");
  static final Key<ColumnType> TAG_COLUMN_TYPE =
      Key.required("type", TAG_TYPE, "The type of a value.");
  static final Key<Boolean> MULTIPLE =
      Key.withDefault(
          "multiple",
          Values.BOOLEAN,
          "false",
          "Whether a user has any number of values, in an array.");
  static final Key<Map<String, Section>> TAG_COLUMNS =
      Key.required(
          "columns",
          Structures.mapOf(Structures.section(Keys.of(TAG_COLUMN_TYPE, MULTIPLE), TAG_COLUMN_TYPE)),
          "Its columns that are tags.");
  static final Key<Section> TAGS =
      Key.section("tags", Keys.of(TAG_TABLE, TAG_DAY, TAG_COLUMNS), "Where the users' tags are.");

  static final Key<Map<String, List<String>>> SETS =
      Key.required(
          "sets",
          Structures.mapOf(Structures.listOf(Values.IDENTIFIER)),
          "Dimension sets by name, each a list of tags: what is added up every night.");
  static final Key<List<Integer>> ROLLING =
      Key.list("rolling", WHOLE, "Lengths in days of the windows that users are counted in once.");
  static final Key<List<Integer>> RETENTION =
      Key.list(
          "retention",
          WHOLE,
          "Distances in days, 63 at most: of the users active on a day, those active again then.");
  static final Key<Map<String, MetricType>> SUMS =
      Key.map(
          "sums",
          Values.of("decimal(p,0) of 20 to 38 digits", HistoryKeys::metricType),
          "Types of sums, by metric: for a `bigint` metric whose sum over the users of a day may be"
              + " more than `bigint` holds.");
  static final Key<TableName> OUTPUT =
      Key.required(
          "output",
          TABLE,
          "What the names of its tables begin with; `_SET_1d` is added for a dimension set.");

  static final Key<Integer> BUCKETS =
      Key.withDefault(
          "buckets",
          WHOLE,
          "32",
          "Parts that users are divided into, a power of two; changing it needs a rebuild.");
  static final Key<Integer> WEEK_DAYS =
      Key.withDefault(
          "week-days", WHOLE, "8", "Days that are closed into one piece first, a power of two.");
  static final Key<Integer> EPOCH_DAYS =
      Key.withDefault(
          "epoch-days", WHOLE, "128", "Days that a piece holds in the end, a power of two.");
  static final Key<Integer> BLOCK_USERS =
      Key.withDefault(
          "block-users", WHOLE, "4096", "Users of one block of an epoch, a power of two.");
  static final Key<Section> LAYOUT =
      Key.section(
          "layout",
          Keys.of(BUCKETS, WEEK_DAYS, EPOCH_DAYS, BLOCK_USERS),
          "How the history lies on disk.");

  static final Key<Integer> FULL_EVERY =
      Key.withDefault(
          "full-every",
          COUNT,
          "0",
          "Days after the last full result from which the next is added up in full again, and held"
              + " to what bringing it forward would have given; 0: every result is added up in"
              + " full.");
  static final Key<Section> INCREMENTAL =
      Key.section(
          "incremental",
          Keys.of(FULL_EVERY),
          "Lets a result be brought forward from the one before, where that is reckoned to be"
              + " quicker; for metrics that add up exactly, none a double.");

  /** Everything that may stand in a file below {@code conf/tags}. */
  public static final Keys KEYS =
      Keys.of(
          NAME,
          DESCRIPTION,
          OWNER,
          USER,
          USER_TYPE,
          DAYS,
          INPUTS,
          TAGS,
          SETS,
          ROLLING,
          RETENTION,
          SUMS,
          OUTPUT,
          LAYOUT,
          INCREMENTAL);

  private HistoryKeys() {}

  private static MetricType metricType(String text) {
    ColumnType type = ColumnType.parse(text);
    return switch (type.base()) {
      case INT, BIGINT -> MetricType.INTEGER;
      case DOUBLE -> MetricType.DOUBLE;
      case DECIMAL -> MetricType.decimal(type.precision(), type.scale());
      default ->
          throw new IllegalArgumentException(
              "'" + text + "' does not add up; write bigint, double or decimal(p,s)");
    };
  }

  private static ColumnType tagType(String text) {
    ColumnType type = ColumnType.parse(text);
    return switch (type.base()) {
      case STRING, BOOLEAN, INT, BIGINT, DATE -> type;
      default ->
          throw new IllegalArgumentException(
              "'" + text + "' is no type of a tag; write string, boolean, int, bigint or date");
    };
  }
}
