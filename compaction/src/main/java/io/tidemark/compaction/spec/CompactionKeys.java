package io.tidemark.compaction.spec;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Structures;
import io.tidemark.catalog.config.ValueType;
import io.tidemark.catalog.config.Values;
import io.tidemark.compaction.spec.CompactionPolicy.Maintenance;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** The keys that may stand in a file below {@code conf/compaction}. */
final class CompactionKeys {
  /** Commas part the locations that a table names. */
  private static final Pattern ABSOLUTE = Pattern.compile("([a-z][a-z0-9+.-]*:)?/[^,]*[^,/]");

  private static final Pattern LEVEL = Pattern.compile("[1-9]|1\\d|2[0-2]");

  private static final ValueType<TableName> NAME = Values.of("layer.table", TableName::parse);

  static final Key<TableName> TABLE = Key.required("table", NAME, "The table it is for.");
  static final Key<Long> TARGET_FILE_SIZE =
      Key.withDefault(
          "target-file-size", Values.BYTE_SIZE, "256 MiB", "How large a good data file is.");
  static final Key<Double> SMALL_FILE =
      Key.withDefault(
          "small-file",
          Values.PERCENTAGE,
          "75%",
          "Share of the target size below which a file is a small one.");
  static final Key<Long> GROUP_SIZE =
      Key.withDefault(
          "group-size",
          Values.BYTE_SIZE,
          "2 GiB",
          "How much is rewritten by one commit, at most; at least the target size.");

  static final Key<Long> SMALL_FILES =
      Key.withDefault(
          "small-files", Values.POSITIVE_LONG, "5", "Small files of a partition, from which on.");
  static final Key<Double> DELETES =
      Key.withDefault(
          "deletes",
          Values.PERCENTAGE,
          "10%",
          "Deleted rows as a share of the rows of a partition, from which on.");
  static final Key<Long> DELETE_FILES =
      Key.withDefault(
          "delete-files",
          Values.POSITIVE_LONG,
          "10",
          "Delete files of a partition, of any kind, from which on.");
  static final Key<Long> OVERLAP =
      Key.withDefault(
          "overlap",
          Values.POSITIVE_LONG,
          "10",
          "For a table with a sort order: files of a partition in which one value of the first sort"
              + " column may be, on average, from which on.");
  static final Key<Long> MANIFESTS =
      Key.withDefault(
          "manifests", Values.POSITIVE_LONG, "200", "Manifests of the table, from which on.");
  static final Key<Duration> AGE =
      Key.withDefault(
          "age",
          Values.POSITIVE_DURATION,
          "1 day",
          "A partition that nobody has written for so long is due from two small files on.");
  static final Key<Section> DUE =
      Key.section(
          "due",
          Keys.of(SMALL_FILES, DELETES, DELETE_FILES, OVERLAP, MANIFESTS, AGE),
          "When rewriting is worth it; one reason is enough, and only what would become fewer files"
              + " or fewer bytes counts.");

  static final Key<Duration> QUIET =
      Key.withDefault(
          "quiet",
          Values.POSITIVE_DURATION,
          "15 minutes",
          "A partition is hot until nobody has written to it for so long, and for as long as its"
              + " rewrite is expected to take; and when, by the distances of its last writes, one is"
              + " expected meanwhile.");
  static final Key<Long> MAX_FILES =
      Key.withDefault(
          "max-files",
          Values.POSITIVE_LONG,
          "100",
          "Files that a hot partition may have; of one with more the smallest are put"
              + " together, where its writers only append.");
  static final Key<Section> HOT =
      Key.section("hot", Keys.of(QUIET, MAX_FILES), "Which partitions a writer is about to touch.");

  static final Key<Long> BUDGET_BYTES =
      Key.withDefault(
          "bytes", Values.BYTE_SIZE, "100 GiB", "Bytes of the files that are rewritten.");
  static final Key<Duration> BUDGET_TIME =
      Key.withDefault("time", Values.POSITIVE_DURATION, "1 hour", "Expected time of it.");
  static final Key<Double> BUDGET_CORES =
      Key.withDefault(
          "cores",
          Values.PERCENTAGE,
          "50%",
          "Share of the session's cores that work on it; one core at least.");
  static final Key<Section> BUDGET =
      Key.section(
          "budget",
          Keys.of(BUDGET_BYTES, BUDGET_TIME, BUDGET_CORES),
          "What one plan may spend on the table, at most.");

  static final Key<Long> RATE =
      Key.withDefault(
          "rate",
          Values.BYTE_SIZE,
          "16 MiB",
          "Bytes that one core rewrites in a second, by which times are expected.");
  static final Key<Duration> LEASE =
      Key.withDefault(
          "lease",
          Values.POSITIVE_DURATION,
          "3 days",
          "A day that is sealed is left alone until it is published, and for so long at most.");

  static final Key<List<String>> Z_ORDER =
      Key.list(
          "z-order",
          Values.IDENTIFIER,
          "Columns by which rows of settled partitions are ordered, all of them at once, in place of"
              + " the table's own order: for queries that ask for one or the other.");
  static final Key<Maintenance> MAINTENANCE =
      Key.withDefault(
          "maintenance",
          Values.oneOf(Maintenance.class),
          "apart",
          "Where the table is rewritten: by `./tidemark compact` alone, or also in the driver of the"
              + " stream that writes it, beside its micro-batches.");

  private static final ValueType<String> PLACE = Values.of("location", CompactionKeys::place);
  private static final ValueType<Integer> ZSTD_LEVEL =
      Values.of("whole number from 1 to 22", CompactionKeys::level);

  static final Key<Duration> COLD_AFTER =
      Key.required(
          "after",
          Values.POSITIVE_DURATION,
          "A partition is cold when its business day ended so long ago; one without a day when it"
              + " was last written so long ago.");
  static final Key<String> COLD_LOCATION =
      Key.required(
          "location",
          PLACE,
          "Where files of cold partitions are, as `s3://bucket/cold` or `/cold`, in a folder of the"
              + " table's own: `layer/table/uuid`. The catalog's `FileIO` has to reach it.");
  static final Key<Integer> COLD_LEVEL =
      Key.withDefault("compression-level", ZSTD_LEVEL, "12", "Level of zstd, for Parquet.");
  static final Key<Long> COLD_ROW_GROUP =
      Key.withDefault(
          "row-group-size",
          Values.BYTE_SIZE,
          "256 MiB",
          "Size of a row group of Parquet; less than 2 GiB, and the target size at most.");
  static final Key<Long> COLD_TARGET =
      Key.withDefault(
          "target-file-size",
          Values.BYTE_SIZE,
          "512 MiB",
          "How large a good cold file is; `group-size` at most.");
  static final Key<Section> COLD =
      Key.optional(
          "cold",
          Structures.section(
              Keys.of(COLD_AFTER, COLD_LOCATION, COLD_LEVEL, COLD_ROW_GROUP, COLD_TARGET)),
          "Where old partitions move to, and how they are written there; without it nothing is ever"
              + " cold.");

  /** Everything that may stand in a file below {@code conf/compaction}. */
  static final Keys KEYS =
      Keys.of(
          TABLE,
          TARGET_FILE_SIZE,
          SMALL_FILE,
          GROUP_SIZE,
          DUE,
          HOT,
          BUDGET,
          RATE,
          LEASE,
          Z_ORDER,
          MAINTENANCE,
          COLD);

  private CompactionKeys() {}

  private static String place(String text) {
    String path = text.replaceFirst("/+$", "");
    if (!ABSOLUTE.matcher(path).matches()) {
      throw new IllegalArgumentException(
          "'%s' is no location; write a URI with its scheme, as s3://bucket/cold, or an absolute path, without a comma"
              .formatted(text));
    }
    return path;
  }

  private static int level(String text) {
    if (!LEVEL.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "'%s' is no level of zstd; write a whole number from 1 (fast) to 22 (small)"
              .formatted(text));
    }
    return Integer.parseInt(text);
  }
}
