package io.tidemark.reconciliation.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.reconciliation.TestLake;
import io.tidemark.reconciliation.plan.Cause;
import io.tidemark.reconciliation.plan.CauseMetric;
import io.tidemark.reconciliation.plan.CauseMetric.Kind;
import io.tidemark.reconciliation.plan.CausePart;
import io.tidemark.reconciliation.plan.CauseSql;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("any-zone")
class AnswersTest {
  private static final CauseSql SQL =
      new CauseSql(
          List.of("ch"),
          List.of(
              new CauseMetric("pv", Kind.EXACT, 0), new CauseMetric("price", Kind.FLOATING, 0)));

  @TempDir static Path folder;
  private static SparkSession spark;

  @BeforeAll
  static void openSession() {
    spark = Lakehouse.withoutTables(TestLake.environment(folder)).newSession().spark();
  }

  /** Key b is three apart in pv, which its tolerance lets pass: no part of the difference. */
  @Test
  void whatIsToleratedNeedsNoCause() {
    differing("('a', 7L, 10L, TRUE, 1D, 1D, FALSE), ('b', 5L, 8L, FALSE, 1D, 2D, TRUE)");
    events("('a', 3L, TRUE, 0D, FALSE), ('b', 3L, TRUE, 1D, TRUE)");

    assertThat(parts())
        .containsExactly(
            new CausePart("pv", Cause.LATE, 1, BigDecimal.valueOf(3)),
            new CausePart("price", Cause.LATE, 1, new BigDecimal("1.0")));
  }

  @Test
  void aDifferenceThatNoDoubleHoldsStopsNothing() {
    differing("('a', 7L, 10L, TRUE, -1e308D, 1e308D, TRUE)");
    events("('a', 3L, TRUE, DOUBLE('Infinity'), TRUE)");

    assertThat(parts())
        .contains(new CausePart("pv", Cause.LATE, 1, BigDecimal.valueOf(3)))
        .filteredOn(part -> part.metric().equals("price") && part.cause() == Cause.LATE)
        .singleElement()
        .satisfies(
            part -> assertThat(part.part()).isEqualTo(new BigDecimal("1.7976931348623157E+308")));
  }

  private static List<CausePart> parts() {
    return Stream.of(true, false)
        .map(
            few -> {
              try (Frames frames = new Frames(spark, 10, few)) {
                return Answers.of(SQL, "answers_events", "answers_keys", frames)
                    .explanation()
                    .parts();
              }
            })
        .reduce(
            (few, many) -> {
              assertThat(few).isEqualTo(many);
              return few;
            })
        .orElseThrow();
  }

  private static void differing(String rows) {
    spark
        .sql(
            "SELECT * FROM VALUES "
                + rows
                + " AS t(ch, stream_number__0, batch_number__0, differs__0, stream_number__1, batch_number__1, differs__1)")
        .createOrReplaceTempView("answers_keys");
  }

  private static void events(String rows) {
    spark
        .sql(
            "SELECT *, 'late' AS cause__, 1 AS rank__, 'It was late.' AS sentence__ FROM VALUES "
                + rows
                + " AS t(ch, part__0, changed__0, part__1, changed__1)")
        .createOrReplaceTempView("answers_events");
  }
}
