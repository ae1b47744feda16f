package io.tidemark.tags;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Problem;
import io.tidemark.jobs.spec.ColumnType;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.spec.HistoryLayout;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tags.spec.HistorySpec.UserType;
import io.tidemark.tags.spec.TagTable;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class InputTypeCheckTest {
  private static final TableName INPUT = TableName.parse("dws.reading_user_1d");

  @Test
  void aDecimalMayHaveFewerDigitsAndAUserAnyIdAsText() {
    assertThat(
            InputTypeCheck.problems(
                history(
                    UserType.STRING,
                    Map.of(
                        "pv",
                        MetricType.INTEGER,
                        "score",
                        MetricType.DOUBLE,
                        "paid",
                        MetricType.decimal(22, 6),
                        "tax",
                        MetricType.decimal(12, 6))),
                INPUT,
                StructType.fromDDL(
                    "user_id BIGINT, pv BIGINT, score DOUBLE, paid DECIMAL(22,6), tax DECIMAL(22,6)")))
        .isEmpty();
  }

  @Test
  void aTypeThatCannotHoldAColumnIsRefusedWithTheOneToWrite() {
    assertThat(
            InputTypeCheck.problems(
                history(
                    UserType.BIGINT,
                    Map.of(
                        "pv", MetricType.DOUBLE,
                        "score", MetricType.INTEGER,
                        "paid", MetricType.decimal(22, 4),
                        "tax", MetricType.INTEGER)),
                INPUT,
                StructType.fromDDL(
                    "user_id STRING, pv BIGINT, score DOUBLE, paid DECIMAL(22,6), tax DECIMAL(22,6)")))
        .allMatch(problem -> problem.file().equals("history reading"))
        .extracting(Problem::text)
        .containsExactlyInAnyOrder(
            "user-type: 'bigint' does not hold user_id of dws.reading_user_1d, which is string; write"
                + " string",
            "inputs.dws.reading_user_1d.pv: 'double' cannot hold what the job gives; write bigint",
            "inputs.dws.reading_user_1d.score: 'bigint' cannot hold what the job gives; write double",
            "inputs.dws.reading_user_1d.paid: 'decimal(22,4)' cannot hold what the job gives; write"
                + " decimal(22,6), or with fewer digits",
            "inputs.dws.reading_user_1d.tax: 'bigint' cannot hold what the job gives; write"
                + " decimal(22,6), or with fewer digits");
  }

  private static HistorySpec history(UserType user, Map<String, MetricType> metrics) {
    return new HistorySpec(
        "reading",
        "",
        "",
        "user_id",
        user,
        730,
        Map.of(INPUT, metrics),
        new TagTable(
            TableName.parse("dim.user_tag"),
            "",
            Map.of("city", new TagTable.Tag(ColumnType.parse("string"), false))),
        Map.of("city", List.of("city")),
        List.of(),
        List.of(),
        TableName.parse("dws.reading"),
        new HistoryLayout(32, 8, 128, 4096));
  }
}
