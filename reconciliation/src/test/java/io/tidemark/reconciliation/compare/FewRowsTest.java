package io.tidemark.reconciliation.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.reconciliation.TestLake;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes to the driver is bounded, in rows and in bytes. */
@Tag("any-zone")
class FewRowsTest {
  @TempDir static Path folder;
  private static SparkSession spark;

  @BeforeAll
  static void openSession() {
    spark = Lakehouse.withoutTables(TestLake.environment(folder)).newSession().spark();
  }

  @Test
  void rowsOfAllTypesStayAsTheyAre() {
    Dataset<Row> frame =
        spark.sql(
            """
            SELECT * FROM VALUES
              (1L, '频道 😀', X'00FF', 1.50BD, -0.0D, true, DATE'2026-01-31', TIMESTAMP'1581-01-01 00:00:00.000001Z',
                array('a', NULL), map('k', 1, 'l', NULL), named_struct('x', 1, 'y', array(named_struct('z', 'deep')))),
              (NULL, NULL, NULL, 99999999999999999999999999999999999.99BD, DOUBLE('NaN'), NULL, NULL, NULL, NULL, NULL, NULL)
            """);

    Dataset<Row> few = FewRows.of(frame, 2).orElseThrow();

    assertThat(few.schema()).isEqualTo(frame.schema());
    assertThat(few.collectAsList()).hasSize(2).isEqualTo(frame.collectAsList());
    // Rows take -0.0 for 0.0.
    assertThat(few.collectAsList().get(0).mkString(",")).contains(",-0.0,");
  }

  @Test
  void oneRowMoreThanFewIsTooMany() {
    Dataset<Row> frame = spark.range(0, 1000, 1, 7).toDF();

    assertThat(FewRows.of(frame, 1000).map(Dataset::count)).contains(1000L);
    assertThat(FewRows.of(frame, 999)).isEmpty();
    assertThat(FewRows.of(frame.where("id < 0"), 10).map(Dataset::count)).contains(0L);
  }

  @Test
  void fewRowsMayBeTooLarge() {
    Dataset<Row> frame = spark.range(0, 100, 1, 3).selectExpr("id", "repeat('x', 1000000) AS text");

    assertThat(FewRows.of(frame, FewRows.LIMIT)).as("95 megabytes").isEmpty();
    assertThat(FewRows.of(frame.limit(10), FewRows.LIMIT).map(Dataset::count)).contains(10L);
    assertThat(FewRows.of(frame.limit(10), 10, 10_000_000)).as("of texts alone").isEmpty();
    assertThat(FewRows.of(frame.limit(10), 10, 10_001_000)).isPresent();
  }

  @Test
  void whatIsTooMuchIsNotComputedToItsEnd() {
    LongAccumulator computed = spark.sparkContext().longAccumulator();
    UDF1<Long, String> large =
        id -> {
          computed.add(1);
          return "x".repeat(100_000);
        };
    spark.udf().register("large", large, DataTypes.StringType);
    Dataset<Row> frame = spark.range(0, 4000, 1, 4).selectExpr("id", "large(id) AS text");

    assertThat(FewRows.of(frame, FewRows.LIMIT, 1_000_000)).isEmpty();

    assertThat(computed.value()).as("11 rows of each partition").isEqualTo(4 * 10);
  }
}
