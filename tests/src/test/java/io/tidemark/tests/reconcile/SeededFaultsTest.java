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
import java.time.LocalDate;
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
 * A week with hundreds of faults of each kind: late events, events that were delivered twice, dead
 * letters that were repaired, a changed dimension, a changed definition, and both tables changed on
 * both sides behind Tidemark's back: rows deleted and added, values set to NULL and NaN, huge and
 * negative decimals, keys and texts changed by marks that nobody sees. While that is done, and
 * while the week is compared, streams go on writing the same tables. What is found is read where
 * users find it, and compared with what was injected, key by key and cause by cause.
 */
@AnyZone
class SeededFaultsTest {
  private static final LocalDate LAST = FaultyWeek.FIRST.plusDays(FaultyWeek.DAYS - 1);
  private static final Range WEEK = new Range(FaultyWeek.FIRST, LAST);
  private static final Range BEHIND = new Range(FaultyWeek.BEHIND, FaultyWeek.BEHIND);

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder;
  private static final Ledger TRUTH = new Ledger();
  private static final Ledger FOUND = new Ledger();
  private static final List<String> PAGE = new ArrayList<>();
  private static FaultLake test;
  private static long commitsMeanwhile;

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
    try (WritingStreams streams = new WritingStreams(test, week::meanwhile)) {
      BehindTheBack somebody = new BehindTheBack(test, TRUTH);
      somebody.changeRows();
      test.awaitRead();
      somebody.changeHours();
      long before = streams.commits();
      reconcile(WEEK);
      commitsMeanwhile = streams.commits() - before;
    }
    test.catchUp();
    test.seal(BEHIND);
    test.batch(BEHIND);
    reconcile(BEHIND);
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

  /** Compares days, and writes down and reads back what a person would look at. */
  private static void reconcile(Range days) {
    Reconciliation reconciliation = test.reconciliation();
    for (Map.Entry<LocalDate, List<Pin>> day :
        reconciliation.pin(test.compared(), days).entrySet()) {
      DayResult result = reconciliation.compare(day.getKey(), day.getValue());
      reconciliation.record(result);
      PAGE.addAll(DayReport.lines(result));
    }
    for (Row row :
        rows(
            "SELECT dt, job, key, causes, evidence FROM ops.reconciliation_key WHERE dt BETWEEN DATE'%s' AND DATE'%s'"
                .formatted(days.from(), days.to()))) {
      String key = FaultyWeek.day(row) + " " + new TreeMap<>(json(row.getString(2)));
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
    return test.rows(sql);
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
    TRUTH
        .kindsIn(FOUND)
        .forEach(
            (kind, n) ->
                table.append(
                    "%-50s injected %5d  recall %.4f%n"
                        .formatted(kind, n[0], n[1] / (double) n[0])));
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
    TRUTH
        .kindsIn(FOUND)
        .forEach((kind, n) -> assertThat(n[0]).as(kind).isGreaterThanOrEqualTo(200));
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

  /** Five days of the week, and the one that was written meanwhile. */
  @Test
  void nothingIsFoundOnCleanDays() {
    assertThat(
            rows(
                "SELECT * FROM ops.reconciliation_run WHERE equal AND compared_keys > 50 AND dt NOT IN (%s)"
                    .formatted(FaultyWeek.faultyDays())))
        .hasSize(6 * 2);
    assertThat(
            rows(
                "SELECT * FROM ops.reconciliation_key WHERE dt NOT IN (%s)"
                    .formatted(FaultyWeek.faultyDays())))
        .isEmpty();
  }

  @Test
  void streamsWroteMeanwhile() {
    assertThat(commitsMeanwhile).isGreaterThanOrEqualTo(5);
    assertThat(rows("SELECT * FROM ods.e WHERE pending AND kind IS NULL"))
        .as("what came behind the cut meanwhile")
        .hasSizeGreaterThan(5 * FaultyWeek.DAYS);
  }

  /** Zeros of either sign are one value; rows in which one became the other are no fault. */
  @Test
  void aZeroOfTheOtherSignIsNoDifference() {
    assertThat(
            rows(
                "SELECT * FROM dwd.e m JOIN dwd.e.branch_offline o ON m.id = o.id AND m.dt = o.dt AND m.kafka_offset = o.kafka_offset WHERE m.price = 0 AND o.price = 0 AND CAST(m.price AS STRING) <> CAST(o.price AS STRING)"))
        .hasSizeGreaterThanOrEqualTo(200);
    // That none of them was found is part of the precision of the causes.
  }

  @Test
  void thePageSaysWhatTheDifferencesAreMadeOf() {
    assertThat(PAGE)
        .anyMatch(
            line ->
                line.matches("  pv: late [\\d,]+ keys, \\+.*; in all [+-][\\d,]+, the difference"))
        .anyMatch(line -> line.startsWith("  evidence: Message e[0]@"))
        .noneMatch(line -> line.contains("WHERE THE DIFFERENCE IS"));
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
