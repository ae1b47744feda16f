package io.tidemark.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.ColumnType;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Lateness;
import io.tidemark.jobs.spec.LookupSpec;
import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.MetricSpec.Function;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.jobs.spec.TransformInput;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.jobs.spec.Window;
import io.tidemark.reconciliation.plan.Cause;
import io.tidemark.reconciliation.plan.DayResult;
import io.tidemark.reconciliation.plan.KeyDifference;
import io.tidemark.reconciliation.plan.MetricResult;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Causes in lines of jobs of other shapes: a transform behind a transform, a running day behind
 * both, and minutes counted from ODS. What happened to the first table shows in those behind it,
 * and has the same cause there.
 */
@Tag("any-zone")
class ShapesTest {
  private static final LocalDate DAY = LocalDate.parse("2026-01-01");
  private static final TransformSpec NAMED =
      transform(
          "dwd_named",
          "ods.e",
          "SELECT id, u, ch, c.cat AS cat, n, source.* FROM input",
          List.of(
              new LookupSpec(
                  "c",
                  TableName.parse("dim.c"),
                  Map.of("id", "ch"),
                  Map.of("cat", ColumnType.parse("string")))),
          List.of("id"));

  /** Rows are told apart by their place alone. */
  private static final TransformSpec BEHIND =
      transform(
          "dwd_behind",
          "dwd.named",
          "SELECT id, u, upper(cat) AS cat, n * 2 AS n, source.* FROM input",
          List.of(),
          List.of());

  private static final AggregateSpec RUNNING =
      aggregate("dws_behind_tmin", "dwd.behind", "cat", Window.RUNNING_DAY, Lateness.UNLIMITED);
  private static final AggregateSpec MINUTES =
      aggregate("dws_raw_1min", "ods.e", "ch", Window.ONE_MINUTE, Lateness.of(Duration.ofHours(2)));

  @TempDir static Path folder;
  private static TestLake test;

  private static TransformSpec transform(
      String name, String input, String sql, List<LookupSpec> lookups, List<String> key) {
    return new TransformSpec(
        name,
        "",
        "",
        List.of(new TransformInput(TableName.parse(input), sql)),
        lookups,
        null,
        key,
        TableName.parse(name.replaceFirst("_", ".")),
        ReconcilePolicy.DEFAULT);
  }

  private static AggregateSpec aggregate(
      String name, String input, String dimension, Window window, Lateness lateness) {
    return new AggregateSpec(
        name,
        "",
        "",
        TableName.parse(input),
        List.of(dimension),
        window,
        lateness,
        List.of(
            new MetricSpec("pv", Function.COUNT, "*"),
            new MetricSpec("n_sum", Function.SUM, "n"),
            new MetricSpec("readers", Function.DISTINCT, "u")),
        TableName.parse(name.replaceFirst("_", ".")),
        ReconcilePolicy.DEFAULT);
  }

  @BeforeAll
  static void liveThroughADay() {
    test = new TestLake(folder, "SELECT id, source.* FROM input", NAMED, BEHIND, RUNNING, MINUTES);
    test.sql("CREATE NAMESPACE IF NOT EXISTS dim");
    test.sql("CREATE TABLE dim.c (id STRING, cat STRING) USING iceberg");
    test.sql("INSERT INTO dim.c VALUES ('c0', 'one'), ('c1', 'two')");
    test.day(DAY);
    test.row(DAY, "late", "u8", "c1", 7L, 1.0, 8, 200);
    test.ingest();
    catchUp();
    // An event whose row is gone when its second message comes, and a row that nobody sent.
    test.sql("DELETE FROM dwd.named WHERE id = 'a5'");
    test.sql(
        "INSERT INTO dwd.named BY NAME SELECT 'sent by nobody' AS id, * EXCEPT (id, kafka_offset), kafka_offset + 1000000 AS kafka_offset FROM dwd.named WHERE id = 'a1'");
    test.sql("INSERT OVERWRITE dim.c VALUES ('c0', 'another'), ('c1', 'two')");
    test.row(DAY, "a5", "u2", "c1", 5L, 0.5, 10, 1);
    test.ingest();
    catchUp();
    test.seal(TestLake.days(DAY, DAY));
    test.row(DAY, "behind", "u3", "c1", 3L, 0.5, 11, 1);
    test.row(DAY, "dead", "u4", "c1", 3L, 0.5, 12, 1);
    test.ingest();
    test.sql(
        "INSERT INTO ods.e_dead_letter (dt, kafka_topic, kafka_partition, kafka_offset, kafka_time, reason, ingest_batch) SELECT dt, kafka_topic, kafka_partition, kafka_offset, kafka_time, 'NOT_JSON', 0 FROM ods.e WHERE id = 'dead'");
    Seals.sealAgain(test.lake.load(test.ods.output()), TestLake.days(DAY, DAY));
    catchUp();
    test.batch(TestLake.days(DAY, DAY), RUNNING, MINUTES);
    // Streams behind have read them already.
    test.sql("DELETE FROM dwd.named WHERE id = 'a3'");
    test.sql("DELETE FROM dwd.behind WHERE id = 'a1'");
    test.sql("DELETE FROM dws.raw_1min WHERE ch IS NULL");
    test.sql("UPDATE dws.raw_1min SET n_sum = n_sum + 1 WHERE ch = 'c0'");
  }

  private static void catchUp() {
    test.catchUp(NAMED, BEHIND, RUNNING, MINUTES);
  }

  @Test
  void aTransformOverOds() {
    assertThat(causes(NAMED))
        .isEqualTo(
            Map.of(
                "a0", Set.of(Cause.DIMENSION),
                "a2", Set.of(Cause.DIMENSION),
                "a4", Set.of(Cause.DIMENSION),
                "a3", Set.of(Cause.LOST),
                "a5", Set.of(Cause.LOST, Cause.DUPLICATE),
                "sent by nobody", Set.of(Cause.FOREIGN),
                "behind", Set.of(Cause.IN_FLIGHT),
                "dead", Set.of(Cause.DEAD_LETTER)));
  }

  /** Nothing here is due to this job, but the row that was deleted from its own table. */
  @Test
  void aTransformBehindATransform() {
    assertThat(causes(BEHIND))
        .isEqualTo(
            Map.of(
                "0", Set.of(Cause.DIMENSION),
                "2", Set.of(Cause.DIMENSION),
                "4", Set.of(Cause.DIMENSION),
                "1", Set.of(Cause.LOST),
                "11", Set.of(Cause.DUPLICATE),
                "1000001", Set.of(Cause.FOREIGN),
                "12", Set.of(Cause.IN_FLIGHT),
                "13", Set.of(Cause.DEAD_LETTER)));
  }

  @Test
  void aRunningDayBehindTwoTransforms() {
    Map<String, Set<Cause>> found = causes(RUNNING);

    assertThat(found.values().stream().flatMap(Set::stream))
        .containsOnly(
            Cause.DIMENSION, Cause.DUPLICATE, Cause.FOREIGN, Cause.IN_FLIGHT, Cause.DEAD_LETTER);
    // The day's total at a minute holds whatever came before.
    assertThat(found)
        .containsEntry("08:59 ANOTHER", Set.of(Cause.DIMENSION))
        .containsEntry("08:59 ONE", Set.of(Cause.DIMENSION))
        .containsEntry("09:59 TWO", Set.of(Cause.FOREIGN))
        .containsEntry("10:59 TWO", Set.of(Cause.DUPLICATE, Cause.FOREIGN));
  }

  @Test
  void minutesCountedFromOds() {
    assertThat(causes(MINUTES))
        .isEqualTo(
            Map.of(
                "08:59 c0", Set.of(Cause.ALTERED),
                "10:59 c0", Set.of(Cause.ALTERED),
                "09:59 c0", Set.of(Cause.ALTERED),
                "08:59 null", Set.of(Cause.LOST),
                "08:59 c1", Set.of(Cause.LATE),
                "11:59 c1", Set.of(Cause.IN_FLIGHT),
                "12:59 c1", Set.of(Cause.DEAD_LETTER)));
  }

  /** Compares a job, and returns the causes of every key: of rows the id or the offset. */
  private static Map<String, Set<Cause>> causes(JobSpec job) {
    Reconciliation reconciliation = test.reconciliation();
    DayResult result =
        reconciliation.compare(
            DAY, reconciliation.pin(List.of(job), TestLake.days(DAY, DAY)).get(DAY));
    Map<String, Set<Cause>> found = new TreeMap<>();
    for (MetricResult metric : result.jobs().get(0).metrics()) {
      for (KeyDifference key : metric.worst()) {
        assertThat(key.evidence()).isNotBlank();
        found
            .computeIfAbsent(name(key.key()), any -> new TreeSet<>())
            .addAll(key.causes().keySet());
      }
    }
    assertThat(result.jobs().get(0).unexplained()).isZero();
    return found;
  }

  private static String name(Map<String, String> key) {
    if (key.containsKey("window_start")) {
      String dimension = key.containsKey("cat") ? key.get("cat") : key.get("ch");
      return key.get("window_start").substring(11, 16) + " " + dimension;
    }
    return key.containsKey("id") ? key.get("id") : key.get("kafka_offset");
  }
}
