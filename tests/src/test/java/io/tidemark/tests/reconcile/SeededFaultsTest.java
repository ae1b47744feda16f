package io.tidemark.tests.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.reconciliation.Reconciliation;
import io.tidemark.reconciliation.plan.DayReport;
import io.tidemark.reconciliation.plan.DayResult;
import io.tidemark.reconciliation.plan.Pin;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.reconcile.FaultyWeek.Message;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A week with hundreds of faults of each kind, made while the streams run: late events, events that
 * were delivered twice, dead letters that were repaired, a changed dimension, a changed definition,
 * and both tables changed on both sides behind Tidemark's back. What is found is read where users
 * find it, and compared with what was injected, key by key and cause by cause.
 */
@AnyZone
class SeededFaultsTest {
  private static final LocalDate LAST = FaultyWeek.FIRST.plusDays(FaultyWeek.DAYS - 1);
  private static final Range WEEK = new Range(FaultyWeek.FIRST, LAST);

  /** Two days with faults, and two clean ones between them. */
  private static final Range COMPARED = new Range(FaultyWeek.FIRST, FaultyWeek.FIRST.plusDays(3));

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of this many keys of the hours' table one is changed, by each kind of change. */
  private static final int OF_KEYS = 9;

  @TempDir static Path folder;
  private static final Ledger TRUTH = new Ledger();
  private static final Ledger FOUND = new Ledger();
  private static FaultLake test;

  @BeforeAll
  static void liveThroughTheWeek() {
    test = new FaultLake(folder);
    FaultyWeek week = new FaultyWeek(test, TRUTH);
    test.sql("CREATE NAMESPACE IF NOT EXISTS dim");
    test.sql("CREATE TABLE dim.content (id STRING, cat STRING) USING iceberg");
    categories(false);

    deliver(week, 0);
    test.changeDefinition();
    deliver(week, 1);
    test.sql(
        "DELETE FROM dwd.e WHERE kafka_offset IN (SELECT kafka_offset FROM ods.e WHERE kind = 'repeated')");
    categories(true);
    deliver(week, 2);
    test.seal(WEEK);
    behindTheSeal(week);
    test.sealAgain(WEEK);
    test.catchUp();
    test.batch(WEEK);
    changeRows();
    changeKeys();

    reconcile();
  }

  private static void deliver(FaultyWeek week, int delivery) {
    List<Message> messages = week.delivery(delivery);
    int half = messages.size() / 2;
    test.ingest(week.rows(messages.subList(0, half), false));
    test.catchUp();
    test.ingest(week.rows(messages.subList(half, messages.size()), false));
    test.catchUp();
  }

  private static void categories(boolean later) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < FaultyWeek.CONTENTS; i++) {
      rows.add(RowFactory.create(FaultyWeek.content(i), FaultyWeek.category(i, later)));
    }
    StructType columns =
        new StructType().add("id", DataTypes.StringType).add("cat", DataTypes.StringType);
    test.lake.spark().createDataFrame(rows, columns).createOrReplaceTempView("categories");
    test.sql("INSERT OVERWRITE dim.content SELECT * FROM categories");
  }

  private static void behindTheSeal(FaultyWeek week) {
    List<Message> messages = week.behindTheSeal();
    test.ingest(week.rows(messages, true));
    String letters = test.lake.identifier(test.ods.deadLetters());
    test.sql(
        "INSERT INTO %s (dt, kafka_topic, kafka_partition, kafka_offset, kafka_time, reason, ingest_batch) SELECT dt, kafka_topic, kafka_partition, kafka_offset, kafka_time, 'NOT_JSON', 0 FROM ods.e WHERE kind = 'dead'",
        letters);
  }

  /** Rows of the transform, on both sides, each kind of change on rows of its own. */
  private static void changeRows() {
    for (String table : List.of("dwd.e", "dwd.e.branch_offline")) {
      String free = freeRows(table.equals("dwd.e") ? 0 : 10);
      note("SELECT dt, id FROM %s WHERE part = 0".formatted(free), "lost");
      note("SELECT dt, id FROM %s WHERE part = 1".formatted(free), "doubled");
      note("SELECT dt, id FROM %s WHERE part = 2".formatted(free), "altered");
      note("SELECT dt, id FROM %s WHERE part = 3".formatted(free), "altered");
      note("SELECT dt, concat(id, '?') AS id FROM %s WHERE part = 3".formatted(free), "altered");
      note("SELECT dt, concat(id, '+') AS id FROM %s WHERE part = 4".formatted(free), "foreign");
      String of = " (SELECT id FROM " + free + " WHERE part = %d)";
      test.sql("DELETE FROM %s WHERE id IN " + of, table, 0);
      test.sql("INSERT INTO %1$s SELECT * FROM %1$s WHERE id IN" + of.replace("%d", "1"), table);
      test.sql(
          "UPDATE %s SET n = COALESCE(n, 0) + 1, price = DOUBLE('NaN'), u = NULL WHERE id IN" + of,
          table,
          2);
      test.sql("UPDATE %s SET id = concat(id, '?') WHERE id IN" + of, table, 3);
      test.sql(
          "INSERT INTO %1$s SELECT "
              + columns(
                  "dwd.e",
                  Map.of("id", "concat(id, '+')", "kafka_offset", "kafka_offset + 1000000"))
              + " FROM %1$s WHERE id IN"
              + of.replace("%d", "4"),
          table);
    }
    // Two faults on one row: written by another definition, and deleted since.
    note("SELECT dt, id FROM ods.e WHERE kind = 'thrice' AND dt = DATE'2026-01-05'", "lost");
    test.sql(
        "DELETE FROM dwd.e WHERE dt = DATE'2026-01-05' AND id IN (SELECT id FROM ods.e WHERE kind = 'thrice')");
  }

  /** The rows without any other fault, in parts that are each big enough. */
  private static String freeRows(int from) {
    String view = "free_" + from;
    test.lake
        .spark()
        .sql(
            "SELECT dt, id, pmod(xxhash64(id), 20) - %d AS part FROM ods.e WHERE kind IS NULL AND NOT pending AND id IS NOT NULL AND dt IN (%s) AND (ch IS NULL OR ch NOT IN (%s))"
                .formatted(from, FaultyWeek.faultyDays(), changedContents()))
        .localCheckpoint()
        .createOrReplaceTempView(view);
    return view;
  }

  private static String changedContents() {
    List<String> contents = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      contents.add("'" + FaultyWeek.content(i).replace("\\", "\\\\") + "'");
    }
    return String.join(", ", contents);
  }

  private static void note(String query, String cause) {
    for (Row row : rows(query)) {
      TRUTH.add(FaultyWeek.ROWS, FaultyWeek.rowKey(day(row.get(0)), row.getString(1)), cause);
    }
  }

  /** Keys of the aggregate, on both sides. */
  private static void changeKeys() {
    for (String table : List.of("dws.e_1h", "dws.e_1h.branch_offline")) {
      int from = table.equals("dws.e_1h") ? 0 : 4;
      String chosen =
          "dt IN ("
              + FaultyWeek.faultyDays()
              + ") AND pmod(xxhash64(cat, window_start), "
              + OF_KEYS
              + ") = ";
      noteKeys(table, chosen + from, "", "lost");
      noteKeys(table, chosen + (from + 1), "", "doubled");
      noteKeys(table, chosen + (from + 2), "", "altered");
      noteKeys(table, chosen + (from + 3), "x", "foreign");
      test.sql("DELETE FROM %s WHERE " + chosen + from, table);
      test.sql("INSERT INTO %1$s SELECT * FROM %1$s WHERE " + chosen + (from + 1), table);
      test.sql(
          "UPDATE %s SET n_sum = COALESCE(n_sum, 0) + 1, last_seen = NULL WHERE "
              + chosen
              + (from + 2),
          table);
      test.sql(
          "INSERT INTO %1$s SELECT "
              + columns("dws.e_1h", Map.of("cat", "concat(cat, 'x')"))
              + " FROM %1$s WHERE "
              + chosen
              + (from + 3)
              + " AND cat IS NOT NULL",
          table);
    }
    // What only the batch had, and was deleted there, is nowhere: there is no difference.
    Set<String> there = new TreeSet<>();
    for (Row row :
        rows(
            "SELECT dt, window_start, cat FROM dws.e_1h UNION SELECT dt, window_start, cat FROM dws.e_1h.branch_offline")) {
      there.add(FaultyWeek.key(day(row.get(0)), window(row.get(1)), row.getString(2)));
    }
    TRUTH.of(FaultyWeek.KEYS).keySet().retainAll(there);
  }

  private static String columns(String table, Map<String, String> instead) {
    List<String> columns = new ArrayList<>();
    for (String column : test.lake.spark().table(table).columns()) {
      columns.add(instead.getOrDefault(column, column) + " AS " + column);
    }
    return String.join(", ", columns);
  }

  private static void noteKeys(String table, String condition, String suffix, String cause) {
    for (Row row :
        test.lake
            .spark()
            .sql(
                "SELECT DISTINCT dt, window_start, cat FROM %s WHERE %s%s"
                    .formatted(table, condition, suffix.isEmpty() ? "" : " AND cat IS NOT NULL"))
            .collectAsList()) {
      String category = row.isNullAt(2) ? null : row.getString(2) + suffix;
      TRUTH.add(
          FaultyWeek.KEYS, FaultyWeek.key(day(row.get(0)), window(row.get(1)), category), cause);
    }
  }

  private static LocalDate day(Object value) {
    return value instanceof LocalDate day ? day : ((java.sql.Date) value).toLocalDate();
  }

  private static LocalDateTime window(Object value) {
    Instant instant = value instanceof Instant time ? time : ((Timestamp) value).toInstant();
    return instant.atZone(FaultLake.ZONE).toLocalDateTime();
  }

  private static void reconcile() {
    List<String> page = new ArrayList<>();
    Reconciliation reconciliation = test.reconciliation();
    for (Map.Entry<LocalDate, List<Pin>> day :
        reconciliation.pin(test.compared(), COMPARED).entrySet()) {
      DayResult result = reconciliation.compare(day.getKey(), day.getValue());
      reconciliation.record(result);
      page.addAll(DayReport.lines(result));
    }
    assertThat(page)
        .anyMatch(
            line ->
                line.matches("  pv: late [\\d,]+ keys, \\+.*; in all [+-][\\d,]+, the difference"))
        .anyMatch(line -> line.startsWith("  evidence: Message e[0]@"))
        .noneMatch(line -> line.contains("WHERE THE DIFFERENCE IS"));
    for (Row row : rows("SELECT dt, job, key, causes, evidence FROM ops.reconciliation_key")) {
      String key = day(row.get(0)) + " " + new TreeMap<>(json(row.getString(2)));
      for (Object cause : json(row.getString(3)).keySet()) {
        FOUND.add(row.getString(1), key, cause.toString());
      }
      assertThat(row.getString(4)).isNotBlank();
    }
  }

  private static Map<String, Object> json(String text) {
    try {
      return JSON.readValue(text, new TypeReference<TreeMap<String, Object>>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Row> rows(String sql) {
    return test.lake.spark().sql(sql).collectAsList();
  }

  @Test
  void everyFaultIsFoundAndHasItsCause() {
    StringBuilder table = new StringBuilder();
    for (String job : List.of(FaultyWeek.ROWS, FaultyWeek.KEYS)) {
      Map<String, long[]> counts = TRUTH.against(FOUND, job);
      counts.forEach(
          (cause, n) ->
              table.append(
                  "%-10s %-12s injected %5d  found %5d  precision %.4f  recall %.4f%n"
                      .formatted(
                          job, cause, n[0], n[1], n[2] / (double) n[1], n[2] / (double) n[0])));
    }
    System.out.print(table);

    for (String job : List.of(FaultyWeek.ROWS, FaultyWeek.KEYS)) {
      assertThat(differences(job)).as(table.toString()).isEmpty();
    }
    for (String cause :
        List.of("late", "dead-letter", "in-flight", "dimension", "definition", "duplicate")) {
      assertThat(TRUTH.count(FaultyWeek.KEYS, cause)).as(cause).isGreaterThanOrEqualTo(200);
    }
    for (String cause : List.of("lost", "doubled", "foreign", "altered")) {
      assertThat(TRUTH.count(FaultyWeek.ROWS, cause)).as(cause).isGreaterThanOrEqualTo(200);
      assertThat(TRUTH.count(FaultyWeek.KEYS, cause)).as(cause).isGreaterThanOrEqualTo(200);
    }
    assertThat(TRUTH.of(FaultyWeek.KEYS).values())
        .as("several faults on one key")
        .filteredOn(causes -> causes.size() > 1)
        .hasSizeGreaterThan(200);
  }

  private static List<String> differences(String job) {
    Set<String> keys = new TreeSet<>(TRUTH.of(job).keySet());
    keys.addAll(FOUND.of(job).keySet());
    return keys.stream()
        .filter(
            key ->
                !TRUTH
                    .of(job)
                    .getOrDefault(key, Set.of())
                    .equals(FOUND.of(job).getOrDefault(key, Set.of())))
        .map(
            key ->
                key
                    + ": injected "
                    + TRUTH.of(job).getOrDefault(key, Set.of())
                    + ", found "
                    + FOUND.of(job).getOrDefault(key, Set.of()))
        .map(text -> text.replaceAll("[^ -~]", "?"))
        .limit(20)
        .toList();
  }

  @Test
  void thePartsOfTheCausesAddUp() {
    List<Row> metrics =
        rows(
            "SELECT m.dt, m.job, m.metric, m.net_difference, c.parts FROM ops.reconciliation_metric m LEFT JOIN (SELECT dt, job, metric, SUM(CAST(part AS DECIMAL(38, 4))) AS parts FROM ops.reconciliation_cause GROUP BY dt, job, metric) c ON m.dt = c.dt AND m.job = c.job AND m.metric = c.metric WHERE m.differing_keys > 0");
    assertThat(metrics).hasSizeGreaterThan(15);
    for (Row metric : metrics) {
      BigDecimal net = new BigDecimal(metric.getString(3));
      BigDecimal apart = net.subtract(metric.getDecimal(4)).abs();
      assertThat(apart)
          .as(metric.toString())
          .isLessThanOrEqualTo(
              net.abs().multiply(new BigDecimal("1e-9")).max(new BigDecimal("1e-3")));
    }
    assertThat(rows("SELECT * FROM ops.reconciliation_cause WHERE cause = 'unexplained'"))
        .isEmpty();
    assertThat(rows("SELECT * FROM ops.reconciliation_run WHERE unexplained_keys > 0")).isEmpty();
  }

  @Test
  void nothingIsFoundOnCleanDays() {
    assertThat(
            rows(
                "SELECT * FROM ops.reconciliation_run WHERE equal AND compared_keys > 100 AND dt NOT IN (%s)"
                    .formatted(FaultyWeek.faultyDays())))
        .hasSize(2 * 2);
    assertThat(
            rows(
                "SELECT * FROM ops.reconciliation_key WHERE dt NOT IN (%s)"
                    .formatted(FaultyWeek.faultyDays())))
        .isEmpty();
  }

  @Test
  void evidenceSaysWhatAPersonCanLookAt() {
    List<String> all = evidence();
    assertThat(all)
        .anyMatch(
            text ->
                text.matches(
                    "(?s).*Message e\\[0]@\\d+ of event time .* was received .*, more than 2 hours after the event.*"))
        .anyMatch(text -> text.matches("(?s).*was a dead letter \\(NOT_JSON\\).*"))
        .anyMatch(
            text ->
                text.matches(
                    "(?s).*One event was delivered twice, as e\\[0]@\\d+ and e\\[0]@\\d+.*"))
        .anyMatch(
            text ->
                text.matches(
                    "(?s).*dim.content at snapshot \\d+, and the batch at snapshot \\d+.*"))
        .anyMatch(
            text ->
                text.matches("(?s).*definition [0-9a-f]{16} of dwd_e; today's is [0-9a-f]{16}.*"))
        .anyMatch(
            text -> text.matches("(?s).*Commits of others changed the day.*: .*\\(overwrite, .*"));
  }

  private static List<String> evidence() {
    return rows("SELECT DISTINCT evidence FROM ops.reconciliation_key").stream()
        .map(row -> row.getString(0))
        .toList();
  }
}
