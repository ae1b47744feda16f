package io.tidemark.catalog.publish;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-zone")
class RowCopiesTest {
  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", false)
            .config("spark.sql.shuffle.partitions", 1)
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void copiesAreCountedAndNullsAreValues() {
    Dataset<Row> now = rows("(1, 'a'), (1, 'a'), (1, 'a'), (NULL, 'b'), (2, NULL)");
    Dataset<Row> published = rows("(1, 'a'), (NULL, 'b'), (3, 'c')");

    assertThat(RowCopies.without(now, published).collectAsList())
        .extracting(Row::toString)
        .containsExactlyInAnyOrder("[1,a]", "[1,a]", "[2,null]");
    assertThat(RowCopies.without(published, now).collectAsList())
        .extracting(Row::toString)
        .containsExactly("[3,c]");
  }

  @Test
  void mapsAreComparedWhateverTheOrderOfTheirEntriesAndWhereverTheyAre() {
    Dataset<Row> published = rows("(1, map('a', 1, 'b', 2)), (2, map('a', 1)), (3, NULL)");
    Dataset<Row> now =
        rows("(1, map('b', 2, 'a', 1)), (2, map('a', 1)), (2, map('a', 7)), (3, NULL)");

    Dataset<Row> came = RowCopies.without(now, published);

    assertThat(came.schema()).isEqualTo(now.schema());
    assertThat(came.selectExpr("k", "v['a']").collectAsList())
        .extracting(Row::toString)
        .containsExactly("[2,7]");
    assertThat(RowCopies.without(published, now).isEmpty()).isTrue();
    assertThat(RowCopies.without(nested(now), nested(published)).count()).isEqualTo(1);
  }

  private static Dataset<Row> nested(Dataset<Row> rows) {
    return rows.selectExpr(
        "array(named_struct('m', v)) AS `a.b`",
        "map(k, v) AS m",
        "IF(k = 1, named_struct('v', v), NULL) AS s",
        "k");
  }

  private static Dataset<Row> rows(String values) {
    return spark.sql("SELECT * FROM VALUES " + values + " AS t(k, v)");
  }
}
